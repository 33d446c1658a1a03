"""Who made an update: an SSH signature over its manifest, made and verified by the system's ssh-keygen.

The owner's trust stands in one file in the form of ssh-keygen's allowed_signers, `*` or a name, then a public key:

    chestnut-update namespaces="chestnut-update" ssh-ed25519 AAAA…
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from chestnut.update.refusal import Refused

IDENTITY = NAMESPACE = "chestnut-update"
TIMEOUT_S = 20.0


def verify(data: bytes, signature: bytes, signers: Path, name: str) -> None:
    """Refused unless one of the signers has signed exactly these bytes. name: of the update, for the message."""
    if not signers.is_file():
        raise Refused(
            "update_no_signers",
            f"{signers} is missing, so no signature can be trusted: put the maker's public key there",
        )
    with tempfile.TemporaryDirectory(prefix="chestnut-update-") as folder:
        file = Path(folder) / "signature"
        file.write_bytes(signature)
        done = _ssh_keygen(
            "-Y", "verify", "-f", str(signers), "-I", IDENTITY, "-n", NAMESPACE, "-s", str(file), data=data
        )
    if done.returncode != 0:
        cause = done.stderr.decode(errors="replace").strip().splitlines() or ["not verified"]
        raise Refused(
            "update_unsigned", f"the signature of {name} is not one of {signers} ({cause[-1]}): do not use it"
        )


def sign(data: bytes, key: Path) -> bytes:
    """By the private key in this file. Refused with ssh-keygen's own words when it cannot be used."""
    with tempfile.TemporaryDirectory(prefix="chestnut-update-") as folder:
        file = Path(folder) / "manifest"
        file.write_bytes(data)
        done = _ssh_keygen("-q", "-Y", "sign", "-f", str(key), "-n", NAMESPACE, str(file), data=b"")
        if done.returncode != 0:
            raise Refused(
                "update_unsigned", f"cannot sign with {key}: {done.stderr.decode(errors='replace').strip()}"
            )
        return file.with_name("manifest.sig").read_bytes()


def _ssh_keygen(*arguments: str, data: bytes) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["ssh-keygen", *arguments], input=data, capture_output=True, timeout=TIMEOUT_S, check=False
        )
    except FileNotFoundError as error:
        raise Refused(
            "update_no_signers", "ssh-keygen is not installed: sudo apt install openssh-client"
        ) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Refused("update_unsigned", f"ssh-keygen gave no answer ({error}): try again") from error
