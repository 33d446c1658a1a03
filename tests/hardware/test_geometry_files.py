"""The files: the STL that is kept is the one these sources make, and the others hold the same body."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import solid_checks as check
import trimesh
from build123d import Mesher, export_step, import_step

from hardware.cad import export

NAMES = sorted(check.PRINTED)


@pytest.mark.parametrize("name", NAMES)
def test_kept_stl_is_the_one_of_these_sources(name: str) -> None:
    """The same triangles; another processor may round the last digit otherwise, so not by bytes."""
    file = export.PRINT / f"{name}.stl"
    assert file.exists(), "not built yet: make hardware ROOM=cad"
    kept = trimesh.load_mesh(file, process=False).triangles
    fresh = trimesh.load_mesh(check.stl(name), process=False).triangles
    assert kept.shape == fresh.shape, "lags behind its sources: make hardware ROOM=cad"
    assert np.abs(kept - fresh).max() < 0.002, "lags behind its sources: make hardware ROOM=cad"


def test_no_stl_is_kept_of_a_piece_that_is_no_more() -> None:
    assert {file.stem for file in export.PRINT.glob("*.stl")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_stl_is_the_same_bytes_again(name: str, tmp_path: Path) -> None:
    check.mesh(name)
    export.stl(check.PRINTED[name].on_bed, tmp_path / "again.stl", name)
    assert (tmp_path / "again.stl").read_bytes() == (
        check.KEPT / check.sources() / f"{name}.stl"
    ).read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_step_and_3mf_hold_the_same_body(name: str, tmp_path: Path) -> None:
    solid = check.PRINTED[name].on_bed
    export_step(solid, str(tmp_path / "part.step"))
    assert import_step(tmp_path / "part.step").volume == pytest.approx(solid.volume, rel=1e-4)
    export.three_mf(solid, tmp_path / "part.3mf")
    again = Mesher().read(str(tmp_path / "part.3mf"))
    assert len(again) == 1
    assert again[0].volume == pytest.approx(solid.volume, rel=0.005)
