"""Pairing, for the conductor: each job in a task of its own, so that nothing else waits for an answer of D-Bus."""

from __future__ import annotations

import asyncio
import logging

from chestnut.core import effects, events
from chestnut.core.ports import Clock, PadPairing, Post

log = logging.getLogger(__name__)

Asked = effects.SeekPads | effects.PairPad | effects.ListPads | effects.ForgetPad
LONGEST_S = 90.0  # beyond what the port promises of itself


class Pairing:
    """On the asyncio loop."""

    def __init__(self, pads: PadPairing, post: Post, clock: Clock) -> None:
        self._pads = pads
        self._post = post
        self._clock = clock
        self._tasks: dict[int, asyncio.Task[None]] = {}

    def perform(self, job: int, effect: Asked) -> None:
        task = asyncio.get_running_loop().create_task(self._answer(job, effect), name="pairing")
        self._tasks[job] = task
        task.add_done_callback(lambda _: self._tasks.pop(job, None))

    def cancel(self, job: int) -> None:
        """Searching ends, and pairing is broken off."""
        task = self._tasks.get(job)
        if task is not None:
            task.cancel()

    async def close(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._pads.close()

    async def _answer(self, job: int, effect: Asked) -> None:
        try:
            async with asyncio.timeout(LONGEST_S):
                answer = await self._do(job, effect)
        except Exception as error:  # noqa: BLE001 - whoever waits is told, whatever failed
            reason = str(getattr(error, "reason", "bluetooth_missing"))
            log.warning("%s: %s", type(effect).__name__, error or type(error).__name__)
            answer = events.EffectFailed(at=self._clock.now(), job=job, reason=reason)
        self._post(answer)

    async def _do(self, job: int, effect: Asked) -> events.Answer:
        match effect:
            case effects.SeekPads(seconds=seconds):
                pads = await self._pads.seek(seconds)
            case effects.ListPads():
                pads = await self._pads.paired()
            case effects.PairPad(address=address):
                await self._pads.pair(address)
                return events.PadPaired(at=self._clock.now(), job=job)
            case effects.ForgetPad(address=address):
                await self._pads.forget(address)
                return events.PadForgotten(at=self._clock.now(), job=job)
        return events.PadsListed(at=self._clock.now(), job=job, pads=pads)
