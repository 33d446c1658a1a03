"""The updates of the guest's test: both are signed and whole, and the first asks for a model nobody has."""

from __future__ import annotations

import shutil
from pathlib import Path

from chestnut.update import bundle
from chestnut_models.catalogue import read_catalogue

from tools.guest_updates import CATALOGUE, FAILS, MODEL, STAYS, put_updates

PROJECT = Path(__file__).resolve().parents[2]


def test_one_fits_and_one_expects_another_model(tmp_path: Path) -> None:
    program = tmp_path / "program"
    (program / "models").mkdir(parents=True)
    shutil.copy2(PROJECT / CATALOGUE, program / CATALOGUE)
    signers = tmp_path / "etc" / "update_signers"
    put_updates(program, tmp_path / "updates", signers)
    files = {}
    for version in (FAILS, STAYS):
        (file,) = (tmp_path / "updates" / version).iterdir()
        manifest = bundle.check(file, signers)
        assert manifest.version == version
        files[version] = {each.path: each.sha256 for each in manifest.files}
        folder = tmp_path / version
        bundle.unpack(file, signers, manifest, folder)
        catalogue = read_catalogue(folder / CATALOGUE)
        files[version]["bytes"] = str(catalogue[MODEL].bytes)
    assert int(files[FAILS]["bytes"]) == int(files[STAYS]["bytes"]) + 1
