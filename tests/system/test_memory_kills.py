"""Processes that remember are killed at random moments. python -m bench.kills does it a thousand times."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.kills import kill_often


@pytest.mark.slow
def test_no_acknowledged_row_is_lost_and_none_is_half(tmp_path: Path) -> None:
    result = kill_often(25, seed=1, folder=tmp_path)
    assert result.whole, result.verdict()
    assert result.kills == 25
    assert result.acknowledged > 100
    assert not list(tmp_path.iterdir())
