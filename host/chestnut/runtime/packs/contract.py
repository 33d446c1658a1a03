"""What a pack must keep to, read from its files alone: words in both languages, imports, phrases. Nothing is run.

It finds mistakes. It is no sandbox: a pack is a program, and who installs one trusts whoever wrote it.
"""

from __future__ import annotations

import ast
import string
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chestnut.core.conductor import BUILT_IN
from chestnut.core.session import LANGUAGES
from chestnut.locale import Phrases
from chestnut.runtime.packs.pack import PREFIX, BadPack, Found, Words
from chestnut.skills.table import SKILLS

TABLES = ("phrases", "skills")
LONGEST_NAME, LONGEST_TEXT, LONGEST_FILE, MOST_FILES = 30, 500, 1 << 18, 50
# What knows no clock, no file, no thread and no chance.
PURE = frozenset(
    {"__future__", "abc", "bisect", "collections", "dataclasses", "decimal", "enum", "fractions", "functools"}
    | {"heapq", "itertools", "json", "math", "operator", "re", "statistics", "string", "types", "typing"}
    | {"unicodedata"}
)
IMPURE = frozenset(
    {"open", "exec", "eval", "compile", "input", "print", "breakpoint", "__import__", "exit", "quit"}
)


def read_words(found: Found) -> dict[str, Words]:
    """By language. BadPack for whatever does not keep to the contract."""
    if not found.name.isidentifier() or not found.name.islower() or len(found.name) > LONGEST_NAME:
        raise BadPack(f"{found.name!r} is no name: name its folder {PREFIX} and a short lower-case word")
    words = {language: _table(found, language) for language in LANGUAGES}
    first, *others = words.items()
    for language, table in others:
        for name in TABLES:
            for key in sorted(table[name].keys() ^ first[1][name].keys()):
                lacks = language if key in first[1][name] else first[0]
                raise BadPack(f"{lacks}.toml has no [{name}] {key}: write it in every language")
        for key, text in table["phrases"].items():
            if _fields(text, key) != _fields(first[1]["phrases"][key], key):
                raise BadPack(
                    f"{key} has other {{fields}} in {first[0]}.toml than in {language}.toml: use the same"
                )
    return words


def _table(found: Found, language: str) -> Words:
    path = found.folder / f"{language}.toml"
    try:
        table = tomllib.loads(_text(path))
    except (ValueError, RecursionError) as error:
        raise BadPack(f"{path} is not TOML: {error}; correct it") from error
    for name in TABLES:
        if not isinstance(table.get(name), dict):
            raise BadPack(f"{path} has no table [{name}]: add it")
    for name in sorted(table.keys() - set(TABLES)):
        raise BadPack(f"{path} has a table [{name}]: only {' and '.join(TABLES)} are known")
    for name in TABLES:
        for key, text in table[name].items():
            if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT:
                raise BadPack(f"{path}: {key} must be words, {LONGEST_TEXT} characters at most")
    for skill in table["skills"]:
        _own(found, skill, "a skill")
        if skill in SKILLS or skill in BUILT_IN:
            raise BadPack(f"Chestnut has a skill {skill} already: choose another name")
        if f"choose_{skill}" not in table["phrases"]:
            raise BadPack(f"{path} has no phrase choose_{skill}: write what the menu says of it")
    built_in = Phrases.of(language).tables["phrases"]
    for key, text in table["phrases"].items():
        if not key.startswith("choose_"):
            _own(found, key, "a phrase")
        elif key.removeprefix("choose_") not in table["skills"]:
            raise BadPack(f"{path}: {key} is the menu's word for no skill of this pack; leave it away")
        if key in built_in:
            raise BadPack(f"{path}: Chestnut has a phrase {key} already: choose another name")
        _fields(text, key)
    return table


def _own(found: Found, name: str, what: str) -> None:
    if name != found.name and not name.startswith(f"{found.name}_"):
        raise BadPack(f"{name} cannot be {what} of this pack: its names begin with {found.name}_")


def _fields(text: str, key: str) -> frozenset[str]:
    try:
        parts = [part for part in string.Formatter().parse(text) if part[1] is not None]
    except ValueError as error:
        raise BadPack(f"{key}: {error}; write {{name}} for a field") from error
    for _, name, spec, conversion in parts:
        if not (name or "").isidentifier() or spec or conversion:
            raise BadPack(f"{key}: write a field as {{name}}, without more")
    return frozenset(str(name) for _, name, _, _ in parts)


def check_code(found: Found, words: Mapping[str, Words]) -> None:
    """BadPack names the file and the line."""
    files = sorted(found.folder.rglob("*.py"))
    if len(files) > MOST_FILES:
        raise BadPack(f"{len(files)} files are more than a pack has: {MOST_FILES} at most")
    spoken = set(Phrases.of(LANGUAGES[0]).tables["phrases"]) | set(words[LANGUAGES[0]]["phrases"])
    for path in files:
        try:
            tree = ast.parse(_text(path))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise BadPack(f"{path.name} is no Python: {error}; correct it") from error
        for node in ast.walk(tree):
            at = f"{path.name}, line {getattr(node, 'lineno', 0)}"
            for module in _imported(node):
                if not _allowed(module, found):
                    raise BadPack(
                        f"{at} imports {module}: a skill imports chestnut.core and pure modules only"
                    )
            if isinstance(node, ast.Name) and node.id in IMPURE:
                raise BadPack(f"{at} uses {node.id}: a skill yields effects and does nothing by itself")
            key = _said(node)
            if key is not None and key not in spoken:
                raise BadPack(f"{at} says {key!r}, which no language has: write it in en.toml and ru.toml")


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and not node.level:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _allowed(module: str, found: Found) -> bool:
    first, _, rest = module.partition(".")
    if first == "chestnut":
        return rest.partition(".")[0] == "core"
    return first in PURE or first == PREFIX + found.name


def _said(node: ast.AST) -> str | None:
    """The key of a Say that stands there as it is."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Say" and node.args:
        key: Any = node.args[0]
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            return key.value
    return None


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LONGEST_FILE + 1)
    except FileNotFoundError as error:
        raise BadPack(f"there is no {path}: write it") from error
    except OSError as error:
        raise BadPack(f"cannot read {path}: {error.strerror}; correct its permissions") from error
    except UnicodeDecodeError as error:
        raise BadPack(f"{path} is not UTF-8: save it as UTF-8") from error
    if len(text) > LONGEST_FILE:
        raise BadPack(f"{path} is longer than {LONGEST_FILE} characters: shorten it")
    return text
