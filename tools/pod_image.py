"""Drag-and-drop files with the firmware: one littlefs UF2 each for Pico and Pico 2. Run: make mcu-uf2.

The board needs MicroPython first (its official UF2); ours then holds the file system alone, at the place where
MicroPython's rp2 port keeps it (ports/rp2, mpconfigboard.h of each board; format: github.com/microsoft/uf2).

Only the sectors in use are written, always blocks 0 and 1, so that no newer superblock of an older file system wins.
Each sector is written whole, and begins at a block number divisible by 16: the RP2040's boot ROM finds the sectors
to erase by the block number. An image replaces all files on the pod: docs/pod.md, "Flashing", says what that means.
"""

from __future__ import annotations

import struct
import sys
from dataclasses import dataclass
from pathlib import Path

from tools.pod_files import PROJECT, PodFilesError, pod_files

SECTOR = 4096
PAGE = 256
XIP = 0x10000000
_BEGIN, _SECOND, _END = 0x0A324655, 0x9E5D5157, 0x0AB16F30
_FAMILY_PRESENT = 0x2000


class ImageError(RuntimeError):
    """Not a UF2 as we write it."""


@dataclass(frozen=True, slots=True)
class Board:
    """offset: of the file system in flash. blocks: of 4 KiB. family: of the UF2."""

    name: str
    offset: int
    blocks: int
    family: int


BOARDS = (Board("pico", 0x0A0000, 352, 0xE48BFF56), Board("pico2", 0x100000, 768, 0xE48BFF59))


def littlefs_image(files: dict[str, bytes], blocks: int) -> bytes:
    """A file system of that many blocks that MicroPython's VfsLfs2 mounts."""
    from littlefs import LittleFS

    system = LittleFS(
        block_size=SECTOR,
        block_count=blocks,
        read_size=32,
        prog_size=PAGE,
        cache_size=PAGE,
        lookahead_size=32,
        block_cycles=100,
        name_max=255,
        disk_version=0x00020000,
    )
    for name, content in files.items():
        folder = Path(name).parent
        if folder != Path():
            system.makedirs(str(folder), exist_ok=True)
        with system.open(name, "wb") as file:
            file.write(content)
    return bytes(system.context.buffer)


def uf2(image: bytes, board: Board) -> bytes:
    """The used sectors of an image as UF2."""
    used = [
        sector
        for sector in range(len(image) // SECTOR)
        if sector < 2 or image[sector * SECTOR : (sector + 1) * SECTOR].strip(b"\xff")
    ]
    starts = [sector * SECTOR + page for sector in used for page in range(0, SECTOR, PAGE)]
    blocks = []
    for number, start in enumerate(starts):
        address = XIP + board.offset + start
        head = struct.pack(
            "<8I",
            _BEGIN,
            _SECOND,
            _FAMILY_PRESENT,
            address,
            PAGE,
            number,
            len(starts),
            board.family,
        )
        blocks.append(head + image[start : start + PAGE] + bytes(476 - PAGE) + struct.pack("<I", _END))
    return b"".join(blocks)


def read_uf2(data: bytes, board: Board) -> bytes:
    """The image in a UF2, its unwritten sectors as erased flash. Raises ImageError where our rules are broken."""
    image = bytearray(b"\xff" * board.blocks * SECTOR)
    seen = set()
    if not data or len(data) % 512:
        raise ImageError("a UF2 is blocks of 512 bytes")
    for number in range(len(data) // 512):
        block = data[number * 512 : number * 512 + 512]
        begin, second, flags, address, size, count, total, family = struct.unpack_from("<8I", block)
        if (begin, second, struct.unpack_from("<I", block, 508)[0]) != (_BEGIN, _SECOND, _END):
            raise ImageError(f"block {number} is no UF2 block")
        if (flags, size, count, total, family) != (
            _FAMILY_PRESENT,
            PAGE,
            number,
            len(data) // 512,
            board.family,
        ):
            raise ImageError(f"block {number} has a wrong head")
        start = address - XIP - board.offset
        if not 0 <= start <= len(image) - PAGE or start // PAGE % 16 != number % 16:
            raise ImageError(f"block {number} is in a wrong place")
        image[start : start + PAGE] = block[32 : 32 + PAGE]
        seen.add(start)
    if any(start // SECTOR * SECTOR + page not in seen for start in seen for page in range(0, SECTOR, PAGE)):
        raise ImageError("a sector is not whole")
    if not {0, SECTOR} <= seen:
        raise ImageError("a superblock is missing")
    return bytes(image)


def main() -> int:
    folder = PROJECT / "build"
    try:
        files = pod_files()
    except PodFilesError as error:
        print(error, file=sys.stderr)
        return 1
    folder.mkdir(exist_ok=True)
    for board in BOARDS:
        data = uf2(littlefs_image(files, board.blocks), board)
        (folder / f"chestnut-{board.name}.uf2").write_bytes(data)
        print(f"build/chestnut-{board.name}.uf2: {len(files)} files, {len(data)} bytes")
    print(
        "Drag it onto the board's drive after MicroPython's own UF2 (micropython.org/download). See docs/pod.md."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
