"""A process that is reminded, to be killed: python -m chestnut_tests.reminded_process FOLDER NOW [done].

Its wall clock stands at NOW; it prints a line for each event it posted, and with "done" acknowledges what is due.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from chestnut.core.events import Event, MarkedDone, ReminderDue
from chestnut.runtime.reminding import Reminding

from chestnut_tests.memory_desk import Desk
from chestnut_tests.reminder_desk import ZONE, HandClock


async def live(folder: Path, now: float, *, acknowledges: bool) -> None:
    desk = Desk(folder)
    desk.now = now
    clock = HandClock(now)
    loop = asyncio.get_running_loop()

    def post(event: Event) -> None:
        loop.call_soon_threadsafe(posted, event)

    def posted(event: Event) -> None:
        if isinstance(event, ReminderDue):
            print(f"due {event.reminder} {event.times}", flush=True)
            if acknowledges:
                reminding.mark_done(1, event.reminder, event.due)
        elif isinstance(event, MarkedDone):
            print("done", flush=True)

    with desk.open() as store:
        reminding = Reminding(store.reminders, clock, lambda: ZONE, post, clock)
        await reminding.turn()
        loop.call_soon(lambda: print("turned", flush=True))  # after what was posted
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1]), float(sys.argv[2]), acknowledges=sys.argv[3:] == ["done"]))
