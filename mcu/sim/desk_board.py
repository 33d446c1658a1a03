"""A board on the desk: MicroPython's own prompt on a littlefs in a file.

Run: micropython -i desk_board.py FLASH BLOCKS, with the stand-in for `machine` on MICROPYPATH.

The file system is mounted, main.py started from it as the chip would, and when it ends the prompt is left to the
maker. A reset ends the process with a file named FLASH.reset, at which its keeper starts it anew.
"""

import os
import sys

import machine
import vfs

_FLASH = sys.argv[1]
_BLOCK = 4096


class Flash:
    """Flash memory in a file: MicroPython's block device with offsets."""

    def __init__(self, path, blocks):
        self._file = open(path, "r+b")  # noqa: SIM115  # open as long as the board has power
        self._blocks = blocks

    def readblocks(self, number, buffer, offset=0):
        self._file.seek(number * _BLOCK + offset)
        self._file.readinto(buffer)

    def writeblocks(self, number, buffer, offset=None):
        if offset is None:
            self.ioctl(6, number)
            offset = 0
        self._file.seek(number * _BLOCK + offset)
        self._file.write(buffer)

    def ioctl(self, operation, argument):
        if operation == 4:
            return self._blocks
        if operation == 5:
            return _BLOCK
        if operation == 6:
            self._file.seek(argument * _BLOCK)
            self._file.write(b"\xff" * _BLOCK)
        if operation == 3:
            self._file.flush()
        return 0


def _reset():
    os.system("touch '%s.reset'; kill -9 $PPID" % _FLASH)


machine.reset = _reset
for _name in list(sys.modules):
    if _name in ("board", "limits") or _name.startswith("chestnut_wire"):
        del sys.modules[
            _name
        ]  # the stand-in took them from the project, the firmware takes its own; not ticks
_flash = Flash(_FLASH, int(sys.argv[2]))
try:
    vfs.mount(vfs.VfsLfs2(_flash, progsize=256), "/pod")
except OSError:
    vfs.VfsLfs2.mkfs(_flash, progsize=256)
    vfs.mount(vfs.VfsLfs2(_flash, progsize=256), "/pod")
os.chdir("/pod")
sys.path[:] = ["/pod", ".frozen"]
for _name in ("boot.py", "main.py"):
    if _name in os.listdir():
        with open(_name) as _file:
            _program = _file.read()
        exec(_program, {"__name__": "__main__"})
