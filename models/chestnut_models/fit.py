"""Does a language model fit this machine's memory, and why?

llama.cpp maps the model's file: its pages can be dropped and read again at any time, so the file is wanted in memory,
not owed. Owed is what is private to the process. Where the numbers are from:

- measured with a random model of Gemma 3n E2B's shape, 2.8 GB, 2048 tokens of context: 126 MB private in the leanest
  setting, 1028 MB with weights rearranged for speed; the rearranged ones are 835 MB of it, half of what is read for
  every token;
- a projector is read into private memory as it is, and encoding a picture takes 557 MB more with Gemma 3n's
  MobileNetV5 and 25 to 51 MB with Gemma 4's transformer (measured with random models of their shapes).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chestnut_models.errors import ModelError
from chestnut_models.gguf_header import GgufHeader

MEGABYTE = 1_000_000
# Kept for the system and the device's other parts; one description with every detector took 300 MB.
REST_BYTES = 1000 * MEGABYTE
BATCH = 64  # tokens taken in at once, in the leanest setting
OVERHEAD_BYTES = 25 * MEGABYTE
REARRANGED_SHARE = 0.53
PICTURE_BYTES = {"gemma3nv": 557 << 20, "gemma4v": 51 << 20}
PICTURE_BYTES_ELSE = 600 * MEGABYTE
MEMORY_FILE = Path("/proc/meminfo")


@dataclass(frozen=True, slots=True)
class Needs:
    """What a model takes, in bytes. file: of the mapped file; hot: of these, what is read for every token. private:
    in the leanest setting, with the projector. faster: private as well, but only for speed."""

    file: int
    hot: int
    private: int
    faster: int


@dataclass(frozen=True, slots=True)
class Memory:
    """Of this machine, in bytes. available: without anything being swapped out."""

    total: int
    available: int


@dataclass(frozen=True, slots=True)
class Fit:
    """verdict: "fits", "tight" or "too big". why: in words. needs_mb: to be at its best; least_mb: to work at all;
    private_mb: of that, what cannot be given back; all for one context. faster: there is room for the rearranged
    weights."""

    verdict: str
    why: str
    needs_mb: int
    least_mb: int
    private_mb: int
    faster: bool


def fit(needs: Needs, memory: Memory) -> Fit:
    """Pure. A machine is judged by all its memory, so that the answer is the same tomorrow; what is free now is only
    mentioned."""
    room = max(0, memory.total - REST_BYTES)
    best = needs.file + needs.private + needs.faster
    least = needs.hot + needs.private
    here = f"{_mb(room)} MB are there ({_mb(memory.total)} MB less {_mb(REST_BYTES)} for the rest)"
    if best <= room:
        verdict, why = "fits", f"takes up to {_mb(best)} MB; {here}"
    elif least <= room:
        verdict = "tight"
        why = (
            f"works from {_mb(least)} MB, wants {_mb(best)} to be quick and never read its file twice; {here}"
        )
    else:
        verdict, why = "too big", f"needs {_mb(least)} MB at least; {here}"
    if verdict != "too big" and memory.available < least:
        why += f"; only {_mb(memory.available)} MB are free now, so close other programs first"
    faster = verdict == "fits" and needs.faster > 0
    return Fit(verdict, why, _mb(best), _mb(least), _mb(needs.private), faster)


def needs_of(model: GgufHeader, projector: GgufHeader | None = None, context_tokens: int = 2048) -> Needs:
    """What a model and its projector take, from what their files say; rather too much than too little."""
    hot = model.bytes - model.looked_up_bytes
    private = OVERHEAD_BYTES + 4 * BATCH * model.vocabulary + context_tokens * model.cache_bytes_a_token
    if projector is not None:
        private += projector.bytes + PICTURE_BYTES.get(projector.projector_kind, PICTURE_BYTES_ELSE)
    return Needs(model.bytes, hot, private, int(REARRANGED_SHARE * hot))


def machine_memory(file: Path = MEMORY_FILE) -> Memory:
    """Raises ModelError where it cannot be told."""
    try:
        lines = (
            line.split(":", 1) for line in file.read_text("ascii", "replace").splitlines() if ":" in line
        )
        kilobytes = {name: int(rest.split()[0]) for name, rest in lines if rest.split()[:1] != []}
        return Memory(kilobytes["MemTotal"] * 1024, kilobytes["MemAvailable"] * 1024)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{file} does not tell this machine's memory ({error!r})") from error


def _mb(count: int) -> int:
    return -(-count // MEGABYTE)
