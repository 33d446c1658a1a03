"""What became of a carer's folder, told in the folder itself: of what was in it and of nothing else."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

log = logging.getLogger(__name__)

REPORT = "chestnut-report.txt"


class Came(StrEnum):
    """KNOWN: it came before."""

    TAKEN = "taken"
    KNOWN = "came before"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Line:
    """what: a file or a folder in the inbox, or the words of a reminder in it. why: the remedy, where it was
    refused."""

    what: str
    came: Came
    why: str = ""

    @classmethod
    def plain(cls, what: str, came: Came, why: str) -> Line:
        """One line, whatever the carer's files are called: a terminal obeys control characters."""
        return cls(_plain(what), came, _plain(why))

    def __str__(self) -> str:
        return f"{self.came}: {self.what}" + (f": {self.why}" if self.why else "")


@dataclass(frozen=True, slots=True)
class Report:
    """written: it stands in the folder."""

    carer: str
    lines: tuple[Line, ...]
    written: bool

    def count(self, came: Came) -> int:
        return sum(line.came is came for line in self.lines)


def _plain(text: str) -> str:
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


def write(folder: Path, lines: tuple[Line, ...]) -> bool:
    """False where the folder cannot be written, as on a card that is locked. A link of that name is not written
    through."""
    half = folder / f"{REPORT}.new"
    try:
        half.unlink(missing_ok=True)
        text = "".join(f"{line}\n" for line in lines) or "There was nothing in this folder.\n"
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "wb") as file:
            file.write(text.encode("utf-8", "backslashreplace"))
        half.replace(folder / REPORT)
    except OSError as error:
        log.warning("the report cannot be written into the carer's folder: %s", error.strerror)
        return False
    return True
