"""chestnut models: the files of the device, the language models, and the question before one is fetched."""

from __future__ import annotations

import argparse
import importlib.util
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from chestnut_models import language_states, library
from chestnut_models.cache import cache_folder
from chestnut_models.catalogue import Url, read_catalogue
from chestnut_models.errors import ModelError
from chestnut_models.fit import machine_memory
from chestnut_models.language_catalogue import LanguageEntry, read_languages
from chestnut_models.language_states import GgufState, LanguageState

from chestnut.cli.answer import Answer, WrongUse
from chestnut.runtime import settings

ROLES = {"default": "the default", "pictures": "recommended for pictures", "": ""}
YES = ("y", "yes", "д", "да")
WIDTH = 79  # signs of a line
LIBRARIES = {"llama": "llama_cpp", "litert": "litert_lm"}


def add_command(commands: Any, common: argparse.ArgumentParser) -> None:
    command = commands.add_parser(
        "models",
        parents=[common],
        help="the model files: name, size, licence, state; gemma fetches one that speaks",
    )
    command.add_argument("action", nargs="?", default="list", choices=("list", "fetch", "verify", "gemma"))
    command.add_argument("names", nargs="*", metavar="NAME", help="only these; with list also any GGUF file")
    command.add_argument("--yes", action="store_true", help="gemma: fetch without being asked")
    command.set_defaults(run=models)


def models(options: argparse.Namespace) -> Answer:
    try:
        if options.action == "gemma":
            return _gemma(options.names, options.yes)
        if options.action == "fetch":
            return _fetched(options.names)
        return _listed(options.names, options.action == "verify")
    except ModelError as error:
        raise WrongUse(str(error)) from error


def _fetched(names: Sequence[str]) -> Answer:
    answer = Answer()
    for state in language_states.language_states(machine_memory()):
        for name in (state.entry.name, *state.files):
            if name in names:
                raise WrongUse(
                    f"{name} is a language model: fetch it with chestnut models gemma {state.entry.name}"
                )
    answer.facts["fetched"] = list(library.fetch(names or None))
    states = [state for state in library.verify() if not names or state.name in names]
    answer.facts["models"] = [asdict(state) for state in states]
    return answer


def _listed(names: Sequence[str], every_byte: bool) -> Answer:
    answer = Answer()
    memory = machine_memory()
    device = library.verify() if every_byte else library.list_models()
    language = language_states.language_states(memory, every_byte)
    other = language_states.gguf_states(memory)
    if names:
        device = tuple(state for state in device if state.name in names)
        language = tuple(state for state in language if {state.entry.name, *state.files} & set(names))
        other = tuple(state for state in other if Path(state.path).name in names)
        known = {state.name for state in device} | {Path(state.path).name for state in other}
        known |= {name for state in language for name in (state.entry.name, *state.files)}
        paths = [Path(name) for name in names if name not in known]
        if any(not path.is_file() for path in paths):
            raise WrongUse("there is no model file of that name: see chestnut models list")
        other += language_states.gguf_states(memory, paths)
    answer.facts["models"] = [asdict(state) for state in device]
    answer.facts["language_models"] = [_facts(state) for state in language]
    answer.facts["other_models"] = [asdict(state) for state in other]
    for file in device:
        answer.shown.append(f"{file.name:<24} {file.bytes / 1e6:7.1f} MB  {file.state:<8} {file.licence}")
        answer.shown += _folded("", file.purpose)
    if any(state.state != "present" for state in device):
        answer.refused = "model_missing"
        answer.shown.append("fetch them with: make models")
    if language:
        answer.shown += ["", "Language models, each optional; fetch one with: chestnut models gemma NAME"]
    for state in language:
        answer.shown += _lines(state)
    if other:
        answer.shown += ["", 'Other GGUF files; use one with: [engine] model = "FILE" in the settings']
    for gguf in other:
        answer.shown += _gguf_lines(gguf)
    if any(state.state == "damaged" for state in language) or any(state.fault for state in other if names):
        answer.refused = "model_missing"
    return answer


def _facts(state: LanguageState) -> dict[str, Any]:
    return {**asdict(state), "state": state.state}


def _lines(state: LanguageState) -> list[str]:
    entry = state.entry
    there = state.state
    if there == "begun":
        there = f"begun, {state.there_bytes / 1e6:.0f} MB are there"
    elif state.files[entry.file] == "present" and there != "present":
        there = f"present, but its projector is {there}"
    role = f", {ROLES[entry.role]}" if entry.role else ""
    return [
        f"{entry.name:<15} {state.bytes / 1e6:6.0f} MB  {there:<8} {state.licence}",
        *_folded("", f"{entry.title}{role}; for {entry.good_for}"),
        *_folded("memory", f"{state.fit.verdict}: {state.fit.why}"),
        *_folded("Pi 5", entry.speed),
    ]


def _folded(title: str, text: str) -> list[str]:
    """A paragraph under a title, in lines that fit a terminal."""
    lead = f"  {title:<9}"
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _gguf_lines(state: GgufState) -> list[str]:
    if state.fault:
        return textwrap.wrap(state.fault, WIDTH, break_long_words=False, break_on_hyphens=False)
    what = "projector" if state.is_projector else f"{state.context_tokens} tokens of context"
    said = f"{state.architecture}, {state.name!r}, {state.bytes / 1e6:.0f} MB, {what}"
    lines = [Path(state.path).name, *_folded("", said)]
    if state.fit is not None:
        template = (
            "has a chat template" if state.has_chat_template else "has no chat template: not made for talking"
        )
        lines += [*_folded("", template), *_folded("memory", f"{state.fit.verdict}: {state.fit.why}")]
    return lines


# --- fetching one -----------------------------------------------------------------------------------------


def _gemma(names: Sequence[str], without_asking: bool) -> Answer:
    if len(names) > 1:
        raise WrongUse("one language model at a time: chestnut models gemma NAME")
    answer = Answer()
    state = language_states.plan(names[0] if names else "", machine_memory())
    if state.state == "present":
        answer.shown.append(f"{state.entry.title} is there, every byte checked")
    else:
        free = language_states.disk_room(state)
        print(*_offer(state, free), sep="\n", file=sys.stderr)
        if not without_asking and not _agreed():
            answer.refused = "declined"
            answer.shown.append("nothing was fetched")
            return answer
        try:
            answer.facts["fetched"] = list(language_states.fetch_language(state.entry))
        except KeyboardInterrupt:
            print("\nstopped; the same command goes on from here", file=sys.stderr)
            raise
    answer.facts["language_models"] = [_facts(language_states.plan(state.entry.name, machine_memory()))]
    answer.shown += _switching_on(state)
    return answer


def _offer(state: LanguageState, free: int) -> list[str]:
    entry = state.entry
    files = read_catalogue()
    lines = textwrap.wrap(f"{entry.title}, for {entry.good_for}", WIDTH)
    for name, there in state.files.items():
        lines += _folded("file", f"{name}, {files[name].bytes / 1e6:.0f} MB, {there}")
        for source in files[name].source:
            if isinstance(source, Url):
                place = urlsplit(source.url)
                lines += _folded("from", place.netloc + place.path.split("/resolve/")[0])
        lines += _folded("made by", files[name].origin)
    lines += _folded("licence", f"{state.licence}: {entry.terms}")
    lines += _folded("", entry.asks)
    lines += _folded("pictures", _one_that_sees(entry))
    lines += _folded("memory", f"{state.fit.verdict}: {state.fit.why}")
    lines += _folded("Pi 5", entry.speed)
    to_fetch = f"{(state.bytes - state.there_bytes) / 1e6:.0f} MB to fetch"
    lines += _folded("disk", f"{to_fetch}, {free / 1e6:.0f} MB free in {cache_folder()}")
    return lines


def _one_that_sees(entry: LanguageEntry) -> str:
    """Which to take instead for pictures; nothing for a model that sees them."""
    seeing = next((other for other in read_languages() if other.role == "pictures"), None)
    if entry.sees or seeing is None:
        return ""
    return f"this one sees none; {seeing.title} does: make gemma MODEL={seeing.name}"


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise WrongUse("nothing was fetched, for nobody could be asked: say make gemma YES=1, or add --yes")
    print("Fetch it, and keep to its licence? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in YES


def _switching_on(state: LanguageState) -> list[str]:
    lines = [
        'It is used from the next start on: engine.model is "auto" unless you set it in '
        f'{settings.default_path()}; engine.kind = "none" switches it off.',
        f"Try it: chestnut {'describe IMAGE --deep' if state.entry.sees else 'ask QUESTION'}",
    ]
    if importlib.util.find_spec(LIBRARIES[state.entry.engine]) is None:
        lines.insert(0, "Its library is not installed yet: make engine")
    return lines
