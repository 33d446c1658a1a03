"""What became of the latest update, told once. The guard of updates writes it (host/system/update_guard.sh), and the
command at the start of the machine."""

from __future__ import annotations

import logging
from pathlib import Path

from chestnut.runtime import keepsake
from chestnut.update.versions import ROOT

log = logging.getLogger(__name__)

TOLD = (
    *("update_done", "update_returned"),
    # Of an update that lay in the card's folder at the start.
    *("update_damaged", "update_unreadable", "update_unsigned", "update_no_signers", "update_wrong_machine"),
    *("update_too_new", "update_no_room", "update_not_prepared", "update_card", "update_denied"),
)


def told_path() -> Path:
    return keepsake.default_path().with_name("update_told")


def news(outcome: Path = ROOT / "outcome", told: Path | None = None) -> str:
    """The phrase key, "" when there is nothing new. It counts as told from now on, also over a restart."""
    told = told or told_path()
    try:
        written = outcome.read_text(encoding="utf-8")
        stamp = f"{outcome.stat().st_mtime_ns} {written}"
    except (OSError, UnicodeDecodeError):
        return ""
    try:
        if told.is_file() and told.read_text(encoding="utf-8") == stamp:
            return ""
        told.parent.mkdir(parents=True, exist_ok=True)
        told.write_text(stamp, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        log.warning("what became of the update is told again at the next start: %s", error)
    key = written.split()[0] if written.split() else ""
    return key if key in TOLD else ""
