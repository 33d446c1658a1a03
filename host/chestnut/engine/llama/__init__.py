"""The language model by llama.cpp: a thin layer on its C API, inside the engine's process.

What the model has taken in stays in its memory as a list of tokens and pictures (context.py); every new prompt is
compared with it and only the difference is computed.
"""
