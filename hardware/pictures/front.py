"""The picture of the project's front page: how it is worn, between the two units."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageOps

from hardware.pictures.palette import paletted

FILE = Path(__file__).parents[2] / "docs/images/hardware.png"
PARTS = ("chest-front", "worn", "pod-front")
HEIGHT, GAP = 640, 50


def write(folder: Path) -> None:
    """Join the pictures of `folder` side by side, their white margins cut off."""
    shown = []
    for name in PARTS:
        picture = Image.open(folder / f"{name}.png").convert("RGB")
        box = ImageOps.invert(picture.convert("L")).getbbox()
        picture = picture.crop(box)
        shown.append(
            picture.resize((round(picture.width * HEIGHT / picture.height), HEIGHT), Image.Resampling.LANCZOS)
        )
    width = sum(picture.width for picture in shown) + GAP * (len(shown) + 1)
    joined = Image.new("RGB", (width, HEIGHT + 2 * 20), "white")
    x = GAP
    for picture in shown:
        joined.paste(picture, (x, 20))
        x += picture.width + GAP
    paletted(joined).save(FILE, "PNG", optimize=True)
