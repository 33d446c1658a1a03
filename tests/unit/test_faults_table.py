"""docs/faults.md: what it says is what the device says, and every test it names is there."""

from __future__ import annotations

import ast
import tomllib

import pytest
from chestnut.core.events import Part
from chestnut.core.session import LANGUAGES
from chestnut.locale import Phrases

from tools.faults import ASKED, LOST, PAGE, PROJECT, SERVICE, Fault, page

FAULTS = (*(fault for faults in LOST.values() for fault in faults), *SERVICE, *ASKED)
ENGLISH = PROJECT / "host" / "chestnut" / "locale" / "en.toml"
# It has helped itself already, or is about to.
SELF_MENDING = (
    *("pod_restarted", "engine_restarted"),
    *("service_failed", "service_hung", "service_no_memory"),
)


def test_the_page_is_as_the_list_and_the_locale_files_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tools.faults"


def test_every_part_that_can_be_lost_is_there() -> None:
    assert set(LOST) == set(Part)


def test_every_way_the_program_itself_fails_is_there() -> None:
    texts = tomllib.loads(ENGLISH.read_text(encoding="utf-8"))["phrases"]
    assert {fault.says for fault in SERVICE} == {key for key in texts if key.startswith("service_")}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.says}-{fault.what}")
def test_the_test_that_shows_it_is_there(fault: Fault) -> None:
    file, _, name = fault.shown.partition("::")
    tree = ast.parse((PROJECT / "tests" / file).read_text(encoding="utf-8"))
    assert name in {
        node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fault_is_told_with_what_to_do(language: str) -> None:
    """One sentence tells the fault, another the remedy; or one with both."""
    phrases = Phrases.of(language)
    for fault in FAULTS:
        said = phrases.render(fault.says, {})
        assert said.count(". ") or ": " in said or fault.says in SELF_MENDING, said
