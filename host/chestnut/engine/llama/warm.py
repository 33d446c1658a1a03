"""The constant beginnings of prompts, computed once and kept: in memory, and on disk for the next start."""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path

from chestnut.engine.llama.context import Context, Item

log = logging.getLogger(__name__)

SUFFIX = ".llama-state"
DIGEST_BYTES = 32


class Prefixes:
    """folder: where their states are kept, None for nowhere; what else lies there under the same suffix is removed by
    sweep(). identity: of the model, of llama.cpp and of the context; a state of any other one is not found.

    A state file is a SHA-256, of the file's name and of the bytes that follow, and these bytes. A damaged one, or one
    under the name of another, is made anew.
    """

    def __init__(self, context: Context, folder: Path | None, identity: str) -> None:
        self._context = context
        self._folder = folder
        self._identity = identity
        self._states: dict[tuple[int, ...], bytes] = {}

    def learn(self, tokens: Sequence[int]) -> bool:
        """The context holds just these tokens afterwards. True when they were found on disk."""
        path = self._path(tokens)
        state = _read(path)
        found = bool(state) and self._context.restore(tokens, state)
        if not found:
            self._context.read(tokens[self._context.cut(self._context.shared(tokens)) :], answer=False)
            state = self._context.save()
            _write(path, state)
        if state:
            self._states[tuple(tokens)] = state
        return found

    def restore(self, wanted: Sequence[Item], held: int) -> int:
        """Takes the longest of them that `wanted` begins with into the context, when it is longer than the `held`
        items that are there already. Returns how many there are then."""
        fitting = [
            tokens for tokens in self._states if len(tokens) > held and tuple(wanted[: len(tokens)]) == tokens
        ]
        best = max(fitting, key=len, default=())
        if not best:
            return held
        return len(best) if self._context.restore(best, self._states[best]) else 0

    def sweep(self) -> None:
        """Remove the states of other models and of other prompts."""
        if self._folder is None:
            return
        known = {self._path(tokens) for tokens in self._states}
        try:
            for path in self._folder.glob(f"*{SUFFIX}"):
                if path not in known:
                    path.unlink()
        except OSError as error:
            log.warning("old warm prompts could not be removed: %s", error)

    def _path(self, tokens: Sequence[int]) -> Path | None:
        if self._folder is None:
            return None
        name = hashlib.sha256(f"{self._identity} {list(tokens)}".encode()).hexdigest()
        return self._folder / f"{name[:32]}{SUFFIX}"


def _read(path: Path | None) -> bytes:
    if path is None:
        return b""
    try:
        data = path.read_bytes()
    except OSError:
        return b""
    state = data[DIGEST_BYTES:]
    return state if data[:DIGEST_BYTES] == _digest(path, state) else b""


def _write(path: Path | None, state: bytes) -> None:
    """Whole or not at all. A disk that cannot be written costs only the time at the next start."""
    if path is None or not state:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=SUFFIX, delete=False) as file:
            file.write(_digest(path, state) + state)
        Path(file.name).replace(path)
    except OSError as error:
        log.warning("the warm prompt could not be kept: %s", error)


def _digest(path: Path, state: bytes) -> bytes:
    return hashlib.sha256(path.name.encode() + state).digest()
