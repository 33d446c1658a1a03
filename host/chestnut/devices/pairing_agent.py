"""Who may pair with us: nobody, except the one pad the wearer chose, for as long as its window is open.

BlueZ asks an agent even for a pad that needs no code, for its keys raise the security level. Without an agent pairing
fails; with one that never answers every read waits for 20 seconds.
"""

# No postponed annotations here: dbus-fast reads D-Bus types from them.
import logging
from collections.abc import Callable

from dbus_fast import DBusError
from dbus_fast.service import ServiceInterface, dbus_method

log = logging.getLogger(__name__)

PATH = "/org/chestnut/agent"
REJECTED = "org.bluez.Error.Rejected"


class PairingAgent(ServiceInterface):
    """org.bluez.Agent1. now: monotonic seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        super().__init__("org.bluez.Agent1")
        self._now = now
        self._address = ""
        self._until_s = float("-inf")

    def open_window(self, address: str, seconds: float) -> None:
        self._address, self._until_s = address.upper(), self._now() + seconds

    def close_window(self) -> None:
        self._address, self._until_s = "", float("-inf")

    def allows(self, device_path: str) -> bool:
        return self._now() < self._until_s and address_of(device_path) == self._address

    def _decide(self, device_path: str, wanted: str) -> None:
        allowed = self.allows(device_path)
        log.info("%s is %s", wanted, "allowed" if allowed else "refused")
        if not allowed:
            raise DBusError(REJECTED, "pairing is not open for this device")

    @dbus_method()
    def Release(self):  # type: ignore[no-untyped-def]  # noqa: N802
        """BlueZ ends; it asks no more."""
        self.close_window()

    @dbus_method()
    def Cancel(self):  # type: ignore[no-untyped-def]  # noqa: N802
        """What was asked needs no answer any more."""

    @dbus_method()
    def RequestAuthorization(self, device: "o"):  # type: ignore  # noqa: F821, N802
        self._decide(device, "pairing")

    @dbus_method()
    def RequestConfirmation(self, device: "o", passkey: "u"):  # type: ignore  # noqa: F821, N802
        self._decide(device, "pairing with a number")

    @dbus_method()
    def AuthorizeService(self, device: "o", uuid: "s"):  # type: ignore  # noqa: F821, N802
        self._decide(device, "a service")


def address_of(device_path: str) -> str:
    """ "/org/bluez/hci0/dev_E4_17_D8_00_00_01" -> "E4:17:D8:00:00:01" """
    return device_path.rsplit("/dev_", 1)[-1].replace("_", ":").upper()
