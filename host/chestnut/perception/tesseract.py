"""Tesseract 5 kept open: its library through ctypes, so that the models are loaded once.

Measured on a page of five lines beside a process a page (`tesseract - - tsv`): 155 against 260 ms.
C interface: tesseract/capi.h, the same in 5.3 (Debian 12) and 5.5 (Raspberry Pi OS 13).
"""

from __future__ import annotations

import ctypes
import itertools
from ctypes import POINTER, c_char_p, c_int, c_void_p
from ctypes.util import find_library
from dataclasses import dataclass
from typing import Any

import numpy as np

# Page segmentation modes, as in tesseract/publictypes.h.
BLOCKS = 3  # fully automatic
COLUMN = 4  # one column of lines of different sizes
BLOCK = 6  # one block of lines of one size
LINE = 7
SPARSE = 11  # find as much text as possible in no order

PACKAGES = {"eng": "tesseract-ocr-eng", "rus": "tesseract-ocr-rus"}


class TextError(RuntimeError):
    """Reading is impossible here; the message names the remedy."""


@dataclass(frozen=True, slots=True)
class RawWord:
    """As Tesseract reports it. confidence: 0 to 100. left, top, right, bottom: pixels."""

    text: str
    confidence: float
    left: int
    top: int
    right: int
    bottom: int
    block: int
    paragraph: int
    line: int


class Tesseract:
    """Used by one thread at a time. Raises TextError where the library or a language is missing."""

    def __init__(self, languages: tuple[str, ...] = ("eng", "rus")) -> None:
        self._library = _load()
        self._openmp = _openmp()
        self._handle: Any = c_void_p(self._library.TessBaseAPICreate())
        # Its complaints would stand on standard error; what matters is said by TextError.
        self._library.TessBaseAPISetVariable(self._handle, b"debug_file", b"/dev/null")
        failed = self._library.TessBaseAPIInit3(self._handle, None, "+".join(languages).encode()) != 0
        missing = [language for language in languages if failed or language not in self._loaded()]
        if missing:
            self.close()
            raise TextError(
                f"Tesseract cannot read {' and '.join(missing)}: sudo apt install "
                + " ".join(PACKAGES.get(language, f"tesseract-ocr-{language}") for language in missing)
            )

    def read(self, grey: np.ndarray, mode: int, dots_per_inch: int = 150) -> list[RawWord]:
        """The words of a contiguous (height, width) uint8 picture, in reading order."""
        if self._handle is None:
            raise TextError("the text reader is closed")
        if self._openmp is not None:
            # Of the calling thread, hence here. Threads of one page only wait for each other: with two of them
            # 2.5 s instead of 0.4 as soon as another process wants a core. Tesseract asks for a number of threads
            # by itself, so only a bound on nesting holds it back; OMP_THREAD_LIMIT comes too late when another
            # library (mediapipe) has loaded OpenMP before.
            self._openmp.omp_set_max_active_levels(0)
        height, width = grey.shape
        grey = np.ascontiguousarray(grey)
        library, handle = self._library, self._handle
        library.TessBaseAPISetPageSegMode(handle, mode)
        library.TessBaseAPISetImage(handle, grey.ctypes.data_as(c_void_p), width, height, 1, width)
        library.TessBaseAPISetSourceResolution(handle, dots_per_inch)
        found = library.TessBaseAPIGetTsvText(handle, 0)
        try:
            rows = ctypes.string_at(found).decode("utf-8", "replace") if found else ""
        finally:
            if found:
                library.TessDeleteText(found)
            library.TessBaseAPIClear(handle)
        return parse(rows)

    def close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            self._library.TessBaseAPIEnd(handle)
            self._library.TessBaseAPIDelete(handle)

    def _loaded(self) -> set[str]:
        """With several languages asked for, Tesseract is content with some of them."""
        names = self._library.TessBaseAPIGetLoadedLanguagesAsVector(self._handle)
        found = set(itertools.takewhile(bool, names)) if names else set()
        self._library.TessDeleteTextArray(names)
        return {name.decode() for name in found}


def parse(rows: str) -> list[RawWord]:
    """Tesseract's table: level, page, block, paragraph, line, word, left, top, width, height, confidence, text.
    Rows that are no words, and damaged ones, are left out."""
    words = []
    for row in rows.split("\n"):
        cells = row.split("\t", 11)
        if len(cells) != 12 or cells[0] != "5" or not cells[11].strip():
            continue
        try:
            block, paragraph, line, _, left, top, width, height = (int(cell) for cell in cells[2:10])
            confidence = float(cells[10])
        except ValueError:
            continue
        words.append(
            RawWord(
                cells[11].strip(), confidence, left, top, left + width, top + height, block, paragraph, line
            )
        )
    return words


def _openmp() -> Any:
    """The OpenMP library that Tesseract's own is bound to; None where it was built without."""
    try:
        library = ctypes.CDLL("libgomp.so.1")
    except OSError:
        return None
    library.omp_set_max_active_levels.restype, library.omp_set_max_active_levels.argtypes = None, [c_int]
    return library


def _load() -> Any:
    name = find_library("tesseract") or "libtesseract.so.5"
    try:
        library = ctypes.CDLL(name)
    except OSError as error:
        raise TextError(
            "Tesseract is missing: sudo apt install tesseract-ocr tesseract-ocr-eng tesseract-ocr-rus"
        ) from error
    signatures: dict[str, tuple[Any, list[Any]]] = {
        "Create": (c_void_p, []),
        "Init3": (c_int, [c_void_p, c_char_p, c_char_p]),
        "GetLoadedLanguagesAsVector": (POINTER(c_char_p), [c_void_p]),
        "SetVariable": (c_int, [c_void_p, c_char_p, c_char_p]),
        "SetPageSegMode": (None, [c_void_p, c_int]),
        "SetImage": (None, [c_void_p, c_void_p, c_int, c_int, c_int, c_int]),
        "SetSourceResolution": (None, [c_void_p, c_int]),
        "GetTsvText": (c_void_p, [c_void_p, c_int]),
        "Clear": (None, [c_void_p]),
        "End": (None, [c_void_p]),
        "Delete": (None, [c_void_p]),
    }
    for name, (result, arguments) in signatures.items():
        function = getattr(library, f"TessBaseAPI{name}")
        function.restype, function.argtypes = result, arguments
    library.TessDeleteTextArray.restype, library.TessDeleteTextArray.argtypes = None, [POINTER(c_char_p)]
    library.TessDeleteText.restype, library.TessDeleteText.argtypes = None, [c_void_p]
    return library
