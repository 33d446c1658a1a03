"""A virtual machine under QEMU, and the line on which its checks report."""

from __future__ import annotations

import contextlib
import functools
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

KVM_TRIAL_S = 15.0
MEMORY_MB = 2048


class GuestFailed(RuntimeError):
    """The guest ended or fell silent; the message holds its last words."""


@functools.cache
def accelerator(kernel: Path) -> str:
    """ "kvm" where the processor's own virtualisation starts this kernel, else "tcg", which emulates. A /dev/kvm that
    is there need not work, as inside another virtual machine."""
    if wanted := os.environ.get("ACCEL"):
        return wanted
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return "tcg"
    console = kernel.with_name("kvm-trial.log")
    console.unlink(missing_ok=True)
    command = [
        *(
            "qemu-system-x86_64",
            "-accel",
            "kvm",
            "-cpu",
            "host",
            "-m",
            "256",
            "-nic",
            "none",
            "-display",
            "none",
        ),
        *("-monitor", "none", "-no-reboot", "-kernel", str(kernel), "-append", "console=ttyS0 panic=-1"),
        *("-serial", f"file:{console}"),
    ]
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(command, capture_output=True, timeout=KVM_TRIAL_S, check=False)
    started = console.exists() and b"Linux version" in console.read_bytes()
    return "kvm" if started else "tcg"


class Guest:
    """Runs from entering to leaving; leaving cuts its power. folder: of guest_image.disks(). arguments: the kernel's.
    The system's disk forgets what is written, the data's keeps it."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._folder = folder
        self._channel = folder / "result.log"
        self._read = 0
        self._half = ""
        self.accelerator = accelerator(folder / "vmlinuz")
        self._command = [
            *(
                "qemu-system-x86_64",
                "-accel",
                self._acceleration(),
                "-cpu",
                "host" if self.accelerator == "kvm" else "max",
            ),
            *(
                "-smp",
                "2",
                "-m",
                str(MEMORY_MB),
                "-nic",
                "none",
                "-display",
                "none",
                "-monitor",
                "none",
                "-no-reboot",
            ),
            *("-kernel", str(folder / "vmlinuz"), "-initrd", str(folder / "initrd"), "-append"),
            " ".join(("root=LABEL=chestnut-system", "ro", "console=ttyS0", "loglevel=4", *arguments)),
            *("-drive", f"file={folder}/system.ext4,format=raw,if=virtio,snapshot=on"),
            *("-drive", f"file={folder}/data.ext4,format=raw,if=virtio,cache=writeback"),
            *("-device", "virtio-rng-pci", "-serial", f"file:{folder}/console.log"),
            *("-device", "virtio-serial-pci", "-chardev", f"file,id=result,path={self._channel}"),
            *("-device", "virtserialport,chardev=result,name=chestnut.result"),
        ]
        self._process: subprocess.Popen[bytes] | None = None

    def _acceleration(self) -> str:
        return "kvm" if self.accelerator == "kvm" else "tcg,thread=multi"

    def __enter__(self) -> Guest:
        self._channel.unlink(missing_ok=True)
        self._errors = (self._folder / "qemu.log").open("wb")
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.DEVNULL, stdout=self._errors, stderr=self._errors
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cut_power()
        self._errors.close()

    def cut_power(self) -> None:
        """At once: what the guest has not written is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def lines(self, limit_s: float) -> Iterator[str]:
        """What it tells, line by line, as it comes. GuestFailed when it ends by itself, or after so long."""
        until = time.monotonic() + limit_s
        while True:
            ended = self._process is not None and self._process.poll() is not None
            yield from self._new_lines()
            if ended:
                raise GuestFailed(f"the guest ended by itself\n{self._last_words()}")
            if time.monotonic() > until:
                raise GuestFailed(
                    f"the guest has not come so far within {limit_s:.0f} s\n{self._last_words()}"
                )
            time.sleep(0.02)

    def rest(self) -> list[str]:
        """What it had told before its power was cut and nobody has read; half a line is none."""
        return list(self._new_lines())

    def ended(self, limit_s: float) -> bool:
        """It switched itself off within so long."""
        assert self._process is not None
        try:
            self._process.wait(limit_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _new_lines(self) -> Iterator[str]:
        if not self._channel.exists():
            return
        with self._channel.open("rb") as file:
            file.seek(self._read)
            data = file.read()
        self._read += len(data)
        *whole, self._half = (self._half + data.decode(errors="replace")).replace("\r", "").split("\n")
        yield from whole

    def _last_words(self) -> str:
        texts = []
        for name in ("qemu.log", "console.log"):
            path = self._folder / name
            if path.exists():
                texts.append(path.read_bytes()[-2000:].decode(errors="replace"))
        return "\n".join(texts)
