"""A BlueZ that behaves, on a bus of its own: a real dbus-daemon, real dbus-fast on both sides, pads in the air.

It asks the agent as BlueZ does, and lets only its owner pair.
"""

# No postponed annotations here: dbus-fast reads D-Bus types from them.
import asyncio
import shutil
import subprocess
from pathlib import Path
from typing import Any

from dbus_fast import DBusError, Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.service import PropertyAccess, ServiceInterface, dbus_method, dbus_property

CONFIGURATION = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir={folder}</listen><auth>EXTERNAL</auth>
<policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy>
</busconfig>"""


class Bus:
    """A bus without anything on it, in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.address = ""

    def __enter__(self) -> "Bus":
        file = self._folder / "bus.conf"
        file.write_text(CONFIGURATION.format(folder=self._folder), encoding="utf-8")
        program = shutil.which("dbus-daemon")
        assert program, "no dbus-daemon: run make setup"
        self._process = subprocess.Popen(
            [program, f"--config-file={file}", "--nofork", "--print-address=1"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it tells what it may not raise
            text=True,
        )
        assert self._process.stdout
        self.address = self._process.stdout.readline().strip()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._process.terminate()
        self._process.wait(10)
        assert self._process.stdout
        self._process.stdout.close()


class Pad(ServiceInterface):
    """org.bluez.Device1. fails: the D-Bus error that pairing ends with; slow: it never answers."""

    def __init__(self, bluez: "Bluez", address: str, name: str, **properties: Any) -> None:
        super().__init__("org.bluez.Device1")
        self._bluez = bluez
        self.address, self.alias = address, name
        self.path = "/org/bluez/hci0/dev_" + address.replace(":", "_")
        self.properties: dict[str, Any] = {
            "Address": Variant("s", address),
            "Name": Variant("s", name),
            "Paired": Variant("b", False),
            **properties,
        }
        self.trusted = self.connected = self.cancelled = False
        self.near = "RSSI" in properties
        self.fails = ""
        self.slow = False

    @property
    def paired(self) -> bool:
        return bool(self.properties["Paired"].value)

    @dbus_method()
    async def Pair(self):  # type: ignore[no-untyped-def]  # noqa: N802
        if self.slow:
            await asyncio.sleep(3600)
        if self.paired:
            raise DBusError("org.bluez.Error.AlreadyExists", "paired already")
        if self.fails:
            raise DBusError(self.fails, "as ordered")
        await self._bluez.ask_agent(self.path)
        self.properties["Paired"] = Variant("b", True)

    @dbus_method()
    def CancelPairing(self):  # type: ignore[no-untyped-def]  # noqa: N802
        self.cancelled = True

    @dbus_method()
    def Connect(self):  # type: ignore[no-untyped-def]  # noqa: N802
        self.connected = True

    @dbus_property(access=PropertyAccess.READWRITE)
    def Trusted(self) -> "b":  # type: ignore  # noqa: F821, N802
        return self.trusted

    @Trusted.setter  # type: ignore
    def Trusted(self, trusted: "b") -> None:  # type: ignore  # noqa: F821, N802
        self.trusted = trusted


class Adapter(ServiceInterface):
    def __init__(self, bluez: "Bluez") -> None:
        super().__init__("org.bluez.Adapter1")
        self._bluez = bluez
        self.powered = False
        self.busy = 0  # so often it cannot be switched on yet
        self.discoveries = 0
        self.discovering = False

    @dbus_method()
    def SetDiscoveryFilter(self, wanted: "a{sv}"):  # type: ignore  # noqa: F722, N802
        pass

    @dbus_method()
    def StartDiscovery(self):  # type: ignore[no-untyped-def]  # noqa: N802
        self.discoveries += 1
        self.discovering = True
        self._bluez.come_back()

    @dbus_method()
    def StopDiscovery(self):  # type: ignore[no-untyped-def]  # noqa: N802
        self.discovering = False

    @dbus_method()
    def RemoveDevice(self, path: "o"):  # type: ignore  # noqa: F821, N802
        self._bluez.remove(path)

    @dbus_property(access=PropertyAccess.READWRITE)
    def Powered(self) -> "b":  # type: ignore  # noqa: F821, N802
        return self.powered

    @Powered.setter  # type: ignore
    def Powered(self, powered: "b") -> None:  # type: ignore  # noqa: F821, N802
        if self.busy:
            self.busy -= 1
            raise DBusError("org.bluez.Error.Busy", "")
        self.powered = powered


class Agents(ServiceInterface):
    def __init__(self) -> None:
        super().__init__("org.bluez.AgentManager1")
        self.path = ""

    @dbus_method()
    def RegisterAgent(self, path: "o", capability: "s"):  # type: ignore  # noqa: F821, N802
        assert capability == "NoInputNoOutput"
        self.path = path

    @dbus_method()
    def RequestDefaultAgent(self, path: "o"):  # type: ignore  # noqa: F821, N802
        assert path == self.path


class Bluez:
    """On the bus while it is open. adapter: False for a machine whose radio is missing."""

    def __init__(self, address: str, *, adapter: bool = True) -> None:
        self._address = address
        self.adapter = Adapter(self) if adapter else None
        self.agents = Agents()
        self.pads: dict[str, Pad] = {}
        self._removed: list[Pad] = []

    async def __aenter__(self) -> "Bluez":
        self.bus = await MessageBus(bus_address=self._address).connect()
        self.bus.add_message_handler(self._objects)
        self.bus.export("/org/bluez", self.agents)
        if self.adapter is not None:
            self.bus.export("/org/bluez/hci0", self.adapter)
        await self.bus.request_name("org.bluez")
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self.bus.disconnect()
        await self.bus.wait_for_disconnect()

    def add(self, address: str, name: str, **properties: Any) -> Pad:
        pad = Pad(self, address, name, **properties)
        self.pads[pad.path] = pad
        self.bus.export(pad.path, pad)
        return pad

    def remove(self, path: str) -> None:
        if path not in self.pads:
            raise DBusError("org.bluez.Error.DoesNotExist", "no such device")
        pad = self.pads.pop(path)
        pad.properties["Paired"] = Variant("b", False)
        self.bus.unexport(path, pad)
        if pad.near:
            self._removed.append(pad)

    def come_back(self) -> None:
        """Whoever was removed and is near is found by the next search."""
        while self._removed:
            pad = self._removed.pop()
            self.pads[pad.path] = pad
            self.bus.export(pad.path, pad)

    async def ask_agent(self, path: str, member: str = "RequestAuthorization") -> None:
        """AuthenticationRejected where the agent says no, or there is none any more."""
        owner = self.agents.path and await self._owner_of_agent()
        if not owner:
            raise DBusError("org.bluez.Error.AuthenticationFailed", "no agent")
        reply = await self.bus.call(
            Message(
                destination=owner,
                path=self.agents.path,
                interface="org.bluez.Agent1",
                member=member,
                signature="o" if member == "RequestAuthorization" else "os",
                body=[path] if member == "RequestAuthorization" else [path, "1812"],
            )
        )
        if reply is None or reply.message_type is MessageType.ERROR:
            raise DBusError("org.bluez.Error.AuthenticationRejected", "the agent says no")

    async def _owner_of_agent(self) -> str:
        """Of those on the bus the one that answers for the agent's path; there is one client a test."""
        reply = await self.bus.call(
            Message(
                destination="org.freedesktop.DBus",
                path="/org/freedesktop/DBus",
                interface="org.freedesktop.DBus",
                member="ListNames",
            )
        )
        names = [name for name in reply.body[0] if name.startswith(":") and name != self.bus.unique_name]
        return names[-1] if names else ""

    def _objects(self, message: Message) -> Any:
        if message.member != "GetManagedObjects":
            return None
        objects: dict[str, Any] = {"/org/bluez": {"org.bluez.AgentManager1": {}}}
        if self.adapter is not None:
            powered = {"Powered": Variant("b", self.adapter.powered)}
            objects["/org/bluez/hci0"] = {"org.bluez.Adapter1": powered}
        for path, pad in self.pads.items():
            objects[path] = {"org.bluez.Device1": pad.properties}
        return Message.new_method_return(message, "a{oa{sa{sv}}}", [objects])
