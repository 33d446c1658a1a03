"""Every printed piece of both units: a printer can make it as it lies, without supports, and it is thick enough."""

from __future__ import annotations

import numpy as np
import pytest
import solid_checks as check

NAMES = sorted(check.PRINTED)
SOLID_GRAMS = {"chest": 125.0, "pod": 75.0}
THIN_SHARE = 0.002  # of the surface: where curves run out into each other


@pytest.mark.parametrize("name", NAMES)
def test_is_one_closed_body_with_its_outside_outward(name: str) -> None:
    mesh = check.mesh(name)
    assert mesh.is_watertight
    assert mesh.is_winding_consistent
    assert mesh.is_volume
    assert mesh.body_count == 1


@pytest.mark.parametrize("name", NAMES)
def test_mesh_holds_what_the_solid_holds(name: str) -> None:
    solid = check.PRINTED[name].shape
    assert solid.is_valid
    assert check.mesh(name).volume == pytest.approx(solid.volume, rel=0.005)


@pytest.mark.parametrize("name", NAMES)
def test_walls_are_thick_enough(name: str) -> None:
    """Straight in from 4000 points: 998 of 1000 at least the least wall, none under half of it."""
    least = check.PARAMS.printing.least_wall
    found, points = check.thickness(check.mesh(name))
    thin = found < least - 0.02
    where = ", ".join(
        f"{depth:.2f} at {np.round(place, 1)}" for depth, place in zip(found[thin], points[thin], strict=True)
    )
    assert thin.mean() <= THIN_SHARE, where[:600]
    assert found.min() >= least / 2, where[:600]


@pytest.mark.parametrize("name", NAMES)
def test_prints_without_supports(name: str) -> None:
    size = check.PARAMS.printing
    hanging = check.hanging(check.mesh(name), size.overhang_deg, size.bridge, ledge=0.8)
    assert not hanging, f"{len(hanging)} places, such as {hanging[:4]}"


@pytest.mark.parametrize("name", NAMES)
def test_stands_on_the_bed_and_fits_it(name: str) -> None:
    mesh = check.mesh(name)
    assert mesh.bounds[0, 2] == pytest.approx(0, abs=0.01)
    assert (mesh.extents <= check.PARAMS.printing.bed).all()
    low = mesh.triangles[:, :, 2].max(axis=1) < 0.02
    assert mesh.area_faces[low].sum() > 8.0, "too little lies on the bed to hold it"


@pytest.mark.parametrize("name", NAMES)
def test_mesh_file_is_small(name: str) -> None:
    assert 84 + 50 * len(check.mesh(name).faces) < 400_000


@pytest.mark.parametrize("unit", ["chest", "pod"])
def test_names_are_different_and_printed_mass_is_moderate(unit: str) -> None:
    pieces = check.CHEST if unit == "chest" else check.POD
    assert len({piece.name for piece in pieces}) == len(pieces)
    solid = (
        sum(piece.shape.volume for piece in pieces if piece.printed) / 1000 * check.PARAMS.printing.density
    )
    assert solid < SOLID_GRAMS[unit]
