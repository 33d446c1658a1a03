"""Reads the command line, runs one command, prints one answer."""

from __future__ import annotations

import argparse
import importlib
import io
import logging
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from chestnut.cli.answer import ANSWERED, FAULT, INTERRUPTED, WRONG_USE, Answer, WrongUse, drop_output
from chestnut.core.session import LANGUAGES
from chestnut.engine.offline import forbid_network

DESCRIPTION = "Chestnut: an assistant worn on the chest that sees, thinks and speaks with no network at all."
LONGEST_LINE = 4000  # characters of what is refused; a longer argument is not repeated whole
# Commands that need a network: models fetches; run has the page open a socket of its own, then closes the network.
NETWORKED = ("models", "run")
# Commands that need no eyes, and their modules: to import what the others need takes as long again.
QUICK = {
    "recall": "memory",
    "remember": "memory",
    "memory": "forget",
    "remind": "remind",
    "reminders": "remind",
    "clock": "remind",
}


class Parser(argparse.ArgumentParser):
    """Wrong use is one line on stderr, as everywhere in the project."""

    def error(self, message: str) -> NoReturn:
        raise WrongUse(f"{message}; see {self.prog} --help")


def build_parser(command: str = "") -> Parser:
    """command: the one that will be run, where that is known; of QUICK ones nothing else is there then."""
    # Imported here, because they take a while and a Ctrl-C meanwhile is no fault either.
    parser = Parser(prog="chestnut", description=DESCRIPTION, allow_abbrev=False)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)
    # What every command takes.
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--json", action="store_true", help="print exactly one JSON object")
    common.add_argument("--verbose", action="store_true", help="log times, sizes and causes to stderr")
    # What a command takes that reads the settings; one that speaks takes a language too.
    configured = argparse.ArgumentParser(add_help=False, parents=[common])
    configured.add_argument("--config", metavar="F", help="settings file instead of the default one")
    spoken = argparse.ArgumentParser(add_help=False, parents=[configured])
    spoken.add_argument("--lang", choices=LANGUAGES, help="language of the answer (default: the settings')")
    if command in QUICK:
        importlib.import_module(f"chestnut.cli.{QUICK[command]}").add_commands(commands, spoken)
        return parser
    from chestnut.cli import (
        ask,
        care,
        carer,
        device,
        find,
        forget,
        latency,
        letters,
        listen,
        memory,
        pad,
        people,
        remind,
        see,
        signs,
        speech,
        taught,
        update,
        watch,
        window,
    )

    for family in (
        device,
        see,
        find,
        ask,
        memory,
        forget,
        remind,
        people,
        taught,
        carer,
        watch,
        signs,
        letters,
        listen,
        speech,
        pad,
        update,
        latency,
        window,
    ):
        family.add_commands(commands, spoken)
    care.add_commands(commands, common, configured)
    return parser


def main(arguments: list[str] | None = None, close_network: Callable[[], object] = lambda: None) -> int:
    """The exit status: 0 answered or honestly refused, 2 wrong use or bad input, 1 a fault of ours, 130 interrupted.
    close_network is
    called before any library is loaded, unless the command is one of NETWORKED."""
    arguments = sys.argv[1:] if arguments is None else arguments
    as_json = "--json" in arguments
    try:
        if arguments and arguments[0] in ("--json", "--verbose", "--config", "--lang"):
            raise WrongUse(
                f"{arguments[0]} stands before the command; write it after, as in describe IMAGE --json"
            )
        options = build_parser(arguments[0] if arguments else "").parse_args(arguments)
        level = logging.DEBUG if options.verbose else logging.WARNING
        logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
        options.close_network = close_network
        if arguments[0] not in NETWORKED:
            close_network()
        answer: Answer = options.run(options)
        answer.print(as_json)
        return answer.status
    except WrongUse as error:
        return _refuse(str(error), "bad_input", WRONG_USE, as_json)
    except KeyboardInterrupt:
        if as_json:
            Answer(refused="interrupted").print(True)
        return INTERRUPTED
    except BrokenPipeError:  # who listened, as in `chestnut describe IMAGE | head -0`, has heard enough
        drop_output()
        return ANSWERED
    except Exception as error:
        logging.getLogger(__name__).debug("fault", exc_info=True)
        cause = f"{type(error).__name__}: {error}".splitlines()[0]
        return _refuse(
            f"a fault of ours: {cause}; run again with --verbose and report it", "fault", FAULT, as_json
        )


def command() -> int:
    """The program `chestnut`."""
    _prepare_streams()
    if "--verbose" not in sys.argv:
        _quieten_libraries()
    _end_when_asked()
    # Libraries would use one, unasked: MediaPipe and ONNX Runtime, as soon as they are used, look up where to send
    # what they count. From here on the kernel refuses them, and everything begun from here, all but local sockets.
    return main(close_network=forbid_network)


def _end_when_asked() -> None:
    """An end that is asked for by SIGTERM is as orderly as one by Ctrl-C: the pod's process and folder go too. A
    shell that begins us in the background has SIGINT ignored, and then Python has no handler for it: one is set."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda number, frame: signal.raise_signal(signal.SIGINT))


def _prepare_streams() -> None:
    """Words go out line by line and as UTF-8, whatever the locale says; bytes of a file's name that are no text go
    out as escapes. A stream that was closed by who called us is nothing, not an error."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - to the end
        elif mode == "w" and isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)


def _quieten_libraries() -> None:
    """MediaPipe and ALSA write pages of remarks to the process's standard error from native code, past Python's
    logging. Ours goes on to the terminal, theirs to nothing; --verbose shows both."""
    try:
        ours = os.dup(2)
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 2)
        os.close(nothing)
        sys.stderr = os.fdopen(ours, "w", buffering=1, encoding="utf-8", errors="backslashreplace")
    except OSError:  # no standard error to begin with
        return


def _refuse(message: str, key: str, status: int, as_json: bool) -> int:
    line = "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in message)
    if len(line) > LONGEST_LINE:  # the remedy stands at its end
        line = f"{line[: LONGEST_LINE // 2]} … {line[-LONGEST_LINE // 2 :]}"
    print(f"chestnut: {line}", file=sys.stderr)
    if as_json:
        Answer(refused=key, facts={"error": line}).print(True)
    return status
