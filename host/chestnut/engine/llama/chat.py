"""A conversation, written as the model was taught to read it: by the template that stands in its own file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from chestnut.engine.backend import Refused, Unloadable
from chestnut.engine.llama.context import Item, room_of
from chestnut.engine.llama.model import Model

# For base models, whose files have none: everything that was said, blank lines between. They continue it somehow.
PLAIN = "{{ bos_token }}{% for message in messages %}{{ message['content'] }}\n\n{% endfor %}"

UNREADABLE = "choose another model: the chat template of this one cannot be used"

MARK = "\ue000{}\ue000"  # stands for what somebody said, while the template is filled; private use, so nobody says it
MARKED = re.compile("\ue000([0-9]+)\ue000")


class Chat:
    """Only the template's own text may become markers. What anybody said is turned into tokens apart from it, so that
    a text which spells the end of a turn, read from a label perhaps, remains text.

    The system prompt comes first, so that what stands before the first question is the same for every request.
    """

    def __init__(self, model: Model) -> None:
        """Unloadable when the template cannot be used."""
        from jinja2 import TemplateError
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        self._model = model
        self._errors = (TemplateError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError)
        try:
            self._formatter: Any = Jinja2ChatFormatter(
                model.template or PLAIN,
                eos_token=model.spelled(model.eos),
                bos_token=model.spelled(model.bos),
            )
        except self._errors as error:
            raise Unloadable("model_damaged", f"{UNREADABLE}: {error}") from error
        self._system_turn = self._in_order(system_turn=True)
        if not self._system_turn and not self._in_order(system_turn=False):
            raise Unloadable("model_damaged", f"{UNREADABLE}: it leaves out what was said")

    def constant(self, system: str) -> list[int]:
        """What every prompt with this system prompt begins with."""
        return self._until_question(system, self._pieces(1))

    def prompt(self, system: str, turns: Sequence[str], patches: Sequence[Item], room: int) -> list[Item]:
        """turns: what was asked and answered in turn, an odd number. patches: the picture, shown before the first
        question. The oldest questions are left out with their answers until it takes no more than `room` tokens;
        Refused("prompt_too_long") when the last one alone is too long."""
        for first in range(0, len(turns), 2):
            pieces = self._pieces(len(turns) - first)
            prompt: list[Item] = [*self._until_question(system, pieces), *patches]
            for said, after in zip(turns[first:], pieces[2:], strict=True):
                prompt += self._said(said)
                prompt += self._model.tokens(after, markers=True)
            if room_of(prompt) <= room:
                return prompt
        raise Refused("prompt_too_long", f"{room_of(prompt)} tokens, and only {room} fit")

    def _until_question(self, system: str, pieces: Sequence[str]) -> list[int]:
        tokens = self._model.tokens(pieces[0], markers=True)
        if self._model.starts_with_bos and tokens[:1] != [self._model.bos]:
            tokens.insert(0, self._model.bos)
        return tokens + self._said(system) + self._model.tokens(pieces[1], markers=True)

    def _said(self, text: str) -> list[int]:
        """Some vocabularies have markers that are found in any text; all of them begin with "<", so nothing that
        follows one is seen together with it."""
        return [
            token
            for part in re.split("(<)", text.strip())
            for token in self._model.tokens(part, markers=False)
        ]

    def _pieces(self, turns: int) -> list[str]:
        """The template's own text before the system prompt, between it and the first turn, between the turns, and
        after the last."""
        return MARKED.split(self._filled(turns))[::2]

    def _in_order(self, system_turn: bool) -> bool:
        """The template keeps all that is said, and its order; some refuse a turn for the system prompt."""
        self._system_turn = system_turn
        try:
            return MARKED.findall(self._filled(3)) == ["0", "1", "2", "3"]
        except self._errors:
            return False

    def _filled(self, turns: int) -> str:
        system, *said = (MARK.format(number) for number in range(turns + 1))
        messages = [
            {"role": "assistant" if number % 2 else "user", "content": text}
            for number, text in enumerate(said)
        ]
        if self._system_turn:
            messages.insert(0, {"role": "system", "content": system})
        else:
            messages[0]["content"] = f"{system}\n\n{said[0]}"
        # A second is a long time here: models that can think before they answer are told not to.
        return str(self._formatter(messages=messages, enable_thinking=False).prompt)
