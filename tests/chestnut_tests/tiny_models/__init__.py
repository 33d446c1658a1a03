"""Tiny language models with random weights, written as GGUF files in about a second: the real loader and the real
graph of llama.cpp run on them, and what they say is nonsense. A grammar makes their answers certain.

write_gemma3n and write_gemma4 write text models, write_gemma3nv and write_gemma4v the projectors (the part that sees)
that fit them. The same arguments give the same bytes. They need numpy and gguf, and no data of anybody.
"""

from chestnut_tests.tiny_models.gemma3n import write_gemma3n
from chestnut_tests.tiny_models.gemma4 import write_gemma4
from chestnut_tests.tiny_models.projectors import write_gemma3nv, write_gemma4v

__all__ = ["write_gemma3n", "write_gemma3nv", "write_gemma4", "write_gemma4v"]
