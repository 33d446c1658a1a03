"""What the wearer was told already, and what the model was told: neither is said again."""

from __future__ import annotations

import re

from chestnut.core.ports import Prompt
from chestnut.core.thought import Task
from chestnut.engine.truth.spelling import CLAUSE, words
from chestnut.engine.truth.words import LanguageWords

RUN = 6  # words in a row of the system prompt that are no accident
STOPS = re.compile(r"[.!?…]+")
SHORTEST = 3  # words; a shorter sentence may stand in the prompt by chance


class Told:
    """prompt: what the model was given. The notes may be repeated in the answer to a question, nowhere else."""

    def __init__(self, prompt: Prompt | None, task: Task, known: LanguageWords) -> None:
        self._known = known
        self._said: set[tuple[str, ...]] = set()
        self._content: set[frozenset[str]] = set()
        self._system, self._asked = "", []  # type: str, list[str]
        if prompt is None:
            return
        asked, answers = prompt.turns[0::2], prompt.turns[1::2]
        self._system = _flat(prompt.system)
        if task in (Task.TRANSLATE, Task.REWORD):
            self._asked = [_flat(turn.partition("\n")[0]) for turn in asked]
            return
        notes, _, first = asked[0].rpartition("\n")
        self._asked = [_flat(turn) for turn in (first, *asked[1:])]
        if task is not Task.QUESTION:
            self._asked.append(_flat(notes))
        if task is Task.MORE:
            for answer in answers:
                for sentence in STOPS.split(answer):
                    self.is_repeated(sentence)

    def is_repeated(self, text: str) -> bool:
        """Also when only its small words differ from one of before. Remembers it."""
        said = tuple(word for word in words(text) if word != CLAUSE)
        content = frozenset(word for word in said if word not in self._known.free)
        again = said in self._said or (len(content) > 1 and content in self._content)
        self._said.add(said)
        self._content.add(content)
        return again

    def is_prompt(self, text: str) -> bool:
        said = [word for word in words(text) if word != CLAUSE]
        if len(said) < SHORTEST:
            return False
        whole = f" {' '.join(said)} "
        if whole in self._system or any(whole in asked for asked in self._asked):
            return True
        runs = (f" {' '.join(said[at : at + RUN])} " for at in range(len(said) - RUN + 1))
        return any(run in self._system for run in runs)


def _flat(text: str) -> str:
    return f" {' '.join(word for word in words(text) if word != CLAUSE)} "
