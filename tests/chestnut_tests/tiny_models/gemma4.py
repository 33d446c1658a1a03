"""A random text model of the gemma4 architecture: 0.6 MB."""

from __future__ import annotations

from pathlib import Path

import gguf

from chestnut_tests.tiny_models.vocabulary import GEMMA4, add_tokenizer
from chestnut_tests.tiny_models.weights import Weights

LAYERS, WIDTH, FEED_FORWARD, HEADS, KV_HEADS, PER_LAYER = 8, 64, 128, 2, 1, 32
HEAD_WIDTH_SLIDING, HEAD_WIDTH_FULL = 32, 64
# The last layers share keys and values. Of the layers that have their own, the last must see everything and the one
# before it a sliding window; otherwise an assertion of llama.cpp ends the whole process.
SHARED_KV = 2
SLIDING = [(layer + 1) % 3 != 0 for layer in range(LAYERS)]
SPREAD = 0.05


def write_gemma4(path: Path, context_tokens: int = 2048, seed: int = 0) -> Path:
    """Its projectors are made for width 64. Returns the path."""
    weights = Weights(path, "gemma4", "tiny-random-gemma4", seed)
    _describe(weights.keys, context_tokens)
    tokens = add_tokenizer(weights.keys, GEMMA4)
    weights.keys.add_quantization_version(gguf.GGML_QUANT_VERSION)
    weights.q8("token_embd.weight", tokens, WIDTH)
    weights.q8("per_layer_token_embd.weight", tokens, PER_LAYER * LAYERS)
    weights.q8("per_layer_model_proj.weight", PER_LAYER * LAYERS, WIDTH)
    weights.ones("per_layer_proj_norm.weight", PER_LAYER)
    weights.ones("output_norm.weight", WIDTH)
    weights.ones("rope_freqs.weight", HEAD_WIDTH_FULL // 2)
    for layer, sliding in enumerate(SLIDING):
        _write_layer(weights, f"blk.{layer}.", HEAD_WIDTH_SLIDING if sliding else HEAD_WIDTH_FULL)
    return weights.save()


def _describe(keys: gguf.GGUFWriter, context_tokens: int) -> None:
    keys.add_type("model")
    keys.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    keys.add_context_length(context_tokens)
    keys.add_embedding_length(WIDTH)
    keys.add_block_count(LAYERS)
    keys.add_feed_forward_length(FEED_FORWARD)
    keys.add_head_count(HEADS)
    keys.add_head_count_kv(KV_HEADS)
    keys.add_key_length(HEAD_WIDTH_FULL)
    keys.add_value_length(HEAD_WIDTH_FULL)
    keys.add_key_length_swa(HEAD_WIDTH_SLIDING)
    keys.add_value_length_swa(HEAD_WIDTH_SLIDING)
    keys.add_layer_norm_rms_eps(1e-6)
    keys.add_rope_freq_base(1e6)
    keys.add_rope_freq_base_swa(1e4)
    keys.add_rope_dimension_count(HEAD_WIDTH_FULL)
    keys.add_rope_dimension_count_swa(HEAD_WIDTH_SLIDING)
    keys.add_sliding_window(64)
    keys.add_sliding_window_pattern(SLIDING)
    keys.add_embedding_length_per_layer_input(PER_LAYER)
    keys.add_shared_kv_layers(SHARED_KV)
    keys.add_final_logit_softcapping(30.0)


def _write_layer(weights: Weights, block: str, head_width: int) -> None:
    for norm in ("attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm", "post_norm"):
        weights.ones(f"{block}{norm}.weight", WIDTH)
    for norm in ("attn_q_norm", "attn_k_norm"):
        weights.ones(f"{block}{norm}.weight", head_width)
    weights.ones(f"{block}layer_output_scale.weight", 1)
    weights.q8(f"{block}attn_q.weight", HEADS * head_width, WIDTH)
    weights.q8(f"{block}attn_k.weight", KV_HEADS * head_width, WIDTH)
    weights.q8(f"{block}attn_v.weight", KV_HEADS * head_width, WIDTH)
    weights.q8(f"{block}attn_output.weight", WIDTH, HEADS * head_width)
    weights.q8(f"{block}ffn_gate.weight", FEED_FORWARD, WIDTH)
    weights.q8(f"{block}ffn_up.weight", FEED_FORWARD, WIDTH)
    weights.q8(f"{block}ffn_down.weight", WIDTH, FEED_FORWARD)
    weights.q8(f"{block}inp_gate.weight", PER_LAYER, WIDTH)
    weights.q8(f"{block}proj.weight", WIDTH, PER_LAYER)
