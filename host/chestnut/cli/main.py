"""Reads the command line, runs one command, prints one answer."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from typing import NoReturn

from chestnut.cli import care, device, see, speech
from chestnut.cli.answer import FAULT, WRONG_USE, Answer, WrongUse
from chestnut.core.session import LANGUAGES

DESCRIPTION = "Chestnut: an assistant worn on the chest that sees, thinks and speaks with no network at all."


class Parser(argparse.ArgumentParser):
    """Wrong use is one line on stderr, as everywhere in the project."""

    def error(self, message: str) -> NoReturn:
        raise WrongUse(f"{message}; see {self.prog} --help")


def build_parser() -> Parser:
    parser = Parser(prog="chestnut", description=DESCRIPTION)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)
    # What every command takes.
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print exactly one JSON object")
    common.add_argument("--config", metavar="F", help="settings file instead of the default one")
    common.add_argument("--verbose", action="store_true", help="log times, sizes and causes to stderr")
    spoken = argparse.ArgumentParser(add_help=False)
    spoken.add_argument("--lang", choices=LANGUAGES, help="language of the answer (default: the settings')")
    for family in (device, see, speech, care):
        family.add_commands(commands, common, spoken)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 0 answered or honestly refused, 2 wrong use or bad input, 1 a fault of ours."""
    arguments = sys.argv[1:] if arguments is None else arguments
    as_json = "--json" in arguments
    try:
        options = build_parser().parse_args(arguments)
        level = logging.DEBUG if options.verbose else logging.WARNING
        logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
        answer: Answer = options.run(options)
    except WrongUse as error:
        return _refuse(str(error), "bad_input", WRONG_USE, as_json)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0
    except Exception as error:
        logging.getLogger(__name__).debug("fault", exc_info=True)
        cause = f"{type(error).__name__}: {error}".splitlines()[0]
        return _refuse(
            f"a fault of ours: {cause}; run again with --verbose and report it", "fault", FAULT, as_json
        )
    answer.print(as_json)
    return answer.status


def command() -> int:
    """The program `chestnut`."""
    if "--verbose" not in sys.argv:
        _quieten_libraries()
    return main()


def _quieten_libraries() -> None:
    """MediaPipe and ALSA write pages of remarks to the process's standard error from native code, past Python's
    logging. Ours goes on to the terminal, theirs to nothing; --verbose shows both."""
    try:
        ours = os.dup(2)
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 2)
        os.close(nothing)
        sys.stderr = os.fdopen(ours, "w", buffering=1)
    except OSError:  # no standard error to begin with
        return


def _refuse(message: str, key: str, status: int, as_json: bool) -> int:
    print(f"chestnut: {message}", file=sys.stderr)
    if as_json:
        Answer(refused=key, facts={"error": message}).print(True)
    return status
