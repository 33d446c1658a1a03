"""Runs as root inside the guest of `make image-test`, with the system's own Python: is the installed device what it
promises to be? One verdict line a step on the virtio port; see tools/image_test.py for what is made of them."""

from __future__ import annotations

import http.client
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import faults
import updating
from ear import AUDIBLE, Ear
from faults import Parts
from running import HERE, SERVICE, START_S, STATE, WORD_S, Failed, Told, is_ready, run, show, step, wait

CHANNEL = Path("/dev/virtio-ports/chestnut.result")
EXPOSED_AT_MOST = 2.0
WATCHDOG_S = 120.0
# The memory's log as long as nothing is remembered; a sighting takes several pages.
OPENED_BYTES = 2 * 4152
STARTS_AT_MOST = 3
FOUND_S = 60.0  # the device lists pads every few seconds

Tell = Callable[[str], None]


def check_ready(parts: Parts, tell: Tell) -> None:
    def ready() -> bool:
        if int(show("NRestarts")) >= STARTS_AT_MOST:
            raise Failed(f"it does not start: {show('Result')}")
        return is_ready()

    wait("ready", START_S, ready, pause_s=1.0)
    ready_s = int(show("ActiveEnterTimestampMonotonic")) / 1e6
    began_s = int(show("ExecMainStartTimestampMonotonic")) / 1e6
    tell(f"boot to ready {ready_s:.1f} s, of which the service {ready_s - began_s:.1f} s")
    tell(show("StatusText"))
    tell(
        f"kernel {os.uname().release}, {run('systemctl', '--version').splitlines()[0]}, {sys.version.split()[0]}"
    )


def check_greeting(parts: Parts, tell: Tell) -> None:
    ear = parts.ear
    wait("the greeting", WORD_S, lambda: ear.loudest(0) > AUDIBLE)
    ear.silence()
    ear.keep("ready", 0)
    tell(f"loudest sample {ear.loudest(0)}")


def check_security(parts: Parts, tell: Tell) -> None:
    report = run("systemd-analyze", "security", "--no-pager", SERVICE)
    figure = float(re.findall(r"Overall exposure level for \S+: ([0-9.]+)", report)[0])
    tell(f"systemd-analyze security {figure}")
    if figure > EXPOSED_AT_MOST:
        raise Failed(f"{figure} is more than {EXPOSED_AT_MOST}")


def check_sandbox(parts: Parts, tell: Tell) -> None:
    """Of the running device itself."""
    process = Path("/proc") / show("MainPID")
    status = dict(
        line.split(":\t", 1) for line in (process / "status").read_text().splitlines() if ":\t" in line
    )
    wanted = {"CapEff": "0000000000000000", "NoNewPrivs": "1", "Seccomp": "2"}
    wrong = {name: status[name] for name, value in wanted.items() if status[name] != value}
    links = [line.split(":")[0].strip() for line in (process / "net/dev").read_text().splitlines()[2:]]
    sockets = sum(
        len((process / "net" / kind).read_text().splitlines()) - 1
        for kind in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6")
        if (process / "net" / kind).exists()
    )
    tell(f"no capability, network interfaces {links}, internet sockets {sockets}")
    tell(f"root is {run('findmnt', '-no', 'OPTIONS', '/').split(',')[0]}")
    if wrong or links != ["lo"] or sockets:
        raise Failed(f"{wrong} {links} {sockets}")


def check_probe(parts: Parts, tell: Tell) -> None:
    """A second service of the very same unit file, whose program tries what it must not be able to do."""
    folder = Path("/run/systemd/system")
    unit = Path("/etc/systemd/system/chestnut.service").read_text()
    unit = re.sub(
        r"(?m)^(ExecStart|Type|Restart\w*|OnFailure|WatchdogSec|RuntimeDirectory|StateDirectory)=.*\n",
        "",
        unit,
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "chestnut-probe.service").write_text(
        unit.replace("[Service]\n", f"[Service]\nType=oneshot\nExecStart=/usr/bin/python3 {HERE}/probe.py\n")
    )
    for node in ("/dev/uinput", "/dev/vda"):  # the unit must stop it, not the mode of the node
        if Path(node).exists():
            os.chmod(node, 0o666)  # noqa: PTH101 - the system's Python, as above
    run("systemctl", "daemon-reload")
    run("systemctl", "start", "chestnut-probe.service")
    lines = run("journalctl", "-b", "-u", "chestnut-probe.service", "-o", "cat").splitlines()
    verdicts = [line for line in lines if line.startswith(("as wanted", "UNEXPECTED"))]
    tell(" | ".join(verdicts))
    if len(verdicts) < 8 or any(line.startswith("UNEXPECTED") for line in verdicts):
        raise Failed("\n".join(lines))


def has_pad() -> bool:
    """The running device holds an input device open."""
    files = Path("/proc") / show("MainPID") / "fd"
    return any("/dev/input/event" in str(file.readlink()) for file in files.iterdir())


def check_pad(parts: Parts, tell: Tell) -> None:
    """A gamepad that exists only in the kernel is plugged in and pressed; the device answers by voice."""
    ear = parts.ear
    parts.pad.wait("ready")
    wait("the device takes the pad", FOUND_S, has_pad)
    wait("silence", WORD_S, Told().silent)  # that it is there may be told aloud, or not
    ear.silence()
    begun, pressed = ear.place(), time.monotonic()
    parts.pad.order("press start")
    wait("an answer to the pad's key", WORD_S, lambda: ear.loudest(begun) > AUDIBLE)
    tell(f"pressed, heard {time.monotonic() - pressed:.1f} s later, loudest sample {ear.loudest(begun)}")
    ear.silence()


def check_page(parts: Parts, tell: Tell) -> None:
    """Through the one socket systemd handed over; without a token nobody is let in."""
    connection = http.client.HTTPConnection("127.0.0.1", 8765, timeout=WORD_S)
    connection.request("GET", "/")
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    tell(f"answers {answer.status} to who has no token, {len(body)} bytes")
    if answer.status not in (401, 403):
        raise Failed(body[:500].decode(errors="replace"))


def check_watchdog(parts: Parts, tell: Tell) -> None:
    """The process is stopped, so it shows no life; who watches it ends it, tells the wearer, and starts it anew. The
    updated version comes back, and says that it is one."""
    ear, version = parts.ear, updating.version()
    ear.listen()  # a recorder that has lived through many openings of the card may have stopped
    ear.silence()
    begun, before = ear.place(), int(show("NRestarts"))
    run("systemctl", "kill", "--kill-whom=main", "--signal=STOP", SERVICE)
    took_s = wait("the watchdog", WATCHDOG_S, lambda: int(show("NRestarts")) > before)
    wait("the failure is told", WORD_S, lambda: ear.loudest(begun) > AUDIBLE)
    wait("it is told", WORD_S, lambda: show("ActiveState", "chestnut-trouble.service") == "inactive")
    ear.keep("service_hung", begun, 160)
    log = run("journalctl", "-b", "-u", SERVICE, "-o", "cat", "--grep", "atchdog")
    again_s = wait("ready again", START_S, is_ready, pause_s=1.0)
    tell(f"ended and restarted {took_s:.1f} s after it was stopped, ready again {again_s:.1f} s later")
    tell(log.splitlines()[0] if log else "")
    status = show("ExecMainStatus", "chestnut-trouble.service")
    tell(f"the failure was told aloud by chestnut-trouble (status {status}), loudest {ear.loudest(begun)}")
    started = show("ExecMainStartTimestamp", "chestnut-trouble.service")
    if "atchdog" not in log or status != "0" or not started or ear.loudest(begun) < AUDIBLE:
        raise Failed(log)
    if updating.version() != version:
        raise Failed(f"{version} has become {updating.version()}")
    wait("what became of the update to be told", WORD_S, lambda: Told(begin=True).spoken("update_done"))
    tell(f"it is version {version} still, and has said that it was updated")


def check_log(parts: Parts, tell: Tell) -> None:
    kept = list(Path("/var/log/journal").glob("*")) if Path("/var/log/journal").exists() else []
    tell(f"in memory only: {run('journalctl', '--disk-usage')}")
    tell(f"restarts of the device in all: {show('NRestarts')}")
    if kept:
        raise Failed(f"the log is on the card: {kept}")


def check_writing(parts: Parts, tell: Tell) -> None:
    """In Companion the device looks by itself and writes what it saw."""
    log = Path("/var/lib/chestnut/data/chestnut/memory.db-wal")
    took_s = wait("a sighting", START_S, lambda: log.exists() and log.stat().st_size > OPENED_BYTES)
    tell(f"after {took_s:.1f} s, log of {log.stat().st_size} bytes")


def check_words(parts: Parts, tell: Tell) -> None:
    """What was heard are the sentences the locale file has."""
    for verdict in parts.ear.words():
        tell(verdict)


def other_camera() -> None:
    """From the next start on it sees what is worth remembering."""
    settings = STATE / "config/chestnut/settings.toml"
    text = settings.read_text(encoding="utf-8")
    pictures = f'source = "folder:{STATE}/pictures"'
    settings.write_text(re.sub(r'(?m)^source = ".*"$', pictures, text), encoding="utf-8")


def steps() -> dict[str, Callable[[Parts, Tell], None]]:
    def without_parts(check: Callable[[Tell], None]) -> Callable[[Parts, Tell], None]:
        return lambda parts, tell: check(tell)

    return {
        "ready": check_ready,
        "greeting heard through the loudspeaker": check_greeting,
        "security figure": check_security,
        "sandbox of the running device": check_sandbox,
        "what the unit refuses and allows": check_probe,
        "a key of a virtual pad, heard": check_pad,
        "the page": check_page,
        **faults.STEPS,
        **{name: without_parts(check) for name, check in updating.STEPS.items()},
        "watchdog": check_watchdog,
        "the words that were heard": check_words,
        "log": check_log,
        "the device writes sightings": check_writing,
    }


def main() -> None:
    while not CHANNEL.exists():
        time.sleep(0.2)
    os.dup2(os.open(CHANNEL, os.O_WRONLY), 1)
    os.dup2(1, 2)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    failed: list[str] = []
    parts = Parts(Ear())
    try:
        for name, check in steps().items():
            if name in updating.STEPS:
                other_camera()
            with step(name, failed) as tell:
                check(parts, tell)
            if "ready" in failed:  # then nothing else means anything
                break
    finally:
        parts.ear.close()
        parts.close()
    print(f"FAILED {failed}" if failed else "ALL-OK")
    print("WRITING")  # from here on the power may go at any moment


if __name__ == "__main__":
    main()
