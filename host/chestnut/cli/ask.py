"""chestnut ask, reword: the language model answers, after what the fast lane knows."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from chestnut.cli import engine
from chestnut.cli.answer import Answer, WrongUse
from chestnut.cli.common import language_of, one_line
from chestnut.cli.facts import effort_facts
from chestnut.cli.listen import facts
from chestnut.cli.memory import recall
from chestnut.cli.opened import add_db
from chestnut.cli.see import frame_of
from chestnut.core.command import HELP, QUESTION, TIME, WHERE, Command
from chestnut.locale import Phrases
from chestnut.locale.asked import asked
from chestnut.runtime.assemble.ear import meant
from chestnut.runtime.clock import HostClock
from chestnut.runtime.prompts import QUESTION_CHARACTERS, QUESTION_WORDS
from chestnut.skills import own_words, questions
from chestnut.skills.reword import reword as reword_skill

# What is answered without a device: the phrase and what it takes.
HERE: dict[str, tuple[str, Callable[[], dict[str, Any]]]] = {
    TIME: ("talk_time", lambda: {"time": HostClock().time_of_day()}),
    HELP: ("talk_help", dict),
}
MOST_SIGNS, SIGN_CHARACTERS = 40, 50


def add_commands(commands: Any, spoken: argparse.ArgumentParser) -> None:
    command = commands.add_parser("ask", parents=[spoken], help="a question, about a picture or about none")
    command.add_argument(
        "questions", metavar="QUESTION", nargs="+", help="each further one follows up on those before"
    )
    command.add_argument("--image", metavar="F", help="the picture it is about")
    add_db(command)
    engine.add_options(command)
    command.set_defaults(run=ask)
    command = commands.add_parser("reword", parents=[spoken], help="signs in their order, as a sentence")
    command.add_argument("signs", metavar="SIGN", nargs="+", help="a sign's name, such as HOME")
    engine.add_options(command)
    command.set_defaults(run=reword)


def ask(options: argparse.Namespace) -> Answer:
    answer = Answer(language_of(options), live=not options.json)
    texts = [_text(question, "question", QUESTION_CHARACTERS) for question in options.questions]
    if options.image is None and len(texts) == 1:
        command = meant(texts[0], answer.lang)
        if command.kind != QUESTION:
            return _obeyed(options, texts[0], command, answer)
    picture = frame_of(options.image, answer) if options.image is not None else None
    answer.facts["answers"] = []
    with engine.Deep(options, answer, picture) as deep:
        for text in texts:
            told = deep.run(_skill(text, answer.lang, pictured=picture is not None))
            answer.facts["answers"].append(
                {
                    "question": text,
                    "said": told.said,
                    "withheld": told.withheld,
                    "effort": effort_facts(told.effort),
                }
            )
            if told.reason or answer.refused not in (None, "unsure"):
                break
    return answer


def _obeyed(options: argparse.Namespace, text: str, command: Command, answer: Answer) -> Answer:
    """What is no question about a picture, as the device understands it when it is said; what only the device can do
    is told to be that."""
    if command.kind == WHERE:
        asked_for = argparse.Namespace(**{**vars(options), "question": text, "at": None})
        answer = recall(asked_for)
    elif command.kind in HERE:
        key, args = HERE[command.kind]
        answer.say(Phrases.of(answer.lang).render(key, args()))
    else:
        answer.say(Phrases.of(answer.lang).render("ask_device", {}))
        answer.refused = "device"
    answer.facts["command"] = facts(command)
    return answer


def _skill(text: str, language: str, *, pictured: bool) -> Any:
    if not pictured:
        return own_words.without_picture(text)
    meant = asked(text, language)
    if meant.ready:
        return questions.ask(meant.ready)
    return own_words.question(text, meant.things, counts=meant.counts)


def reword(options: argparse.Namespace) -> Answer:
    answer = Answer(language_of(options), live=not options.json)
    if len(options.signs) > MOST_SIGNS:
        raise WrongUse(f"{len(options.signs)} signs are too many; give at most {MOST_SIGNS}")
    signs = tuple(_text(sign, "sign", SIGN_CHARACTERS) for sign in options.signs)
    with engine.Deep(options, answer, None) as deep:
        deep.run(reword_skill(signs))
    return answer


def _text(text: str, what: str, longest: int) -> str:
    plain = one_line(text, what, longest)
    if len(plain.split()) > QUESTION_WORDS:
        raise WrongUse(f"the {what} has {len(plain.split())} words; shorten it to {QUESTION_WORDS}")
    return plain
