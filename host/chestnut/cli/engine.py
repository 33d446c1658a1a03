"""The language model at the desk: its options, what it answered, and what went wrong with it."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from chestnut.cli.answer import FAULT, Answer, WrongUse
from chestnut.cli.common import settings_of
from chestnut.cli.desk import Desk, Told, added
from chestnut.cli.facts import effort_facts, model_facts
from chestnut.core.scene import Frame
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.core.thought import Effort
from chestnut.runtime.choice import Choice, choose
from chestnut.runtime.settings import BadSettings
from chestnut.runtime.thinking import NoEngine

LARGEST_GRAMMAR = 64 * 1024  # bytes
OF_THE_FILE = ("model_damaged", "engine_lost")  # when it fails while it is loaded
REMEDIES = {
    "model_damaged": "make gemma",
    "model_memory": "choose a smaller model: make gemma",
    "model_slow": "choose a smaller model: make gemma",
    "model_blind": "give its projector: --projector FILE; or make gemma MODEL=gemma-4",
}


def add_options(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("language model (default: the settings')")
    group.add_argument(
        "--model", metavar="FILE", help="a GGUF or LiteRT-LM file, or a name of chestnut models"
    )
    group.add_argument(
        "--projector", metavar="FILE", help='the file that lets a GGUF model see; "none" for none'
    )
    group.add_argument("--engine", choices=("llama", "litert"), help="what runs it")
    group.add_argument(
        "--grammar", metavar="FILE", help="for experts: a GBNF grammar that the model's answers must obey"
    )


def given(options: argparse.Namespace) -> str:
    """The first of these options that was given, or ""."""
    names = ("model", "projector", "engine", "grammar")
    return next((f"--{name}" for name in names if getattr(options, name) is not None), "")


class Deep(Desk):
    """A desk with the language model of options and settings. Its facts tell of the model and what it cost.

    WrongUse where what was given is at fault: a file that is no model, a grammar that is none.
    """

    def __init__(self, options: argparse.Namespace, answer: Answer, picture: Frame | None) -> None:
        self._options = options
        self._model = _choice(options, answer.lang)
        self._withheld = 0
        self._effort = Effort()
        if not options.verbose:  # what it logs is told in the answer
            logging.getLogger("chestnut.engine").setLevel(logging.CRITICAL)
        super().__init__(answer, picture, self._model, _grammar(options.grammar))

    def run(self, skill: Callable[[Session], Steps]) -> Told:
        told = super().run(skill)
        self._withheld += told.withheld
        self._effort = added(self._effort, told.effort)
        self._answer.facts["model"] = model_facts(self._model) if isinstance(self._model, Choice) else None
        self._answer.facts["withheld"] = self._withheld
        self._answer.facts["effort"] = effort_facts(self._effort)
        return told

    def _refuse(self, told: Told) -> None:
        if told.reason in OF_THE_FILE and self._options.model and self._loaded_s is None:
            raise WrongUse(
                f"{self._options.model} cannot be loaded: it is damaged, or of a kind this engine does not know; "
                "give another file, or run make gemma"
            )
        if told.reason == "fault" and self._options.grammar:
            raise WrongUse(
                f"{self._options.grammar} is no GBNF grammar this engine understands, or forbids every word; "
                "correct it"
            )
        super()._refuse(told)
        if told.reason in ("fault", "engine_lost"):
            self._answer.status = FAULT
        lack = self._model if isinstance(self._model, NoEngine) else None
        if lack is not None and lack.reason == told.reason:
            self._answer.facts["remedy"], self._answer.facts["missing"] = lack.remedy, lack.why
        elif remedy := REMEDIES.get(told.reason):
            self._answer.facts["remedy"] = remedy


def _choice(options: argparse.Namespace, language: str) -> Choice | NoEngine:
    given = {"model": options.model, "projector": options.projector, "kind": options.engine}
    try:
        settings = replace(
            settings_of(options).engine, **{name: value for name, value in given.items() if value is not None}
        )
    except BadSettings as error:
        raise WrongUse(str(error)) from error
    choice = choose(settings, language)
    named = options.model or options.projector
    if named and isinstance(choice, NoEngine) and choice.reason in ("gemma_missing", "model_damaged"):
        raise WrongUse(choice.why)
    return choice


def _grammar(path: str | None) -> str:
    if path is None:
        return ""
    try:
        with Path(path).open("rb") as file:
            data = file.read(LARGEST_GRAMMAR + 1)
        text = data.decode("utf-8")
    except (OSError, ValueError) as error:
        cause = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise WrongUse(f"cannot read the grammar {path}: {cause}; give a GBNF file") from error
    if len(data) > LARGEST_GRAMMAR or not text.strip():
        size = "is empty" if not text.strip() else f"has more than {LARGEST_GRAMMAR >> 10} kB"
        raise WrongUse(f"the grammar {path} {size}; give a GBNF file")
    return text
