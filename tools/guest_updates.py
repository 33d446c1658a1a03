"""Two signed updates for the guest of `make image-test`, and whose signature it trusts. Both are the installed
program under another number; the first expects a model file of another length, so that its self-test must fail."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

from chestnut.update.manifest import ANY_MACHINE
from chestnut.update.signature import IDENTITY, NAMESPACE

from tools.make_update import LEAST, files_of, make

FAILS, STAYS = "0.1.1", "0.1.2"
MODEL = "nanodet.onnx"
CATALOGUE = "models/catalogue.toml"


def put_updates(program: Path, folder: Path, signers: Path) -> None:
    """program: a tree of what is installed. Into the folder, one update in a folder of its number; signers is
    written."""
    sources = files_of(program, None)
    with tempfile.TemporaryDirectory() as place:
        key = Path(place) / "key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        words = key.with_suffix(".pub").read_text(encoding="ascii").split()
        signers.parent.mkdir(parents=True, exist_ok=True)
        signers.write_text(f'{IDENTITY} namespaces="{NAMESPACE}" {words[0]} {words[1]}\n', encoding="ascii")
        other = Path(place) / "catalogue.toml"
        other.write_text(_longer(sources[CATALOGUE].read_text(encoding="utf-8")), encoding="utf-8")
        for version, files in ((FAILS, sources | {CATALOGUE: other}), (STAYS, sources)):
            (folder / version).mkdir(parents=True)
            make(files, key, folder / version, version, ANY_MACHINE, LEAST)


def _longer(catalogue: str) -> str:
    """The same with the model one byte longer."""
    found = re.search(rf'(?s)name = "{re.escape(MODEL)}".*?\nbytes = ([0-9]+)\n', catalogue)
    if found is None:
        raise ValueError(f"{CATALOGUE} has no {MODEL}")
    begin, end = found.span(1)
    return f"{catalogue[:begin]}{int(found[1]) + 1}{catalogue[end:]}"
