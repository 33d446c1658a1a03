"""make flash-mcu against MicroPython's real prompt and a real littlefs; make mcu-uf2 read back and mounted."""

from __future__ import annotations

import os
import pty
import subprocess
import threading
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial
from chestnut.sim.pod import find_micropython
from chestnut_tests.desk_board import BLOCKS, DeskBoard

from tools import pod_flash
from tools.pod_files import PodFilesError, compiled, firmware_version, pod_files
from tools.pod_flash import Board, FlashError, choose_port, flash
from tools.pod_image import BOARDS, ImageError, littlefs_image, read_uf2, uf2

DESK = ("linux",)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return pod_files()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DeskBoard]:
    monkeypatch.setattr(pod_flash, "HELLO_S", 1.0)  # an erased board is waited for in vain
    with DeskBoard(tmp_path / "flash") as board:
        yield board
    assert not [thread for thread in threading.enumerate() if thread.name == "desk-board"]


def mounted(image: bytes, script: str, tmp_path: Path) -> str:
    """What a script prints under MicroPython in the mounted image."""
    path = tmp_path / "image"
    path.write_bytes(image)
    program = (
        "import os, sys, vfs\n"
        "class Flash:\n"
        f"    def __init__(self): self.file = open({str(path)!r}, 'rb')\n"
        "    def readblocks(self, number, buffer, offset=0):\n"
        "        self.file.seek(number * 4096 + offset); self.file.readinto(buffer)\n"
        f"    def ioctl(self, operation, _): return {{4: {len(image) // 4096}, 5: 4096}}.get(operation, 0)\n"
        "vfs.mount(vfs.VfsLfs2(Flash(), progsize=256), '/pod', readonly=True); os.chdir('/pod')\n"
        "sys.path[:] = ['/pod', '.frozen']\n" + script
    )
    done = subprocess.run(
        [find_micropython(), "-c", program], capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# --- what goes onto a pod ---------------------------------------------------------------------------------


def test_only_what_a_pod_needs_is_on_it_and_main_comes_last(files: dict[str, bytes]) -> None:
    assert list(files)[-1] == "main.py"
    assert {"boot.py", "link.mpy", "chestnut_wire/pod_end.mpy"} <= set(files)
    assert not [name for name in files if "host_end" in name or "generate" in name or "sim" in name]
    assert [name for name in files if name.endswith(".py")] == ["boot.py", "main.py"]


def test_the_same_sources_give_the_same_bytes(files: dict[str, bytes]) -> None:
    assert pod_files() == files


def test_compiled_files_are_byte_code_for_any_chip(files: dict[str, bytes]) -> None:
    for name, content in files.items():
        if name.endswith(".mpy"):
            assert content[:2] == b"M\x06"
            assert content[2] == 0  # no native code, so no architecture


def test_a_file_that_does_not_compile_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.pod_files.PROJECT", tmp_path)
    (tmp_path / "broken.py").write_text("def x(:\n")
    with pytest.raises(PodFilesError, match=r"broken\.py does not compile"):
        compiled(tmp_path / "broken.py", "broken.py")


# --- drag and drop ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_an_image_is_read_back_and_mounted_and_its_modules_are_imported(board, files, tmp_path) -> None:
    image = littlefs_image(files, board.blocks)
    read = read_uf2(uf2(image, board), board)
    assert read == image
    listed = mounted(
        read,
        "import chestnut_wire.pod_end, chestnut_wire.reports, limits, debounce, kept\n"
        "print(sorted(os.listdir()), limits.__file__, chestnut_wire.pod_end.__file__)\n",
        tmp_path,
    )
    top = {name.split("/")[0] for name in files}
    assert listed == f"{sorted(top)} /pod/limits.mpy /pod/chestnut_wire/pod_end.mpy\n"
    assert mounted(read, "print(open('main.py').read(), end='')", tmp_path) == files["main.py"].decode()


def test_a_uf2_is_whole_sectors_with_both_superblocks_at_the_place_of_the_board(files) -> None:
    for board, first in zip(BOARDS, (0x100A0000, 0x10100000), strict=True):
        data = uf2(littlefs_image(files, board.blocks), board)
        addresses = [int.from_bytes(data[at + 12 : at + 16], "little") for at in range(0, len(data), 512)]
        assert len(addresses) % 16 == 0
        assert addresses[:32] == [first + 256 * page for page in range(32)]
        assert all(address // 256 % 16 == number % 16 for number, address in enumerate(addresses))


def test_a_nearly_empty_file_system_still_writes_both_superblocks() -> None:
    data = uf2(littlefs_image({}, BLOCKS), BOARDS[0])
    assert len(data) == 32 * 512


@pytest.mark.parametrize("damage", [slice(0, 4), slice(12, 16), slice(28, 32), slice(508, 512)])
def test_a_damaged_uf2_is_refused(damage: slice) -> None:
    data = bytearray(uf2(littlefs_image({}, BLOCKS), BOARDS[0]))
    data[damage] = b"\x99" * 4
    with pytest.raises(ImageError):
        read_uf2(bytes(data), BOARDS[0])
    with pytest.raises(ImageError):
        read_uf2(bytes(data[:100]), BOARDS[0])


def test_the_image_boots_on_the_board_twin(files, tmp_path) -> None:
    flash_file = tmp_path / "flash"
    flash_file.write_bytes(littlefs_image(files, BLOCKS))
    with DeskBoard(flash_file) as board:
        import asyncio

        said = asyncio.run(pod_flash.verify(board.port, firmware_version()))
    assert said == ".".join(map(str, firmware_version()))


# --- flashing ---------------------------------------------------------------------------------------------


def test_an_erased_board_gets_the_firmware_and_says_hello_and_again_nothing_is_copied(desk, files) -> None:
    told: list[str] = []
    flash(desk.port, DESK, told.append)
    assert told[2:-1] == list(files)
    assert told[-1].startswith("the pod says hello")
    told.clear()
    flash(desk.port, DESK, told.append)
    assert "leaves the prompt to us" in told[0]
    assert told[2] == "all files are there already"
    assert told[-1].startswith("the pod says hello")


def test_an_update_replaces_what_changed_and_old_sources_and_keeps_the_pods_own_files(desk, files) -> None:
    board = Board(desk.port)
    old = {"limits.py": b"raise SystemExit\n", "link.mpy": b"old", "main.py": b"raise ValueError\n"}
    for name, content in {**old, "motor.txt": b"1 2 3"}.items():
        board._line.fs_writefile(name, content)
    board.close()
    flash(desk.port, DESK, lambda _: None)
    pod_flash.leave_the_prompt(desk.port)
    board = Board(desk.port, returning=True)
    names = {entry.name for entry in board._line.fs_listdir("")}
    assert "limits.py" not in names
    assert board._line.fs_readfile("motor.txt") == b"1 2 3"
    assert board._line.fs_readfile("link.mpy") == files["link.mpy"]
    board.close()


def test_a_copy_that_breaks_off_leaves_a_board_that_can_be_flashed(desk, files, monkeypatch) -> None:
    flash(desk.port, DESK, lambda _: None)
    write = Board._write

    def breaks(self: Board, name: str, content: bytes) -> None:
        if name == "limits.mpy":
            raise OSError("pulled out")
        write(self, name, content)

    changed = {**files, "board.mpy": compiled(pod_flash.Path(__file__).parents[2] / "mcu/board.py", "x.py")}
    changed["limits.mpy"] = changed["board.mpy"]
    with monkeypatch.context() as patch:
        patch.setattr(Board, "_write", breaks)
        patch.setattr(pod_flash, "pod_files", lambda: changed)
        with pytest.raises(FlashError, match="the copy broke off"):
            flash(desk.port, DESK, lambda _: None)
    board = Board(desk.port)
    assert not board._line.fs_exists("main.py")
    board.close()
    told: list[str] = []
    flash(desk.port, DESK, told.append)
    assert told[-1].startswith("the pod says hello")


def test_what_reads_back_otherwise_is_never_given_its_name(desk, monkeypatch) -> None:
    board = Board(desk.port)
    monkeypatch.setattr(type(board._line), "fs_hashfile", lambda *_: b"other")
    with pytest.raises(FlashError, match="reads back otherwise"):
        board._write("limits.mpy", b"content")
    assert not board._line.fs_exists("limits.mpy")
    board.close()


# --- what goes wrong --------------------------------------------------------------------------------------


def test_no_pod_names_the_remedy(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("serial.tools.list_ports.comports", list)
    with pytest.raises(FlashError, match="no pod on USB: plug it in, or name its port"):
        choose_port(None, tmp_path)


def test_a_board_in_its_boot_rom_is_recognised(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("serial.tools.list_ports.comports", list)
    (tmp_path / "1-1").mkdir()
    (tmp_path / "1-1" / "idVendor").write_text("2e8a\n")
    (tmp_path / "1-1" / "idProduct").write_text("000f\n")
    with pytest.raises(FlashError, match="the Pico 2 waits for a drag-and-drop file"):
        choose_port(None, tmp_path)


def test_a_port_that_is_held_is_said(desk) -> None:
    with (
        serial.Serial(desk.port, exclusive=True),
        pytest.raises(FlashError, match="is in use: stop what holds"),
    ):
        flash(desk.port, DESK, lambda _: None)


def test_a_port_that_is_not_there_is_said() -> None:
    with pytest.raises(FlashError, match="cannot open /dev/ttyNONE: plug the pod in"):
        flash("/dev/ttyNONE", DESK, lambda _: None)


def test_a_port_without_micropython_is_said(monkeypatch) -> None:
    monkeypatch.setattr(pod_flash, "PROMPT_S", 0.3)
    monkeypatch.setattr(pod_flash, "HELLO_S", 0.2)
    master, slave = pty.openpty()
    tty.setraw(slave)
    with pytest.raises(FlashError, match=r"nothing on .* answers like MicroPython"):
        flash(os.ttyname(slave), DESK, lambda _: None)
    os.close(master)
    os.close(slave)


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"sys.platform": "esp32"}, "this is no Pico but"),
        ({"tuple(sys.implementation[1])[:3]": (1, 20, 0)}, "has MicroPython 1.20.0; 1.24 or newer is needed"),
        ({"getattr(sys.implementation, '_mpy', 0)": 5}, "is needed: hold BOOTSEL"),
        (
            {"sys.platform": "rp2", "sys.implementation._machine": "Raspberry Pi Pico 2 with RP2350"},
            "correct it",
        ),
    ],
)
def test_a_board_that_does_not_fit_is_said(desk, answers, message, monkeypatch) -> None:
    board = Board(desk.port)
    ask = Board.ask
    monkeypatch.setattr(
        Board, "ask", lambda self, what: answers[what] if what in answers else ask(self, what)
    )
    with pytest.raises(FlashError, match=message):
        board.check("pico", ("linux", "rp2"))
    board.close()


def test_a_pod_that_stays_silent_afterwards_is_said(desk, monkeypatch) -> None:
    monkeypatch.setattr(pod_flash, "RETURN_S", 0.5)
    monkeypatch.setattr(pod_flash, "pod_files", lambda: {"main.py": b"pass\n"})
    with pytest.raises(FlashError, match="does not say hello"):
        flash(desk.port, DESK, lambda _: None)
