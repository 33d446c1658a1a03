"""A random text model of the gemma3n architecture: 3.8 MB at width 64."""

from __future__ import annotations

from pathlib import Path

import gguf
from gguf import GGMLQuantizationType

from chestnut_tests.tiny_models.vocabulary import GEMMA3N, add_tokenizer
from chestnut_tests.tiny_models.weights import Weights

# llama.cpp has these numbers of the architecture in its code, whatever the file says.
ALTUP_INPUTS, LAUREL_RANK, PER_LAYER = 4, 64, 256
LAYERS_WITH_OWN_KV, SPARSE_LAYERS, FULL_ATTENTION_EVERY = 20, 10, 5

LAYERS = 22  # two more than have keys and values of their own, so that sharing them runs as well
FEED_FORWARD, HEADS, KV_HEADS, HEAD_WIDTH = 128, 2, 1, 32
SPREAD = 0.05


def write_gemma3n(path: Path, width: int = 64, context_tokens: int = 2048, seed: int = 0) -> Path:
    """width: of the embedding, a multiple of 32; a projector must be made for the same one. Returns the path."""
    weights = Weights(path, "gemma3n", "tiny-random-gemma3n", seed)
    _describe(weights.keys, width, context_tokens)
    tokens = add_tokenizer(weights.keys, GEMMA3N)
    weights.keys.add_quantization_version(gguf.GGML_QUANT_VERSION)
    weights.q8("token_embd.weight", tokens, width)
    per_layer_table = weights.random((tokens, PER_LAYER * LAYERS), SPREAD)
    weights.quantised("per_layer_token_embd.weight", per_layer_table, GGMLQuantizationType.Q4_0)
    for name in ("altup_proj", "altup_unembd_proj"):
        weights.f16(f"{name}.weight", weights.random((ALTUP_INPUTS - 1, width, width), SPREAD))
    weights.q8("per_layer_model_proj.weight", PER_LAYER * LAYERS, width)
    weights.ones("per_layer_proj_norm.weight", PER_LAYER)
    weights.ones("output_norm.weight", width)
    for layer in range(LAYERS):
        _write_layer(weights, f"blk.{layer}.", width)
    return weights.save()


def _describe(keys: gguf.GGUFWriter, width: int, context_tokens: int) -> None:
    keys.add_type("model")
    keys.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    keys.add_context_length(context_tokens)
    keys.add_embedding_length(width)
    keys.add_block_count(LAYERS)
    keys.add_feed_forward_length(FEED_FORWARD)
    keys.add_head_count(HEADS)
    keys.add_head_count_kv(KV_HEADS)
    keys.add_key_length(HEAD_WIDTH)
    keys.add_value_length(HEAD_WIDTH)
    keys.add_layer_norm_rms_eps(1e-6)
    keys.add_rope_freq_base(1e6)
    keys.add_sliding_window(64)
    keys.add_altup_active_idx(0)
    keys.add_altup_num_inputs(ALTUP_INPUTS)
    keys.add_embedding_length_per_layer_input(PER_LAYER)
    keys.add_shared_kv_layers(LAYERS - LAYERS_WITH_OWN_KV)
    # 1.6448535: the quantile of the normal distribution above which 5 % lie, as Gemma 3n keeps of its activations.
    keys.add_activation_sparsity_scale([1.6448535] * SPARSE_LAYERS + [0.0] * (LAYERS - SPARSE_LAYERS))
    keys.add_sliding_window_pattern([(layer + 1) % FULL_ATTENTION_EVERY != 0 for layer in range(LAYERS)])


def _write_layer(weights: Weights, block: str, width: int) -> None:
    for norm in ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm", "post_norm"):
        weights.ones(f"{block}{norm}.weight", width)
    for norm in ("altup_correct_scale", "altup_router_norm", "laurel_post_norm"):
        weights.ones(f"{block}{norm}.weight", width)
    for norm in ("attn_q_norm", "attn_k_norm"):
        weights.ones(f"{block}{norm}.weight", HEAD_WIDTH)
    weights.q8(f"{block}attn_q.weight", HEADS * HEAD_WIDTH, width)
    weights.q8(f"{block}attn_k.weight", KV_HEADS * HEAD_WIDTH, width)
    weights.q8(f"{block}attn_v.weight", KV_HEADS * HEAD_WIDTH, width)
    weights.q8(f"{block}attn_output.weight", width, HEADS * HEAD_WIDTH)
    weights.q8(f"{block}ffn_gate.weight", FEED_FORWARD, width)
    weights.q8(f"{block}ffn_up.weight", FEED_FORWARD, width)
    weights.q8(f"{block}ffn_down.weight", width, FEED_FORWARD)
    weights.q8(f"{block}inp_gate.weight", PER_LAYER, width)
    weights.q8(f"{block}proj.weight", width, PER_LAYER)
    weights.q8(f"{block}laurel_l.weight", LAUREL_RANK, width)
    weights.q8(f"{block}laurel_r.weight", width, LAUREL_RANK)
    for name, rows, columns in (
        ("altup_correct_coef", ALTUP_INPUTS, ALTUP_INPUTS),
        ("altup_predict_coef", ALTUP_INPUTS**2, ALTUP_INPUTS),
        ("altup_router", ALTUP_INPUTS, width),
    ):
        weights.f32(f"{block}{name}.weight", weights.random((rows, columns), SPREAD))
