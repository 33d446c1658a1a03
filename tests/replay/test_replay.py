"""Recorded lives, fed to the conductor anew: the same events must still cause the same orders.

A change that means to alter them records them again in the same commit: `make recordings`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from chestnut.runtime.recording import replay
from chestnut.skills.table import SKILLS

RECORDINGS = sorted(Path(__file__).parent.glob("*.jsonl"))


def test_there_are_recordings() -> None:
    assert len(RECORDINGS) >= 2


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.stem)
def test_a_recorded_life_is_answered_as_it_was(path: Path) -> None:
    steps = list(replay(path, SKILLS))
    assert len(steps) > 50
    assert [(step.line, step.recorded, step.replayed) for step in steps if step.differs] == []
