"""Pads and BlueZ: who is near, pairing with the chosen one, who is paired, forgetting one. Over D-Bus, by dbus-fast.

Every call has a deadline: where the service of Bluetooth does not run, D-Bus would wait for it to be started.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import unicodedata
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any

from chestnut.core.pad import SeenPad
from chestnut.core.ports import Clock

if TYPE_CHECKING:
    from dbus_fast.aio import MessageBus

log = logging.getLogger(__name__)

BLUEZ = "org.bluez"
ADAPTER, DEVICE, AGENTS = "org.bluez.Adapter1", "org.bluez.Device1", "org.bluez.AgentManager1"
OBJECTS, PROPERTIES = "org.freedesktop.DBus.ObjectManager", "org.freedesktop.DBus.Properties"
CALL_S = 5.0
PAIR_S = 25.0
CONNECT_S = 8.0
FIND_S, AGAIN_S = 10.0, 0.3
GAMEPADS = (0x03C3, 0x03C4)  # appearances: joystick, gamepad (assigned numbers of the Bluetooth SIG)
NAMED = re.compile("8bitdo|gamepad|controller|joystick", re.IGNORECASE)
LONGEST_NAME = 40


class PairingFailed(OSError):
    """reason: the phrase that tells the remedy."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


class BluezPairing:
    """The PadPairing port. bus: where BlueZ is, None for the system's own bus."""

    def __init__(self, clock: Clock, bus: str | None = None) -> None:
        self._clock = clock
        self._bus = bus

    async def seek(self, seconds: float) -> tuple[SeenPad, ...]:
        async with self._connected() as bus:
            adapter = await self._adapter(bus)
            await self._call(bus, adapter, ADAPTER, "SetDiscoveryFilter", "a{sv}", [{}])
            await self._call(bus, adapter, ADAPTER, "StartDiscovery")
            try:
                await asyncio.sleep(seconds)
                devices = await self._devices(bus)
            finally:
                with contextlib.suppress(PairingFailed):
                    await self._call(bus, adapter, ADAPTER, "StopDiscovery")
        # One that is paired and not connected may have forgotten it.
        near = [
            one
            for one in devices.values()
            if "RSSI" in one and is_pad(one) and not (one.get("Paired") and one.get("Connected"))
        ]
        near.sort(key=lambda one: -int(one["RSSI"]))
        return tuple(map(_seen, near))

    async def pair(self, address: str) -> None:
        from chestnut.devices.pairing_agent import PATH, PairingAgent

        async with self._connected() as bus:
            adapter = await self._adapter(bus)
            path = await self._path(bus, address)
            if (await self._devices(bus)).get(path, {}).get("Paired"):
                path = await self._found_anew(bus, adapter, path, address)
            agent = PairingAgent(self._clock.now)
            bus.export(PATH, agent)
            await self._call(bus, "/org/bluez", AGENTS, "RegisterAgent", "os", [PATH, "NoInputNoOutput"])
            await self._call(bus, "/org/bluez", AGENTS, "RequestDefaultAgent", "o", [PATH])
            agent.open_window(address, PAIR_S + CONNECT_S)
            try:
                await self._call(bus, path, DEVICE, "Pair", within_s=PAIR_S)
                await self._set(bus, path, DEVICE, "Trusted", True)
                # Many pads connect by themselves, and then this is refused.
                with contextlib.suppress(PairingFailed):
                    await self._call(bus, path, DEVICE, "Connect", within_s=CONNECT_S)
            except BaseException:
                with contextlib.suppress(PairingFailed):
                    await self._call(bus, path, DEVICE, "CancelPairing")
                raise
            finally:
                agent.close_window()

    async def _found_anew(self, bus: MessageBus, adapter: str, path: str, address: str) -> str:
        """Its old pairing is forgotten, as the pad has forgotten it; then it is a stranger that must be found."""
        await self._call(bus, adapter, ADAPTER, "RemoveDevice", "o", [path])
        await self._call(bus, adapter, ADAPTER, "StartDiscovery")
        try:
            async with asyncio.timeout(FIND_S):
                while path not in await self._devices(bus):
                    await asyncio.sleep(AGAIN_S)
        except TimeoutError as error:
            raise PairingFailed(
                "pad_pair_failed", f"{address} is not there any more: hold its key"
            ) from error
        finally:
            with contextlib.suppress(PairingFailed):
                await self._call(bus, adapter, ADAPTER, "StopDiscovery")
        return path

    async def paired(self) -> tuple[SeenPad, ...]:
        async with self._connected() as bus:
            devices = await self._devices(bus)
        return tuple(_seen(one) for one in devices.values() if one.get("Paired") and is_pad(one))

    async def path_of(self, address: str) -> str:
        """Of a paired pad on the bus. PairingFailed when it is not known."""
        async with self._connected() as bus:
            return await self._path(bus, address)

    async def forget(self, address: str) -> None:
        async with self._connected() as bus:
            adapter = await self._adapter(bus)
            path = await self._path(bus, address)
            await self._call(bus, adapter, ADAPTER, "RemoveDevice", "o", [path])

    async def close(self) -> None:
        """Nothing stays open between two calls."""

    # --- D-Bus ------------------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator[MessageBus]:
        from dbus_fast import BusType
        from dbus_fast.aio import MessageBus

        bus = MessageBus(bus_address=self._bus) if self._bus else MessageBus(bus_type=BusType.SYSTEM)
        try:
            async with asyncio.timeout(CALL_S):
                await bus.connect()
        except (OSError, EOFError, ValueError) as error:  # a timeout too, and a refusal to let us in
            bus.disconnect()
            raise PairingFailed("bluetooth_missing", f"no D-Bus: start it ({error})") from error
        try:
            yield bus
        finally:
            bus.disconnect()

    async def _call(
        self,
        bus: MessageBus,
        path: str,
        interface: str,
        member: str,
        signature: str = "",
        body: list[Any] | None = None,
        *,
        within_s: float = CALL_S,
    ) -> list[Any]:
        """What it answers. PairingFailed names the remedy."""
        from dbus_fast import Message, MessageType

        message = Message(
            destination=BLUEZ,
            path=path,
            interface=interface,
            member=member,
            signature=signature,
            body=body or [],
        )
        try:
            async with asyncio.timeout(within_s):
                reply = await bus.call(message)
        except TimeoutError as error:
            raise PairingFailed(_remedy(member), f"{member}: no answer in {within_s:.0f} s") from error
        except (OSError, EOFError) as error:
            raise PairingFailed("bluetooth_missing", f"{member}: D-Bus is gone ({error})") from error
        if reply is None or reply.message_type is not MessageType.ERROR:
            return list(reply.body) if reply is not None else []
        missing = str(reply.error_name).endswith(("ServiceUnknown", "NoReply", "Spawn.ChildExited"))
        reason = "bluetooth_missing" if missing else _remedy(member)
        raise PairingFailed(reason, f"{member}: {reply.error_name} {reply.body}")

    async def _set(self, bus: MessageBus, path: str, interface: str, name: str, value: bool) -> None:
        from dbus_fast import Variant

        await self._call(bus, path, PROPERTIES, "Set", "ssv", [interface, name, Variant("b", value)])

    async def _objects(self, bus: MessageBus) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
        answer = await self._call(bus, "/", OBJECTS, "GetManagedObjects")
        return answer[0] if answer else {}

    async def _adapter(self, bus: MessageBus) -> str:
        """The first one, switched on."""
        objects = await self._objects(bus)
        path = next((path for path, faces in sorted(objects.items()) if ADAPTER in faces), None)
        if path is None:
            raise PairingFailed("bluetooth_missing", "no Bluetooth adapter: plug one in, or rfkill unblock")
        give_up_s = self._clock.now() + CALL_S
        while not _plain((await self._objects(bus)).get(path, {}).get(ADAPTER, {})).get("Powered"):
            try:
                await self._set(bus, path, ADAPTER, "Powered", True)
            except PairingFailed:  # it is busy while it wakes
                if self._clock.now() > give_up_s:
                    raise
                await asyncio.sleep(AGAIN_S)
        return path

    async def _devices(self, bus: MessageBus) -> dict[str, dict[str, Any]]:
        objects = await self._objects(bus)
        return {path: _plain(faces[DEVICE]) for path, faces in objects.items() if DEVICE in faces}

    async def _path(self, bus: MessageBus, address: str) -> str:
        for path, one in (await self._devices(bus)).items():
            if str(one.get("Address", "")).upper() == address.upper():
                return path
        raise PairingFailed("pad_pair_failed", f"BlueZ does not know {address}: search for it anew")


def is_pad(device: Mapping[str, Any]) -> bool:
    """By what it says of itself; a pad that poses as a keyboard by its name alone."""
    if device.get("Icon") == "input-gaming" or device.get("Appearance") in GAMEPADS:
        return True
    return bool(NAMED.search(str(device.get("Name") or device.get("Alias") or "")))


def clean(name: str, address: str) -> str:
    """A name that came by radio, as it may be spoken: one line, not long; without one, the address's last part."""
    plain = "".join(
        sign if unicodedata.category(sign)[0] in "LN" or sign in " -.+&'" else " " for sign in name
    )
    return " ".join(plain.split())[:LONGEST_NAME].strip() or address[-5:]


def _seen(device: Mapping[str, Any]) -> SeenPad:
    address = str(device.get("Address", ""))
    return SeenPad(address, clean(str(device.get("Name") or device.get("Alias") or ""), address))


def _plain(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: getattr(variant, "value", variant) for name, variant in properties.items()}


def _remedy(member: str) -> str:
    return "pad_pair_failed" if member in ("Pair", "Connect", "RemoveDevice") else "bluetooth_missing"
