"""What the wearer was told already, and what the model was told: neither is said again."""

from __future__ import annotations

import itertools

from chestnut.core.ports import Prompt
from chestnut.core.thought import Task
from chestnut.engine.truth.spelling import CLAUSE, words
from chestnut.engine.truth.words import LanguageWords

RUN = 6  # words in a row of the prompt that are no accident
SHORTEST = 3  # words; a shorter sentence may stand in the prompt by chance


class Told:
    """prompt: what the model was given. The notes may be repeated in the answer to a question, nowhere else."""

    def __init__(self, prompt: Prompt | None, task: Task, known: LanguageWords) -> None:
        self._said: set[tuple[str, ...]] = set()
        self._content: list[frozenset[str]] = []
        self._known = known
        self._rules = self._notes = ()  # type: tuple[str, ...]
        if prompt is None:
            return
        asked, answers = prompt.turns[0::2], prompt.turns[1::2]
        if task is Task.MORE:
            for sentence in itertools.chain.from_iterable(_clauses(answer) for answer in answers):
                self._said.add(tuple(sentence))
        first_line, _, question = asked[0].rpartition("\n")
        self._rules = tuple(_flat(text) for text in (prompt.system, question, *asked[1:]))
        if task in (Task.DESCRIBE, Task.MORE):
            self._notes = (_flat(first_line),)

    def is_repeated(self, text: str) -> bool:
        """Also when only its small words differ from one of before. Remembers it."""
        said = [word for word in words(text) if word != CLAUSE]
        content = frozenset(word for word in said if word not in self._known.stop)
        again = tuple(said) in self._said or (len(content) > 1 and content in self._content)
        self._said.add(tuple(said))
        self._content.append(content)
        return again

    def is_prompt(self, text: str) -> bool:
        said = [word for word in words(text) if word != CLAUSE]
        if len(said) < SHORTEST:
            return False
        whole = f" {' '.join(said)} "
        if any(whole in told for told in (*self._rules, *self._notes)):
            return True
        runs = (f" {' '.join(said[at : at + RUN])} " for at in range(len(said) - RUN + 1))
        return any(run in told for run in runs for told in self._rules)


def _flat(text: str) -> str:
    return f" {' '.join(word for word in words(text) if word != CLAUSE)} "


def _clauses(text: str) -> list[list[str]]:
    """The sentences of an answer, roughly."""
    found = [words(part) for part in text.replace("!", ".").replace("?", ".").split(".")]
    return [[word for word in part if word != CLAUSE] for part in found if part]
