"""A pack is begun in a process of its own first: one that hangs, ends the process or raises is refused there, not on
the wearer. Run: python -m chestnut.runtime.packs.trial FOLDER."""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
import io
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from chestnut.core.effects import Effect
from chestnut.core.session import LANGUAGES, Session
from chestnut.core.skill import Priority, Skill
from chestnut.runtime.packs.pack import BadPack, Found

TRIAL_S = 5.0


def load(folder: Path) -> ModuleType:
    """The package of that folder, imported by the folder's name. Whatever it raises comes through."""
    name = folder.name
    if name in sys.modules and getattr(sys.modules[name], "__file__", "") == str(folder / "__init__.py"):
        return sys.modules[name]
    places = [str(folder)]
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=places
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{folder} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        forget(name)
        raise
    return module


def forget(name: str) -> None:
    """As if it had never been imported."""
    for module in [each for each in sys.modules if each == name or each.startswith(f"{name}.")]:
        del sys.modules[module]


def skills_of(module: ModuleType, named: set[str]) -> dict[str, Skill]:
    """named: that have words. BadPack for whatever is no skill."""
    skills: Any = getattr(module, "SKILLS", None)
    if not isinstance(skills, dict) or not skills:
        raise BadPack("__init__.py has no SKILLS: a dictionary of core.skill.Skill by name")
    for name, skill in skills.items():
        if not isinstance(skill, Skill) or not inspect.isgeneratorfunction(skill.run):
            raise BadPack(f"SKILLS[{name!r}] is no Skill of a generator: Skill(function that yields effects)")
        if skill.priority is not Priority.REQUEST:
            raise BadPack(
                f"SKILLS[{name!r}] has a priority: a skill of a pack begins by a key, leave it away"
            )
    for name in sorted(skills.keys() ^ named):
        lacks = "SKILLS has it not" if name in named else "[skills] of en.toml and ru.toml have it not"
        raise BadPack(f"skill {name}: {lacks}; both must")
    return dict(skills)


def begin(skills: dict[str, Skill]) -> None:
    """Each to its first effect, in each language."""
    for name, skill in skills.items():
        for language in LANGUAGES:
            steps = skill.run(Session(language=language))
            first = next(steps, None)
            if not isinstance(first, Effect):
                raise BadPack(
                    f"skill {name} yields {type(first).__name__} first: effects of chestnut.core.effects only"
                )
            steps.close()


def try_out(found: Found, named: set[str], limit_s: float = TRIAL_S) -> None:
    """BadPack when it does not come through its trial."""
    command = [sys.executable, "-m", __name__, str(found.folder), *sorted(named)]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=limit_s, stdin=subprocess.DEVNULL, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise BadPack(
            f"it does not come to its first effect within {limit_s:g} s: find its endless loop"
        ) from error
    except OSError as error:
        raise BadPack(f"it could not be tried out: {error.strerror}; start again") from error
    try:
        why = json.loads(done.stdout)
    except ValueError:
        why = None
    if done.returncode or why != "":
        raise BadPack(
            str(why) if why else f"it ended its process with status {done.returncode}: correct its code"
        )


def main(folder: str, *named: str) -> None:
    why = ""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            begin(skills_of(load(Path(folder)), set(named)))
        except BadPack as error:
            why = str(error)
        except Exception as error:  # noqa: BLE001 - whatever a stranger's code raises is told in one line
            why = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}; correct its code"
    print(json.dumps(why))


if __name__ == "__main__":
    main(*sys.argv[1:])
