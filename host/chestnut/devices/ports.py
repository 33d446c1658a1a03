"""Which serial port a pod is on: by its USB numbers, under the name that stays the same when it is plugged anew."""

from __future__ import annotations

from pathlib import Path

USB_VENDOR = 0x2E8A  # Raspberry Pi
USB_PRODUCT = 0x0005  # MicroPython on a Pico or Pico 2
BY_ID = Path("/dev/serial/by-id")


class LinkLost(OSError):
    """No pod, or no longer one. reason: the phrase key of PartLost."""

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(text)
        self.reason = reason


def find_port(uid: str = "", by_id: Path = BY_ID) -> str:
    """The pod on USB, among several the one of this unique id (hexadecimal), else the first. Raises LinkLost when
    there is none."""
    from serial.tools import list_ports

    try:
        ports = sorted(list_ports.comports(), key=lambda found: found.device)
    # pyserial meets a device that goes while it is being read
    except (OSError, TypeError, ValueError) as error:
        raise LinkLost(
            "pod_missing", f"the list of USB devices changed while it was read ({error})"
        ) from error
    pods = [port for port in ports if (port.vid, port.pid) == (USB_VENDOR, USB_PRODUCT)]
    if not pods:
        raise LinkLost("pod_missing", "no pod on USB: plug it in, or run make flash-mcu")
    known = [port for port in pods if uid and (getattr(port, "serial_number", None) or "").lower() == uid]
    return stable_name(str((known or pods)[0].device), by_id)


def stable_name(device: str, by_id: Path = BY_ID) -> str:
    """/dev/serial/by-id/... of a device; the device itself where udev keeps no such names."""
    try:
        for link in sorted(by_id.iterdir()):
            if link.resolve() == Path(device).resolve():
                return str(link)
    except OSError:
        pass
    return device
