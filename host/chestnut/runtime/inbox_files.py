"""The files of a carer's folder, read with care: anybody may have written them, and any machine may have named them.

Links are not followed, for behind one may lie what the folder's owner may not read. A pipe is not waited for.
"""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from chestnut.core.people import clean_name

NAME_CHARACTERS = 60
MOST_NAMES, MOST_PICTURES = 50, 50
MOST_BYTES = 64 << 20
TEXT_BYTES = 1 << 20
ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".ppm", ".pgm")
UNREADABLE = (".heic", ".heif", ".avif")  # what many telephones write


class BadInbox(ValueError):
    """Nothing of the folder, or of the file, can be taken; the message is one line that names the remedy."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What a folder holds. used: what will be looked at. unreadable: pictures of a kind that cannot be read. more:
    how many are left, because there are too many."""

    used: tuple[Path, ...]
    unreadable: tuple[Path, ...] = ()
    more: int = 0


def carer_of(folder: Path, given: str) -> str:
    """given: "" is told by carer.txt."""
    path = folder / "carer.txt"
    if not given and not path.is_symlink() and not path.exists():
        raise BadInbox(f"nobody knows who brings it: write the carer's name into {path}, or give --name")
    try:
        return clean_name(given or text_of(path).partition("\n")[0])
    except BadInbox as error:
        raise BadInbox(f"nobody knows who brings it: {path}: {error}, or give --name") from error
    except ValueError as error:
        raise BadInbox(
            f"nobody knows who brings it: write a name with a letter into {path}, or give --name"
        ) from error


def text_of(path: Path) -> str:
    """Of a file in the folder itself. What some editors put before the first letter is left away."""
    if path.is_symlink() or not path.is_file():
        raise BadInbox("it is no file of its own; copy it into the folder")
    try:
        if path.stat().st_size > TEXT_BYTES:
            raise BadInbox(f"it is larger than {TEXT_BYTES >> 10} kB; shorten it")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInbox(f"it cannot be read ({error.strerror}); check the stick") from error
    except UnicodeDecodeError as error:
        raise BadInbox("it is not UTF-8; save it as UTF-8") from error


def name_of(folder: Path) -> str:
    """As the wearer writes it: some systems take letters and their marks apart."""
    name = unicodedata.normalize("NFC", " ".join(folder.name.split()))
    if not any(sign.isalnum() for sign in name) or not name.isprintable() or len(name) > NAME_CHARACTERS:
        raise BadInbox(f"name the folder in words, {NAME_CHARACTERS} characters at most")
    return name


def folders_in(folder: Path) -> Listed:
    """In the order of their names, and whatever else lies there. OSError when it cannot be read."""
    try:
        found = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except (FileNotFoundError, NotADirectoryError):
        return Listed(())
    return Listed(tuple(found[:MOST_NAMES]), more=len(found[MOST_NAMES:]))


def pictures_in(folder: Path) -> Listed:
    """The same of pictures, told by their endings; what else lies there is nobody's picture."""
    found = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    pictures = [path for path in found if path.suffix.lower() in ENDINGS]
    unreadable = [path for path in found if path.suffix.lower() in UNREADABLE]
    used, more = pictures[:MOST_PICTURES], pictures[MOST_PICTURES:]
    return Listed(tuple(used), tuple(unreadable[:MOST_PICTURES]), len(more))


def digest_of(picture: Path) -> str:
    """BadInbox for what is no picture to look at; OSError when it cannot be read."""
    if picture.is_symlink() or not picture.is_file():
        raise BadInbox("it is no file of its own; copy the picture itself")
    if picture.stat().st_size > MOST_BYTES:
        raise BadInbox(f"it is larger than {MOST_BYTES >> 20} MB; make it smaller")
    with picture.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def mark_of(*parts: str) -> str:
    """By which it is known when it comes again."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
