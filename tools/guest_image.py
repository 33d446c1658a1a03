"""The disks of the guest of `make image-test`: a Debian 13 root tree, Chestnut installed in it, a disk for the system
and one for what the device keeps. Root is needed; no loop device is.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from chestnut_models.library import list_models

from tools.guest_packages import guest_packages
from tools.guest_updates import put_updates
from tools.wheelhouse import wheelhouse

PROJECT = Path(__file__).resolve().parent.parent
GUEST = PROJECT / "tests" / "guest"
SUITE = "trixie"
ARCHITECTURES = {"x86_64": "amd64"}
# What stands on a stock Raspberry Pi OS Lite, and what the checks need beside it; install.sh's own packages come from
# its own list.
BASE = (
    *("systemd-sysv", "udev", "dbus", "kmod", "iproute2", "procps", "sudo", "ca-certificates"),
    *("python3", "python3-venv", "linux-image-amd64", "initramfs-tools", "zstd", "alsa-utils", "bluez"),
)
LEFT_OUT = ("/usr/share/man/*", "/usr/share/locale/*", "/usr/share/doc/*")
ROOT_BYTES, DATA_BYTES = "4G", "512M"
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
# Of the project, as install.sh copies it.
PARTS = (
    *("host", "shared", "models", "mcu", "tools", "docs", "pyproject.toml", "requirements.lock"),
    *("LICENSE", "NOTICE", "LICENSES.md"),
)

Tell = Callable[[str], None]


class CannotBuild(RuntimeError):
    """The message names what to do."""


def run(*command: str | os.PathLike[str], limit_s: float = 1800.0) -> str:
    """Its output. CannotBuild with the end of it when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=limit_s)
    if done.returncode != 0:
        words = " ".join(map(str, command))[:200]
        raise CannotBuild(f"{words}: status {done.returncode}\n{(done.stdout + done.stderr)[-3000:]}")
    return done.stdout + done.stderr


def packages() -> list[str]:
    """What install.sh puts on a device, from the list that it reads."""
    text = (PROJECT / "tools" / "system_packages.txt").read_text(encoding="utf-8").split("# for the tests")[0]
    lines = (line.split("#")[0].split() for line in text.splitlines())
    return [words[0].split("|")[0] for words in lines if words]


def mirror() -> str:
    """$DEBIAN_MIRROR, else the one this system takes its own packages from."""
    if given := os.environ.get("DEBIAN_MIRROR"):
        return given
    sites = run("apt-get", "indextargets", "--no-release-info", "--format", "$(SITE)", "Created-By: Packages")
    found = [site for site in sites.split() if site.rstrip("/").endswith("/debian")]
    if not found:
        raise CannotBuild("apt's own sources name no Debian mirror: set DEBIAN_MIRROR=http://…/debian")
    return found[0]


def copy_program(folder: Path) -> None:
    """What install.sh installs, and install.sh, into a folder that is there."""
    for part in PARTS:
        source = PROJECT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, folder / part)


def base_tree(cache: Path, tell: Tell) -> Path:
    """A root tree as a tar file, named by what is in it."""
    architecture = ARCHITECTURES.get(platform.machine())
    if architecture is None:
        raise CannotBuild(f"the guest is an x86_64 machine, this is {platform.machine()}: run it on a PC")
    wanted = sorted({*BASE, *packages()})
    name = hashlib.sha256(repr((SUITE, architecture, wanted, LEFT_OUT)).encode()).hexdigest()[:16]
    place = cache / f"base-{name}.tar"
    if place.exists():
        tell(f"base tree from the cache: {place.name}")
        return place
    half = place.with_suffix(".new")
    run(
        *("mmdebstrap", f"--arch={architecture}", "--variant=apt", "--quiet", "--format=tar"),
        *('--aptopt=Acquire::Languages "none"', *(f"--dpkgopt=path-exclude={path}" for path in LEFT_OUT)),
        *(f"--include={','.join(wanted)}", SUITE, half, f"deb {mirror()} {SUITE} main"),
    )
    half.rename(place)
    for old in cache.glob("base-*.tar"):
        if old != place:
            old.unlink()
    tell(f"base tree built: {place.name}, {place.stat().st_size >> 20} MB")
    return place


def install(base: Path, tree: Path, models: Path, cache: Path, tell: Tell) -> None:
    """install.sh in a fresh copy of the tree, without a network, twice; then the checks and the updates they take.
    CannotBuild when the second run changes anything."""
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    run("tar", "-C", tree, "--exclude=./dev/*", "-xpf", base)
    stick = tree / "mnt" / "chestnut"
    stick.mkdir(parents=True)
    copy_program(stick)
    shutil.copytree(wheelhouse(platform.machine(), cache), stick / "wheels")
    (stick / "model-files").mkdir()
    for model in list_models():
        shutil.copy2(models / model.name, stick / "model-files")
    on = "/mnt/chestnut"
    orders = f"bash {on}/host/system/install.sh --wheels {on}/wheels --models {on}/model-files"
    # A mount and a network namespace of its own: nothing stays mounted, and nothing can be fetched.
    inside = (
        'for name in proc sys dev; do mount --rbind "/$name" "$0/$name"; done; '
        f'exec chroot "$0" env -i PATH={PATH} LANG=C.UTF-8 {orders}'
    )
    isolated = ("unshare", "--mount", "--net", "--propagation", "private", "sh", "-ec", inside, tree)
    first = [line for line in run(*isolated).splitlines() if line.endswith(" changes")]
    tell(f"install.sh, offline: {', '.join(first)}")
    second = run(*isolated).splitlines()
    tell(f"install.sh again: {second[-1]}")
    if second != ["unchanged"]:
        raise CannotBuild("the second install.sh changed something:\n" + "\n".join(second))
    shutil.rmtree(stick / "wheels")
    shutil.rmtree(stick / "model-files")
    guest = tree / "opt" / "guest"
    shutil.copytree(GUEST, guest, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(guest_packages(cache), guest / "packages")
    put_updates(stick, guest / "updates", tree / "etc" / "chestnut" / "update_signers")
    run("chroot", tree, "env", "-i", f"PATH={PATH}", "python3", "-m", "compileall", "-q", "/opt/guest")
    shutil.rmtree(stick)


def furnish(tree: Path) -> None:
    """What makes the tree a guest: its units, virtual hardware, a read-only root, a picture for the camera."""
    system = PROJECT / "host" / "system"
    import skimage.data
    from PIL import Image

    units = tree / "etc" / "systemd" / "system"
    for unit in (*GUEST.glob("guest-*.service"), *GUEST.glob("guest-*.target")):
        shutil.copy2(unit, units)
    (units / "multi-user.target.wants" / "guest-checks.service").symlink_to("../guest-checks.service")
    (units / "sockets.target.wants").mkdir(exist_ok=True)
    (units / "sockets.target.wants" / "chestnut-page.socket").symlink_to("../chestnut-page.socket")
    # Its getty would hang up the console; the emulated machine has no time for the third.
    for unit in (
        "serial-getty@ttyS0.service",
        "systemd-binfmt.service",
        "apt-daily.timer",
        "apt-daily-upgrade.timer",
    ):
        (units / unit).symlink_to("/dev/null")
    shutil.copy2(GUEST / "asound.conf", tree / "etc" / "asound.conf")
    shutil.copy2(GUEST / "modules.conf", tree / "etc" / "modules-load.d" / "guest.conf")
    shutil.copy2(GUEST / "modprobe.conf", tree / "etc" / "modprobe.d" / "guest.conf")
    added = units / "chestnut.service.d"
    added.mkdir(exist_ok=True)
    shutil.copy2(GUEST / "chestnut-guest.conf", added / "guest.conf")
    shutil.copy2(system / "read_only" / "data.conf", added / "data.conf")
    shutil.copy2(system / "read_only" / "fstab", tree / "etc" / "fstab")
    (tree / "etc" / "hostname").write_text("chestnut-guest\n", encoding="ascii")
    (tree / "etc" / "machine-id").write_text("0123456789abcdef0123456789abcdef\n", encoding="ascii")
    data = tree / "var" / "lib" / "chestnut"
    (data / "pictures").mkdir()
    Image.fromarray(skimage.data.coffee()).save(data / "pictures" / "coffee.png")
    settings = data / "config" / "chestnut" / "settings.toml"
    shutil.copy2(GUEST / "settings.toml", settings)
    session = data / "state" / "chestnut" / "session.json"
    session.parent.mkdir(parents=True)
    session.write_text('{"mode": "companion"}', encoding="ascii")
    (data / "bluetooth").mkdir()
    (tree / "var" / "lib" / "bluetooth").mkdir(exist_ok=True)
    owner = data.stat()
    for path in (data / "state", session.parent, session, settings):
        os.chown(path, owner.st_uid, owner.st_gid)
    for stamp in ("etc/.updated", "var/.updated"):  # else ldconfig runs at the first start, for half a minute
        (tree / stamp).touch()


def disks(tree: Path, folder: Path, tell: Tell) -> None:
    """system.ext4, data.ext4, vmlinuz and initrd in the folder."""
    data = tree / "var" / "lib" / "chestnut"
    for name in ("vmlinuz", "initrd"):
        newest = sorted((tree / "boot").glob(f"{name}*-*"))[-1]
        shutil.copy2(newest, folder / name)
    for disk, label, source, size in (
        ("data.ext4", "chestnut-data", data, DATA_BYTES),
        ("system.ext4", "chestnut-system", tree, ROOT_BYTES),
    ):
        (folder / disk).unlink(missing_ok=True)
        run("mkfs.ext4", "-q", "-L", label, "-d", source, folder / disk, size)
        if disk == "data.ext4":
            shutil.rmtree(data)
            data.mkdir()
    used = sum((folder / disk).stat().st_blocks * 512 for disk in ("data.ext4", "system.ext4"))
    tell(f"disks made: {used >> 20} MB")
