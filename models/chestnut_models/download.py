"""Getting a file from an address, going on where an earlier attempt stopped."""

from __future__ import annotations

import http.client
import re
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chestnut_models.errors import Denied, FetchFailed, NoNetwork

PIECE_BYTES = 1 << 20
ANSWER_WITHIN_S = 30.0
ATTEMPTS = 4
PAUSE_S = 2.0
HOPS = 5
DENIALS = (401, 403, 451)
PASSING = (408, 425, 429)  # answers of a host that wants us to come again later
_LOST = (
    urllib.error.URLError, TimeoutError, ConnectionError, ssl.SSLError, http.client.HTTPException,
)  # fmt: skip
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Stated:
    """What a host itself says of a file, before it is fetched. It proves nothing about who made it."""

    bytes: int
    sha256: str


def stated(url: str) -> Stated | None:
    """Ask for the length and checksum of a large file, as Hugging Face states them beside its redirect to the store
    (X-Linked-Size, X-Linked-ETag). None when the host says nothing of the kind or does not answer. Raises Denied."""
    opener = urllib.request.build_opener(_Stay)
    for _ in range(HOPS):
        try:
            with opener.open(urllib.request.Request(url, method="HEAD"), timeout=ANSWER_WITHIN_S) as answer:
                headers, onward = answer.headers, None
        except urllib.error.HTTPError as error:
            with error:
                if error.code in DENIALS:
                    raise Denied(f"{url}: the host answers {error.code} {error.reason}") from None
                headers = error.headers
                onward = headers.get("Location") if 300 <= error.code < 400 else None
        except _LOST:
            return None
        size = str(headers.get("X-Linked-Size", ""))
        digest = str(headers.get("X-Linked-ETag", "")).strip('"').lower()
        if size.isdecimal() and _SHA256.fullmatch(digest):
            return Stated(int(size), digest)
        target = urllib.parse.urljoin(url, onward or "")
        if onward is None or urllib.parse.urlsplit(target).netloc != urllib.parse.urlsplit(url).netloc:
            return None
        url = target
    return None


class _Stay(urllib.request.HTTPRedirectHandler):
    """Shows a redirect instead of following it: what is asked for stands beside it."""

    def redirect_request(self, *_: object) -> None:
        return None


def fetch_url(
    url: str, partial: Path, bytes_wanted: int, grown: Callable[[int], None], command: str = "make models"
) -> None:
    """Download to the file `partial`, going on where an earlier attempt stopped. The caller checks the contents.
    command: what the user ran, for the remedies. Raises Denied, NoNetwork and FetchFailed."""
    failures, restarted = 0, False
    while (have := partial.stat().st_size if partial.exists() else 0) < bytes_wanted:
        try:
            _go_on(url, partial, have, bytes_wanted, grown)
            failed = "the server ended too early"
        except urllib.error.HTTPError as error:
            error.close()
            failed = f"the server answers {error.code} {error.reason}"
            if error.code == 416 and not restarted:  # nothing is left to send, yet the file is too short
                partial.unlink(missing_ok=True)
                restarted = True
                continue
            if error.code in DENIALS:
                raise Denied(f"{url}: {failed}") from None
            if error.code < 500 and error.code not in PASSING:
                raise FetchFailed(f"{url}: {failed}: update the project and run {command} again") from None
        except _LOST as error:
            failed = str(getattr(error, "reason", error))
        grew = partial.exists() and partial.stat().st_size > have
        failures = 0 if grew else failures + 1
        if failures >= ATTEMPTS:
            raise NoNetwork(f"cannot reach {url} ({failed}): connect to the network and run {command} again")
        if failures:
            time.sleep(PAUSE_S)


def _go_on(url: str, partial: Path, have: int, bytes_wanted: int, grown: Callable[[int], None]) -> None:
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    with urllib.request.urlopen(request, timeout=ANSWER_WITHIN_S) as answer:
        # A server without ranges sends the whole file again.
        goes_on = answer.status == 206 and answer.headers.get("Content-Range", "").startswith(
            f"bytes {have}-"
        )
        have = have if goes_on else 0
        with partial.open("ab" if goes_on else "wb") as out:
            while piece := answer.read(PIECE_BYTES):
                out.write(piece)
                have += len(piece)
                grown(have)
                if have > bytes_wanted:
                    return
