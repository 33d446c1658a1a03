"""What the deep lane is asked and what it answers. Plain data, no model."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Task(StrEnum):
    """What the language model is to do; each has its prompt in locale/*.toml, [prompts]."""

    DESCRIBE = "describe"  # the picture, in detail
    MORE = "more"  # what was not yet said of the same picture
    QUESTION = "question"  # the wearer's own words, about the picture if there is one
    TRANSLATE = "translate"  # text that was read, into the wearer's language
    REWORD = "reword"  # signs in their order, as a sentence


class Stage(StrEnum):
    """Where a thought stands; each has a state word, phrase "thinking_STAGE"."""

    LOADING = "loading"  # the model is being read from disk
    LOOKING = "looking"  # the picture is being encoded
    READING = "reading"  # the prompt is being taken in
    WRITING = "writing"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer that passed the truth filter. doubtful: nothing but the model stands behind it, so
    it is spoken as probable."""

    text: str
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was asked and what was said to it, of the same picture. text: as in Think. at: monotonic seconds."""

    task: Task
    text: str
    answer: str
    at: float


@dataclass(frozen=True, slots=True)
class Effort:
    """What one thought cost. Times in milliseconds, zero for a stage that was not needed.

    prompt_tokens: positions of the whole prompt; reused_tokens: of these, what was still in the model's memory.
    pictures_encoded: 0 for a follow-up on the same picture. first_ms: request → first token.
    """

    first_ms: float = 0.0
    encode_ms: float = 0.0
    prompt_ms: float = 0.0
    write_ms: float = 0.0
    prompt_tokens: int = 0
    reused_tokens: int = 0
    written_tokens: int = 0
    pictures_encoded: int = 0
