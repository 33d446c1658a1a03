"""Runs in the guest of `make image-test`: remembers one thing after the other until the power is cut, and tells each
as soon as the memory has acknowledged it. First it examines what is there from before, the device's own memory too.

Lines it prints: DEVICE rows; DAMAGED what; WHOLE count newest; then ACKNOWLEDGED number for each.
"""

from __future__ import annotations

import sys
from pathlib import Path

from chestnut.core.memory import Owned, Place, Sighting
from chestnut.memory.keys import KeyFile
from chestnut.memory.store import Store
from chestnut.runtime.clock import HostClock
from chestnut.runtime.memory import key_of, memory_path
from chestnut.runtime.settings import MemorySettings


def main(folder: Path) -> None:
    clock = HostClock()
    folder.mkdir(parents=True, exist_ok=True)
    own = memory_path(MemorySettings())
    if own.exists():
        device = Store(own, key_of(own, own), clock.wall)
        rows, problems = len(device.recall()), device.check()
        device.close()
        tell(f"DAMAGED {problems}" if problems else f"DEVICE {rows} things at their places, whole")
    store = Store(folder / "memory.db", KeyFile(folder / "memory.key"), clock.wall)
    problems = store.check()
    numbers = sorted(int(row.thing.label.removeprefix("thing ")) for row in store.recall())
    if problems or numbers != list(range(len(numbers))):
        tell(f"DAMAGED {problems or numbers}")
    tell(f"WHOLE {len(numbers)} {numbers[-1] if numbers else -1}")
    number = len(numbers)
    while True:
        look = Sighting(Owned(f"thing {number}"), Place(f"place {number % 7}"), 0.9, clock.wall().utc_s)
        store.remember([look]).result()
        tell(f"ACKNOWLEDGED {number}")
        number += 1


def tell(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
