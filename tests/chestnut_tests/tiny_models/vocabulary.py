"""A vocabulary of about 430 tokens for English and Russian, and the chat templates: nobody else's data.

Every text can be written with it and comes back the same: letters have tokens of their own, the rest goes byte by
byte. So a token is a letter here, not a word as in a real vocabulary: prompts are about four times as long.
"""

from __future__ import annotations

from dataclasses import dataclass

import gguf

NORMAL, UNKNOWN, CONTROL, BYTE = 1, 2, 3, 6  # llama.cpp's kinds of tokens
PAD, BOS, UNK, END_OF_TURN = 0, 2, 3, 6


@dataclass(frozen=True, slots=True)
class Markers:
    """What stands around a turn and around a picture. system: whether the family has a turn for the system prompt;
    else that prompt leads the first turn of the user, two line ends before it."""

    turn_open: str
    turn_close: str
    image_open: str
    image_close: str
    system: bool


GEMMA3N = Markers("<start_of_turn>", "<end_of_turn>", "<start_of_image>", "<end_of_image>", system=False)
GEMMA4 = Markers("<|turn>", "<turn|>", "<|image>", "<image|>", system=True)

TEMPLATE = """\
{%- macro words(content) -%}
{%- if content is string -%}{{ content | trim }}{%- else -%}
{%- for part in content if part['type'] == 'text' -%}{{ part['text'] | trim }}{%- endfor -%}
{%- endif -%}
{%- endmacro -%}
{{ bos_token }}
{%- if not SYSTEM and messages and messages[0]['role'] == 'system' -%}
{%- set lead = words(messages[0]['content']) + '\\n\\n' -%}{%- set turns = messages[1:] -%}
{%- else -%}
{%- set lead = '' -%}{%- set turns = messages -%}
{%- endif -%}
{%- for message in turns -%}
{{ 'OPEN' + ('model' if message['role'] == 'assistant' else message['role']) + '\\n' }}
{{- lead if loop.first else '' }}{{ words(message['content']) }}{{ 'CLOSE\\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}{{ 'OPENmodel\\n' }}{%- endif -%}"""


def chat_template(markers: Markers) -> str:
    """Jinja, as llama.cpp and llama-cpp-python read it from a GGUF file."""
    template = TEMPLATE.replace("SYSTEM", "true" if markers.system else "false")
    return template.replace("OPEN", markers.turn_open).replace("CLOSE", markers.turn_close)


def letters() -> list[str]:
    """The space as SentencePiece writes it, ASCII, the Russian alphabet, the line end."""
    ascii_letters = map(chr, range(0x21, 0x7F))
    cyrillic = map(chr, range(0x410, 0x450))
    return ["\u2581", *ascii_letters, *cyrillic, "\u0401", "\u0451", "\n"]


def add_tokenizer(keys: gguf.GGUFWriter, markers: Markers) -> int:
    """Write the vocabulary and the chat template; returns the number of tokens."""
    special = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", markers.turn_open, markers.turn_close]
    special += [markers.image_open, markers.image_close]
    own_bytes = [f"<0x{byte:02X}>" for byte in range(256)]
    written = letters()
    tokens = special + own_bytes + written
    kinds = [CONTROL] * len(special) + [BYTE] * len(own_bytes) + [NORMAL] * len(written)
    kinds[UNK] = UNKNOWN
    scores = [-1000.0] * (len(special) + len(own_bytes)) + [-float(rank) for rank in range(len(written))]
    keys.add_tokenizer_model("llama")
    keys.add_tokenizer_pre("default")
    keys.add_token_list([token.encode() for token in tokens])
    keys.add_token_scores(scores)
    keys.add_token_types(kinds)
    keys.add_pad_token_id(PAD)
    keys.add_bos_token_id(BOS)
    keys.add_unk_token_id(UNK)
    keys.add_eos_token_id(END_OF_TURN)
    keys.add_eot_token_id(END_OF_TURN)
    keys.add_add_bos_token(True)
    keys.add_add_eos_token(False)
    keys.add_add_space_prefix(False)
    keys.add_chat_template(chat_template(markers))
    return len(tokens)
