"""A Low Energy pad before a real kernel and a real BlueZ: bumble plays its radio on /dev/vhci, and the device's own
parts pair it, read it both ways, lose it and find it again, within 5 s each; then another comes whose report map is
no pad's. Prints what each took. Run by pad_check.py, with bluetoothd running and the modules uhid and hci_vhci
loaded.
"""

from __future__ import annotations

import asyncio
import statistics
import struct
import sys
import time
from collections.abc import Callable

from bumble import data_types
from bumble.controller import Controller
from bumble.core import AdvertisingData
from bumble.device import Device, DeviceConfiguration
from bumble.gatt import GATT_HUMAN_INTERFACE_DEVICE_SERVICE, Characteristic, Descriptor, Service
from bumble.hci import Address, LeFeatureMask
from bumble.link import LocalLink
from bumble.pairing import PairingConfig, PairingDelegate
from bumble.transport import open_transport
from chestnut.core.events import ButtonChanged, Edge, Event, PadMeasured, PartFound, PartLost
from chestnut.core.pad import SeenPad
from chestnut.devices.pad_ble import BlePad
from chestnut.devices.pad_evdev import EvdevPad
from chestnut.devices.pad_pairing import BluezPairing, PairingFailed
from chestnut.runtime.assemble.pad import hold_of_pad, paired_pad
from chestnut.runtime.clock import HostClock
from chestnut.runtime.pads import load_pads
from uhid_pad import REPORT_ID, REPORT_MAP, report

NAME = "8BitDo Micro gamepad"
PRESSES = 30
LIMIT_S = 60.0
SEEK_S, SEEKS = 3.0, 5
NO_ADAPTER = 3
NOTICED_S = 5.0  # lost, and found again; in one of so many rounds, for the emulated machine may be held up
ROUNDS = 3
BORN_S = time.monotonic()
READ, NOTIFY = Characteristic.Properties.READ, Characteristic.Properties.NOTIFY
# A mouse of three buttons, as in the HID specification's own appendix.
MOUSE_MAP = bytes.fromhex(
    "05010902a1010901a1008503050919012903150025019503750181029501750581010501093009311581257f750895028106c0c0"
)
SILENT_WRITE = Characteristic.Properties.WRITE_WITHOUT_RESPONSE
READABLE = Characteristic.READABLE


def tell(*words: object) -> None:
    print(f"[{time.monotonic() - BORN_S:6.2f}]", *words, flush=True)


def made_pad(link: LocalLink, report_map: bytes) -> tuple[Device, Characteristic]:
    """Its reports may be read only by who has paired with it."""
    controller = Controller("pad", link=link)
    configuration = DeviceConfiguration(
        name=NAME,
        address=Address.generate_static_address(),
        advertising_interval_min=100,
        advertising_interval_max=100,
    )
    pad = Device.from_config_with_hci(configuration, controller, controller)
    pad.pairing_config_factory = lambda _: PairingConfig(
        sc=True, mitm=False, bonding=True, delegate=PairingDelegate()
    )
    reference = Descriptor("2908", Descriptor.READABLE, bytes([REPORT_ID, 1]))
    secret = READABLE | Characteristic.READ_REQUIRES_ENCRYPTION
    reports = Characteristic("2A4D", READ | NOTIFY, secret, bytes(7), [reference])
    hid = [
        Characteristic("2A4E", READ, READABLE, bytes([1])),
        Characteristic("2A4A", READ, READABLE, bytes([0x11, 1, 0, 3])),
        Characteristic("2A4C", SILENT_WRITE, Characteristic.WRITEABLE, bytes(1)),
        Characteristic("2A4B", READ, READABLE, report_map),
        reports,
    ]
    numbers = struct.pack("<BHHH", 2, 0x2DC8, 0x9020, 0x100)
    pad.add_services(
        [
            Service("180A", [Characteristic("2A50", READ, READABLE, numbers)]),
            Service("180F", [Characteristic("2A19", READ | NOTIFY, READABLE, bytes([87]))]),
            Service("1812", hid),
        ]
    )
    flags = AdvertisingData.Flags
    pad.advertising_data = bytes(
        AdvertisingData(
            [
                data_types.Flags(flags.LE_GENERAL_DISCOVERABLE_MODE | flags.BR_EDR_NOT_SUPPORTED),
                data_types.CompleteLocalName(NAME),
                data_types.IncompleteListOf16BitServiceUUIDs([GATT_HUMAN_INTERFACE_DEVICE_SERVICE]),
            ]
        )
    )
    return pad, reports


class Ear:
    """What one way of reading has posted, each with the moment it came."""

    def __init__(self, way: str) -> None:
        self.way = way
        self.parts: list[tuple[float, type[Event]]] = []
        self.edges: list[tuple[float, ButtonChanged]] = []
        self.battery: list[int | None] = []
        self.reasons: list[str] = []
        self._came = asyncio.Event()

    def __call__(self, event: Event) -> None:
        now_s = time.monotonic()
        match event:
            case ButtonChanged():
                self.edges.append((now_s, event))
            case PartFound() | PartLost():
                self.parts.append((now_s, type(event)))
                if isinstance(event, PartLost):
                    self.reasons.append(event.reason)
            case PadMeasured(percent=percent):
                self.battery.append(percent)
        self._came.set()

    def last(self) -> type[Event] | None:
        return self.parts[-1][1] if self.parts else None

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(LIMIT_S):
            while not true():
                self._came.clear()
                await self._came.wait()


async def press(pad: Device, reports: Characteristic, ear: Ear) -> None:
    times = []
    for number in range(PRESSES):
        sent_s = time.monotonic()
        await pad.notify_subscribers(reports, report(buttons=1))
        await ear.until(lambda number=number: len(ear.edges) > 2 * number)  # type: ignore[misc]
        times.append((ear.edges[2 * number][0] - sent_s) * 1000)
        await pad.notify_subscribers(reports, report())
        await ear.until(lambda number=number: len(ear.edges) > 2 * number + 1)  # type: ignore[misc]
    assert [event.edge for _, event in ear.edges] == [Edge.DOWN, Edge.UP] * PRESSES, ear.edges
    assert {event.button for _, event in ear.edges} == {"pad_a"}
    p50, p95 = statistics.median(times), sorted(times)[int(0.95 * PRESSES)]
    tell(f"{ear.way}: press -> event p50 {p50:.1f} ms, p95 {p95:.1f}, most {max(times):.1f}")


async def has_adapter(pairing: BluezPairing) -> bool:
    for _ in range(20):
        try:
            await pairing.seek(0.1)
            return True
        except PairingFailed:
            await asyncio.sleep(1.0)
    return False


async def found(pairing: BluezPairing) -> str:
    """The address of the pad."""
    seen: tuple[SeenPad, ...] = ()
    for _ in range(SEEKS):
        seen = await pairing.seek(SEEK_S)
        if seen:
            break
    tell("found", seen)
    assert [one.name for one in seen] == [NAME]
    return seen[0].address


async def lost_and_found(pad: Device, ears: tuple[Ear, Ear]) -> float:
    """Seconds of the slowest of it."""
    times = []
    gone_s = time.monotonic()
    await pad.stop_advertising()
    for connection in list(pad.connections.values()):
        await connection.disconnect()
    for ear in ears:
        await ear.until(lambda ear=ear: ear.last() is PartLost)  # type: ignore[misc]
        times.append(ear.parts[-1][0] - gone_s)
        tell(f"{ear.way}: lost {times[-1]:.2f} s after it went")
    await asyncio.sleep(3.0)
    back_s = time.monotonic()
    await pad.start_advertising(auto_restart=True)
    for ear in ears:
        await ear.until(lambda ear=ear: ear.last() is PartFound)  # type: ignore[misc]
        times.append(ear.parts[-1][0] - back_s)
        tell(f"{ear.way}: there again {times[-1]:.2f} s after it came")
    return max(times)


async def scene(pad: Device, reports: Characteristic) -> None:
    clock, models = HostClock(), load_pads().models
    pairing = BluezPairing(clock)
    by_kernel, by_radio = Ear("evdev"), Ear("Low Energy")
    kernel = EvdevPad(by_kernel, clock, models, hold_of_pad())
    radio = BlePad(by_radio, clock, models, hold_of_pad(), paired_pad(pairing, "", clock))
    address = await found(pairing)
    await kernel.start()
    asked_s = time.monotonic()
    await pairing.pair(address)
    tell(f"paired in {time.monotonic() - asked_s:.1f} s")
    assert [one.address for one in await pairing.paired()] == [address]
    await by_kernel.until(lambda: by_kernel.last() is PartFound)
    tell(f"evdev: there {by_kernel.parts[-1][0] - asked_s:.1f} s after the order to pair")
    await asyncio.sleep(1.0)  # the kernel subscribes
    await press(pad, reports, by_kernel)
    await radio.start()
    await by_radio.until(lambda: by_radio.last() is PartFound and by_radio.battery)
    assert by_radio.battery[0] == 87
    await press(pad, reports, by_radio)
    for _ in range(ROUNDS):
        if await lost_and_found(pad, (by_kernel, by_radio)) <= NOTICED_S:
            break
    else:
        raise RuntimeError(f"never lost and found within {NOTICED_S} s")
    await radio.close()
    await kernel.close()
    await pairing.forget(address)
    assert await pairing.paired() == ()
    for connection in list(pad.connections.values()):
        await connection.disconnect()
    await pad.stop_advertising()


async def strange(pad: Device) -> None:
    """It can be paired, for a name promises nothing; what it says of itself is not understood, and that is told."""
    clock = HostClock()
    pairing, ear = BluezPairing(clock), Ear("Low Energy")
    radio = BlePad(ear, clock, load_pads().models, hold_of_pad(), paired_pad(pairing, "", clock))
    address = await found(pairing)
    await pairing.pair(address)
    await radio.start()
    await ear.until(lambda: ear.reasons)
    tell("of a mouse's report map it is said:", *ear.reasons)
    assert ear.reasons == ["pad_unknown"]
    assert not ear.edges
    await radio.close()
    await pairing.forget(address)


async def main() -> int:
    """NO_ADAPTER when the kernel gave up: it allows a controller two seconds for each answer of its beginning."""
    link = LocalLink()
    # Before the kernel asks anything, for they take their time.
    pad, reports = made_pad(link, REPORT_MAP)
    mouse, _ = made_pad(link, MOUSE_MAP)
    await pad.power_on()
    await mouse.power_on()
    async with await open_transport("vhci") as hci:
        radio = Controller("host", host_source=hci.source, host_sink=hci.sink, link=link)
        # The kernel would use what bumble's controller does not simulate (google/bumble issue 841).
        radio.le_features &= ~(LeFeatureMask.LL_PRIVACY | LeFeatureMask.LE_EXTENDED_ADVERTISING)
        if not await has_adapter(BluezPairing(HostClock())):
            return NO_ADAPTER
        await pad.start_advertising(auto_restart=True)
        await scene(pad, reports)
        await mouse.start_advertising(auto_restart=True)
        await strange(mouse)
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(asyncio.wait_for(main(), 300)))
