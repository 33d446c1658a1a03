"""A pad that speaks Bluetooth Low Energy, read here instead of by the kernel: HID over GATT by bleak.

Source: HID over GATT Profile 1.0 and the assigned numbers of the Bluetooth SIG. Its radio is looked after by BlueZ,
which pairs it first (pad_pairing.py).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from chestnut.core.events import PadMeasured, Part, PartFound, PartLost
from chestnut.core.pad import Layout, Models
from chestnut.core.ports import Clock, Post
from chestnut.devices.hid_report import BadReportMap, ReportMap
from chestnut.devices.pad_keys import PadKeys

if TYPE_CHECKING:
    from bleak.backends.device import BLEDevice

log = logging.getLogger(__name__)

REPORT_MAP, REPORT, BATTERY, PNP_ID = "2a4b", "2a4d", "2a19", "2a50"
REPORT_REFERENCE = "2908"
INPUT_REPORT = 1
CONNECT_S = 15.0
READ_S = 10.0
RETRY_S = 1.0
UNFIT_S = 15.0  # a pad that is there and cannot be used: until the next try


class PadUnfit(OSError):
    """The pad is there and cannot be used. reason: the phrase that tells the remedy."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


class BlePad:
    """The Pad port. find: the pad to be read, None while there is none; it may take a while. client: another backend
    of bleak's."""

    def __init__(
        self,
        post: Post,
        clock: Clock,
        models: Models,
        hold_s: float,
        find: Callable[[], Awaitable[BLEDevice | None]],
        *,
        client: type[Any] | None = None,
        retry_s: float = RETRY_S,
    ) -> None:
        self._post = post
        self._clock = clock
        self._models = models
        self._hold_s = hold_s
        self._find = find
        self._client = client
        self._retry_s = retry_s
        self._task: asyncio.Task[None] | None = None
        self._present = False
        self._told = ""

    async def start(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._live(), name="pad")

    async def close(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _live(self) -> None:
        while True:
            wait_s = self._retry_s
            try:
                pad = await self._find()
                if pad is not None:
                    await self._converse(pad)
            except PadUnfit as error:
                self._lost(error.reason, str(error))
                wait_s = UNFIT_S
            except Exception as error:  # noqa: BLE001 - whatever the radio's libraries raise, the pad is sought again
                if self._present:
                    self._lost("pad_lost", f"the pad is gone: {error or type(error).__name__}")
                else:
                    log.debug("no pad: %s: %s", type(error).__name__, error)
            await asyncio.sleep(wait_s)

    async def _converse(self, pad: BLEDevice) -> None:
        """Tell what its keys do until it is gone: then OSError. PadUnfit when it cannot be used."""
        from bleak import BleakClient

        gone = asyncio.Event()
        chosen: dict[str, Any] = {} if self._client is None else {"backend": self._client}
        client = BleakClient(pad, disconnected_callback=lambda _: gone.set(), timeout=CONNECT_S, **chosen)
        # bleak bounds most of it itself; this bounds it whatever the backend does.
        async with asyncio.timeout(2 * CONNECT_S):
            await client.connect()
        try:
            async with asyncio.timeout(READ_S):
                keys = await self._listen(client, pad.name or "")
            try:
                log.info("pad found: %s", pad.name)
                self._told, self._present = "", True
                self._post(PartFound(at=self._clock.now(), part=Part.PAD))
                await self._battery(client)
                await gone.wait()
            finally:
                keys.close()
            raise OSError("it disconnected")
        finally:
            with contextlib.suppress(Exception):  # whatever fails while hanging up, it is hung up
                async with asyncio.timeout(READ_S):
                    await client.disconnect()

    async def _listen(self, client: Any, name: str) -> PadKeys:
        """From now on its reports are taken."""
        reports = _all(client, REPORT)
        source = _one(client, REPORT_MAP)
        if source is None or not reports:
            raise PadUnfit("pad_unknown", f"{name} has no report map: start it in another mode")
        try:
            report_map = ReportMap(bytes(await client.read_gatt_char(source)))
        except BadReportMap as error:
            raise PadUnfit("pad_unknown", f"the report map of {name} cannot be used: {error}") from error
        layout = await self._layout(client, name)
        keys = PadKeys(layout, self._post, self._clock, self._hold_s, stamped=False)
        listened = False
        for report in reports:
            number, kind = await _reference(client, report)
            if kind == INPUT_REPORT and "notify" in report.properties:
                await client.start_notify(report, _taker(report_map, number, keys, self._clock))
                listened = True
        if not listened:
            raise PadUnfit("pad_unknown", f"{name} tells of no key by itself: start it in another mode")
        return keys

    async def _layout(self, client: Any, name: str) -> Layout:
        """By the numbers of its PnP id, where it tells them."""
        vendor = product = -1
        data = await _read(client, PNP_ID)
        if len(data) >= 5 and data[0] == 2:  # numbers of the USB Implementers Forum
            vendor, product = int.from_bytes(data[1:3], "little"), int.from_bytes(data[3:5], "little")
        model = self._models.of(vendor, product, name)
        return model.layout if model is not None and not model.layout.keyboard else self._models.other

    async def _battery(self, client: Any) -> None:
        from bleak.exc import BleakError

        last: int | None = None

        def tell(data: bytes) -> None:
            nonlocal last
            percent = data[0] if data and data[0] <= 100 else None
            if percent != last:
                last = percent
                self._post(PadMeasured(at=self._clock.now(), percent=percent))

        try:
            async with asyncio.timeout(READ_S):
                level = _one(client, BATTERY)
                if level is not None and "notify" in level.properties:
                    await client.start_notify(level, lambda _, value: tell(bytes(value)))
                if data := await _read(client, BATTERY):
                    tell(data)
        except (BleakError, OSError, TimeoutError) as error:
            log.debug("the pad's battery does not tell: %s", error)  # a pad without it is as good

    def _lost(self, reason: str, text: str) -> None:
        """Told once, however often it is tried again."""
        self._present = False
        if reason == self._told:
            return
        self._told = reason
        log.warning("%s", text)
        self._post(PartLost(at=self._clock.now(), part=Part.PAD, reason=reason))


def _taker(
    report_map: ReportMap, number: int, keys: PadKeys, clock: Clock
) -> Callable[[Any, bytearray], None]:
    def take(_: Any, data: bytearray) -> None:
        at = clock.now()
        for moved in report_map.read(number, bytes(data)):
            if moved.is_key:
                keys.key(moved.code, moved.place > 0, at)
            else:
                keys.axis(moved.code, moved.place, at)

    return take


async def _reference(client: Any, report: Any) -> tuple[int, int]:
    """Number and kind of a report. One that does not tell is an input report without a number."""
    for descriptor in report.descriptors:
        if _short(descriptor) == REPORT_REFERENCE:
            data = bytes(await client.read_gatt_descriptor(descriptor))
            if len(data) >= 2:
                return data[0], data[1]
    return 0, INPUT_REPORT


async def _read(client: Any, short: str) -> bytes:
    """b"" where there is no such thing, or it may not be read."""
    from bleak.exc import BleakError

    found = _one(client, short)
    if found is None or "read" not in found.properties:
        return b""
    try:
        return bytes(await client.read_gatt_char(found))
    except BleakError as error:
        log.debug("%s cannot be read: %s", short, error)
        return b""


def _all(client: Any, short: str) -> list[Any]:
    """The characteristics of this kind, of all services."""
    return [one for service in client.services for one in service.characteristics if _short(one) == short]


def _one(client: Any, short: str) -> Any:
    return next(iter(_all(client, short)), None)


def _short(one: Any) -> str:
    """The four digits of a characteristic or descriptor of the Bluetooth SIG."""
    uuid = str(one.uuid).lower()
    return uuid[4:8] if uuid.startswith("0000") and uuid.endswith("-0000-1000-8000-00805f9b34fb") else uuid
