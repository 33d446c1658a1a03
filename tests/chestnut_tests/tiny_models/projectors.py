"""Random projectors, the part of a language model that sees: MobileNetV5 of Gemma 3n and the transformer of Gemma 4.

full=True gives the real shapes, for timing: 0.6 GB for Gemma 3n, 0.4 GB for Gemma 4, some seconds to write. Those of
Gemma 4 are from memory: good for ratios, not for seconds.
"""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

from chestnut_tests.tiny_models import mobilenet
from chestnut_tests.tiny_models.weights import Weights


def write_gemma3nv(path: Path, text_width: int = 64, full: bool = False, seed: int = 1) -> Path:
    """Takes 64 x 64 pixels and gives 16 tokens; full: 768 x 768 and 256 tokens, for text_width 2048. text_width: that
    of its text model. Returns the path."""
    # llama.cpp gives (image / 16)² tokens, and wants image / patch to be the same number.
    image, patch, stem, width = (768, 3, 64, 2048) if full else (64, 4, 8, text_width)
    weights = Weights(path, "clip", "tiny-random-gemma3nv", seed)
    _describe(weights.keys, "gemma3nv", text_width)
    _sizes(weights.keys, image, patch, width, feed_forward=4 * width, blocks=128, heads=8)
    weights.f32("v.conv_stem.conv.weight", weights.random((stem, 3, 3, 3), 27**-0.5))
    weights.f32("v.conv_stem.conv.bias", np.zeros((1, stem, 1, 1), np.float32))
    weights.ones("v.conv_stem.bn.weight", stem)
    channels, widths = stem, []
    for stage, blocks in enumerate(mobilenet.FULL if full else mobilenet.TINY):
        for index, block in enumerate(blocks):
            channels = block.write(weights, f"v.blk.{stage}.{index}.", channels)
        widths.append(channels)
    fused = widths[2] + widths[3]  # the last two stages are seen together
    weights.kernel("v.msfa.ffn.pw_exp.conv.weight", fused * 2, fused, 1, 1)
    weights.ones("v.msfa.ffn.pw_exp.bn.weight", fused * 2)
    weights.kernel("v.msfa.ffn.pw_proj.conv.weight", width, fused * 2, 1, 1)
    weights.ones("v.msfa.ffn.pw_proj.bn.weight", width)
    weights.ones("v.msfa.norm.weight", width)
    weights.kernel("mm.input_projection.weight", text_width, width)
    weights.ones("mm.soft_emb_norm.weight", text_width)
    return weights.save()


def write_gemma4v(path: Path, text_width: int = 64, full: bool = False, seed: int = 2) -> Path:
    """Takes pictures of any size; one token for 48 x 48 pixels. text_width: that of its text model. Returns the
    path."""
    width, feed_forward, layers, heads, positions = (768, 3072, 16, 12, 10240) if full else (32, 64, 2, 2, 64)
    patch = 16
    weights = Weights(path, "clip", "tiny-random-gemma4v", seed)
    _describe(weights.keys, "gemma4v", text_width)
    _sizes(weights.keys, 224, patch, width, feed_forward, layers, heads)
    weights.keys.add_vision_use_gelu(True)
    weights.kernel("v.patch_embd.weight", width, 3, patch, patch)
    weights.f32("v.position_embd.weight", weights.random((2, positions, width), 0.02))
    for layer in range(layers):
        block = f"v.blk.{layer}."
        for norm in ("ln1", "ln2", "attn_post_norm", "ffn_post_norm"):
            weights.ones(f"{block}{norm}.weight", width)
        for norm in ("attn_q_norm", "attn_k_norm"):
            weights.ones(f"{block}{norm}.weight", width // heads)
        for name in ("attn_q", "attn_k", "attn_v", "attn_out"):
            weights.kernel(f"{block}{name}.weight", width, width)
        weights.kernel(f"{block}ffn_gate.weight", feed_forward, width)
        weights.kernel(f"{block}ffn_up.weight", feed_forward, width)
        weights.kernel(f"{block}ffn_down.weight", width, feed_forward)
    weights.kernel("mm.input_projection.weight", text_width, width)
    return weights.save()


def _describe(keys: gguf.GGUFWriter, kind: str, text_width: int) -> None:
    keys.add_type("mmproj")
    keys.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    keys.add_clip_has_vision_encoder(True)
    keys.add_clip_vision_projector_type(kind)
    keys.add_vision_projection_dim(text_width)
    keys.add_vision_image_mean([0.0, 0.0, 0.0])
    keys.add_vision_image_std([1.0, 1.0, 1.0])


def _sizes(
    keys: gguf.GGUFWriter, image: int, patch: int, width: int, feed_forward: int, blocks: int, heads: int
) -> None:
    keys.add_vision_image_size(image)
    keys.add_vision_patch_size(patch)
    keys.add_vision_embedding_length(width)
    keys.add_vision_feed_forward_length(feed_forward)
    keys.add_vision_block_count(blocks)
    keys.add_vision_head_count(heads)
    keys.add_vision_attention_layernorm_eps(1e-6)
