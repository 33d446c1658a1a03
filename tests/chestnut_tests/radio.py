"""A radio in the air of one process: bumble plays a pad's side and the host's, and real bleak talks over it."""

from __future__ import annotations

import struct
import uuid
from typing import Any, ClassVar

from bleak import BleakScanner
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakError
from bumble.controller import Controller
from bumble.core import AdvertisingData
from bumble.device import Device, Peer
from bumble.gatt import Characteristic, Descriptor, Service
from bumble.hci import Address
from bumble.link import LocalLink
from guest.uhid_pad import REPORT_ID, REPORT_MAP, report

NAME = "8BitDo Micro gamepad"
PAD_ADDRESS = "F0:F1:F2:F3:F4:F5"
READ, NOTIFY = Characteristic.Properties.READ, Characteristic.Properties.NOTIFY
PROPERTIES = (
    *((1, "broadcast"), (2, "read"), (4, "write-without-response")),
    *((8, "write"), (16, "notify"), (32, "indicate")),
)


class RadioPad:
    """A HID-over-GATT pad in the air. report_map None: it has none."""

    def __init__(
        self, link: LocalLink, report_map: bytes | None = REPORT_MAP, battery: int | None = 87
    ) -> None:
        controller = Controller("pad", link=link)
        self.device = Device.with_hci("pad", Address(PAD_ADDRESS), controller, controller)
        reference = Descriptor("2908", Descriptor.READABLE, bytes([REPORT_ID, 1]))
        output = Descriptor("2908", Descriptor.READABLE, bytes([REPORT_ID, 2]))
        self._report = Characteristic("2A4D", READ | NOTIFY, Characteristic.READABLE, bytes(7), [reference])
        self._rumble = Characteristic("2A4D", READ | NOTIFY, Characteristic.READABLE, bytes(1), [output])
        hid = [self._report, self._rumble]
        if report_map is not None:
            hid.append(Characteristic("2A4B", READ, Characteristic.READABLE, report_map))
        pnp = struct.pack("<BHHH", 2, 0x2DC8, 0x9020, 0x100)
        services = [
            Service("1812", hid),
            Service("180A", [Characteristic("2A50", READ, Characteristic.READABLE, pnp)]),
        ]
        self._level: Characteristic | None = None
        if battery is not None:
            level = Characteristic("2A19", READ | NOTIFY, Characteristic.READABLE, bytes([battery]))
            services.append(Service("180F", [level]))
            self._level = level
        self.device.add_services(services)
        kind = AdvertisingData.Type
        self.device.advertising_data = bytes(
            AdvertisingData(
                [
                    (kind.COMPLETE_LOCAL_NAME, NAME.encode()),
                    (kind.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, b"\x12\x18"),
                ]
            )
        )

    async def switch_on(self) -> None:
        await self.device.power_on()
        await self.come()

    async def come(self) -> None:
        await self.device.start_advertising(auto_restart=False)

    async def go(self) -> None:
        """Out of reach."""
        if self.device.is_advertising:
            await self.device.stop_advertising()
        for connection in list(self.device.connections.values()):
            await connection.disconnect()

    async def send(self, **fields: Any) -> None:
        """A report, as report() takes it."""
        await self.device.notify_subscribers(self._report, report(**fields))

    async def send_output(self, data: bytes) -> None:
        """What no pad does: notify of a report that goes to it."""
        await self.device.notify_subscribers(self._rumble, data)

    async def send_battery(self, percent: int) -> None:
        assert self._level is not None
        await self.device.notify_subscribers(self._level, bytes([percent]))


class Air:
    """One link with the host's radio on it; only one at a time."""

    host: ClassVar[Device | None] = None

    def __init__(self) -> None:
        self.link = LocalLink()
        controller = Controller("host", link=self.link)
        self._device = Device.with_hci("host", Address("F6:F7:F8:F9:FA:FB"), controller, controller)

    async def __aenter__(self) -> Air:
        await self._device.power_on()
        Air.host = self._device
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        Air.host = None
        await self._device.power_off()

    @staticmethod
    async def find() -> BLEDevice | None:
        return await BleakScanner.find_device_by_name(NAME, timeout=5, backend=Scanner)


def _radio() -> Device:
    assert Air.host is not None, "there is no air"
    return Air.host


def _uuid(short: Any) -> str:
    return str(uuid.UUID(bytes=bytes(reversed(short.to_bytes(force_128=True)))))


class Scanner(BaseBleakScanner):
    """bleak also passes scanning_mode=, bluez= and cb= to a backend that is not its own."""

    def __init__(
        self, detection_callback: Any, service_uuids: Any, scanning_mode: Any = None, **_: Any
    ) -> None:
        super().__init__(detection_callback, service_uuids)

    async def start(self) -> None:
        self.seen_devices = {}
        _radio().on("advertisement", self._seen)
        await _radio().start_scanning()

    async def stop(self) -> None:
        _radio().remove_listener("advertisement", self._seen)
        await _radio().stop_scanning()

    def _seen(self, advertisement: Any) -> None:
        kind = AdvertisingData.Type
        name = advertisement.data.get(kind.COMPLETE_LOCAL_NAME)
        short = advertisement.data.get(kind.INCOMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS) or []
        data = AdvertisementData(
            local_name=name,
            manufacturer_data={},
            service_data={},
            service_uuids=[_uuid(one) for one in short],
            tx_power=None,
            rssi=advertisement.rssi,
            platform_data=(advertisement,),
        )
        address = str(advertisement.address)
        device = self.create_or_update_device(address, address.split("/")[0], name, advertisement, data)
        self.call_detection_callbacks(device, data)


class Client(BaseBleakClient):
    def __init__(
        self,
        device: Any,
        services: Any = None,
        *,
        disconnected_callback: Any = None,
        timeout: float = 10,
        **_: Any,
    ) -> None:
        super().__init__(device, disconnected_callback=disconnected_callback, timeout=timeout)
        self._device, self._connection = device, None

    @property
    def mtu_size(self) -> int:
        return self._connection.att_mtu

    @property
    def name(self) -> str:
        return getattr(self._device, "name", None) or self.address

    @property
    def is_connected(self) -> bool:
        return self._connection is not None

    async def connect(self, pair: bool, **_: Any) -> None:
        self._connection = await _radio().connect(Address(self.address))
        self._connection.on("disconnection", self._gone)
        self._peer = Peer(self._connection)
        await self._peer.discover_services()
        found = BleakGATTServiceCollection()
        for service in self._peer.services:
            bleak_service = BleakGATTService(service, service.handle, _uuid(service.uuid))
            found.add_service(bleak_service)
            await service.discover_characteristics()
            for char in service.characteristics:
                names = [name for bit, name in PROPERTIES if char.properties & bit]
                bleak_char = BleakGATTCharacteristic(
                    char, char.handle, _uuid(char.uuid), names, lambda: 20, bleak_service
                )
                found.add_characteristic(bleak_char)
                await char.discover_descriptors()
                for one in char.descriptors:
                    found.add_descriptor(BleakGATTDescriptor(one, one.handle, _uuid(one.type), bleak_char))
        self.services = found

    def _gone(self, _reason: Any) -> None:
        self._connection = None
        if self._disconnected_callback:
            self._disconnected_callback()

    async def disconnect(self) -> None:
        if self._connection:
            await self._connection.disconnect()

    async def pair(self, *_: Any, **__: Any) -> None:
        raise BleakError("pairing is BlueZ's")

    async def unpair(self) -> None:
        raise BleakError("pairing is BlueZ's")

    async def read_gatt_char(self, char: Any, *, use_cached: bool = False, **_: Any) -> bytearray:
        return bytearray(await char.obj.read_value())

    async def read_gatt_descriptor(self, desc: Any, *, use_cached: bool = False, **_: Any) -> bytearray:
        return bytearray(await self._peer.read_value(desc.obj))

    async def write_gatt_char(self, char: Any, data: bytes, response: bool) -> None:
        await char.obj.write_value(bytes(data), response)

    async def write_gatt_descriptor(self, desc: Any, data: bytes) -> None:
        await self._peer.write_value(desc.obj, bytes(data), True)

    async def start_notify(self, char: Any, callback: Any, **_: Any) -> None:  # the name bleak passes
        await char.obj.subscribe(lambda value: callback(bytearray(value)))

    async def stop_notify(self, char: Any) -> None:
        await char.obj.unsubscribe()
