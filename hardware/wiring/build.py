"""Writes every drawing and table of the wires. Run: python -m hardware.wiring.build [--check]."""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

from hardware.params import load as load_params
from hardware.pins import Pins, PinsError, load_pins
from hardware.wiring import board, board_drawing, diagram, schematic, table
from hardware.wiring.agree import lagging
from hardware.wiring.drawings import HERE, file, other_pod, otherwise, standard
from hardware.wiring.harness import LANGUAGES, BadHarness

PNG_WIDTH = 1600
PNG_COLOURS = 128


def write(pins: Pins, folder: Path = HERE) -> list[Path]:
    """Every file, anew. What did not change is not touched. Raises diagram.NoWireViz."""
    written = []
    for language in LANGUAGES:
        drawn = {
            harness.name: diagram.draw(harness, language) for harness in (*standard(pins), *otherwise(pins))
        }
        drawn["circuit"] = schematic.draw(pins, language)
        drawn["circuit_extras"] = schematic.draw(other_pod(pins), language)
        if board.fits(pins):
            drawn["board"] = board_drawing.draw(pins, load_params(), language)
        for name, svg in drawn.items():
            vectors = folder / file(name, language, "svg")
            written += [vectors] if _put(vectors, svg) else []
            pixels = vectors.with_suffix(".png")
            if vectors in written or not pixels.exists():
                _put(pixels, _png(svg))
                written.append(pixels)
        page = folder / file("README", language, "md")
        written += [page] if _put(page, table.page(pins, language).encode()) else []
    return written


def _png(svg: bytes) -> bytes:
    """Few colours make a file a third as large; chosen so that the thin wires keep theirs."""
    import cairosvg
    from PIL import Image

    drawn = Image.open(io.BytesIO(cairosvg.svg2png(bytestring=svg, output_width=PNG_WIDTH))).convert("RGB")
    few = io.BytesIO()
    drawn.quantize(PNG_COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(
        few, "PNG", optimize=True
    )
    return few.getvalue()


def _put(path: Path, content: bytes) -> bool:
    if path.exists() and path.read_bytes() == content:
        return False
    path.write_bytes(content)
    return True


def build(out: Path) -> None:
    """For `make hardware`; everything here is kept with the project, so nothing goes to `out`."""
    write(load_pins())


def main(arguments: list[str] | None = None) -> int:
    """0 written or fresh, 1 something lags, 2 pins.toml is wrong or WireViz is missing."""
    parser = argparse.ArgumentParser(description="Write what is drawn from shared/pins.toml.")
    parser.add_argument("--check", action="store_true", help="write nothing; name what lags behind pins.toml")
    check = parser.parse_args(arguments).check
    try:
        pins = load_pins()
        if not check:
            for path in write(pins):
                print(path.name)
        late = lagging(pins)
    except (PinsError, BadHarness, diagram.NoWireViz) as error:
        print(error, file=sys.stderr)
        return 2
    for line in late:
        print(line, file=sys.stderr)
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
