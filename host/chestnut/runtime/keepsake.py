"""What survives a restart: the wearer's own settings, and that the first start is over. A small JSON file."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

from chestnut.core.session import Session

log = logging.getLogger(__name__)

KEPT = ("language", "rate_wpm", "volume", "mode", "paused")


def default_path() -> Path:
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "chestnut" / "session.json"


class Keepsake:
    """path None keeps nothing (the tour, tests). A disk that cannot be read or written costs the choices, nothing
    else: the log tells it."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.first_start = path is not None and not os.path.lexists(path)

    def restore(self, session: Session) -> Session:
        """The session with what was kept; anything unreadable or no longer allowed is left at its default."""
        if self._path is None or self.first_start:
            return session
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            log.warning("the wearer's choices are lost: %s", error)
            return session
        for name in KEPT:
            if isinstance(kept, dict) and name in kept:
                try:
                    session = session.changed(name, kept[name])
                except (ValueError, TypeError):
                    continue
        return session

    def keep(self, session: Session) -> None:
        """Write it whole or not at all."""
        if self._path is None:
            return
        half = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            half.write_text(json.dumps({name: getattr(session, name) for name in KEPT}), encoding="utf-8")
            half.replace(self._path)
        except OSError as error:
            log.warning("the wearer's choices are not kept over a restart: %s", error)
