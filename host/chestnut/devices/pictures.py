"""Reading one picture from a file, with a clear word for everything that can be wrong with it."""

from __future__ import annotations

import os
import struct
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST_PX = 2000  # larger pictures are scaled down to this: more helps no detector and costs memory
SHORTEST_PX = 16  # less than this is no picture of anything
LARGEST_MEGAPIXELS = 200  # a small file may unpack to gigabytes; 12,000 x 12,000 still passes
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "PPM")
_ORIENTATION = 0x0112  # the EXIF tag
ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".ppm", ".pgm"})


class BadPicture(ValueError):
    """The message names the file, what is wrong and what to do."""


def load_picture(path: str | os.PathLike[str], longest_px: int = LONGEST_PX) -> np.ndarray:
    """The picture as (height, width, 3) uint8, red first, turned as its EXIF says, its longer side at most
    `longest_px`. Grey, 16-bit and palette pictures become colour ones; transparency is laid on white.

    Raises BadPicture.
    """
    from PIL import Image, UnidentifiedImageError

    file = Path(path)
    try:
        if not file.exists():
            raise BadPicture(f"{file}: there is no such file; check the name")
        if file.is_dir():
            raise BadPicture(f"{file} is a folder; name one picture in it")
        if not file.is_file():
            raise BadPicture(f"{file} is not a regular file; name a JPEG or PNG picture")
        if file.stat().st_size == 0:
            raise BadPicture(f"{file} is empty; take or copy the picture again")
        # Pillow's own limit is lower and warns on standard error first; ours is checked before decoding.
        Image.MAX_IMAGE_PIXELS = None
        with warnings.catch_warnings(action="ignore"), Image.open(file, formats=FORMATS) as opened:
            width, height = opened.size
            if width * height > LARGEST_MEGAPIXELS * 10**6:
                raise BadPicture(
                    f"{file} has {width} x {height} pixels; scale it down below {LARGEST_MEGAPIXELS} megapixels"
                )
            if min(width, height) < SHORTEST_PX:
                raise BadPicture(
                    f"{file} has {width} x {height} pixels; a picture needs at least {SHORTEST_PX} each way"
                )
            if min(width, height) * longest_px < SHORTEST_PX * max(width, height):
                raise BadPicture(
                    f"{file} has {width} x {height} pixels, too long and thin; cut out what is to be seen"
                )
            # A JPEG is decoded at a half, a quarter or an eighth where that is still large enough.
            opened.draft(None, (longest_px, longest_px))
            picture = _opaque(_eight_bit(_shrink(opened, longest_px)))
            return np.array(_turned(picture, opened.getexif().get(_ORIENTATION)), dtype=np.uint8)
    except PermissionError as error:
        raise BadPicture(f"{file} may not be read; change its permissions") from error
    except UnidentifiedImageError as error:
        raise BadPicture(f"{file} is not a picture; give a JPEG, PNG, WebP, BMP, GIF or TIFF file") from error
    except MemoryError as error:
        raise BadPicture(f"{file} does not fit into memory; scale it down") from error
    except BadPicture:
        raise
    except (OSError, struct.error, SyntaxError, ValueError, TypeError, LookupError, OverflowError) as error:
        if (
            isinstance(error, OSError) and error.errno
        ):  # the system's; those of Pillow's decoders have no number
            raise BadPicture(f"{file} cannot be read ({error.strerror}); check name and disk") from error
        raise BadPicture(
            f"{file} is damaged or cut short ({error}); take or copy the picture again"
        ) from error


def pictures_in(folder: str | os.PathLike[str]) -> list[Path]:
    """The picture files of a folder in the order of their names. Raises BadPicture where there are none."""
    place = Path(folder)
    try:
        if not place.exists():
            raise BadPicture(f"{place}: there is no such folder; check the name")
        found = sorted(file for file in place.iterdir() if file.suffix.lower() in ENDINGS and file.is_file())
    except OSError as error:
        raise BadPicture(
            f"{place} cannot be listed ({error.strerror}); check name and permissions"
        ) from error
    if not found:
        raise BadPicture(f"{place} holds no pictures; put JPEG or PNG files into it")
    return found


def _shrink(picture: Image, longest_px: int) -> Image:
    """Also decodes: a damaged file fails here."""
    longest = max(picture.size)
    if longest <= longest_px:
        picture.load()
        return picture
    scale = longest_px / longest
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    if picture.mode in ("P", "1"):  # palettes cannot be averaged, their colours can
        picture = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    from PIL.Image import Resampling

    if picture.mode.startswith("I;16"):
        return picture.resize(size, Resampling.NEAREST)
    return picture.resize(size, Resampling.BOX, reducing_gap=2.0)


def _turned(picture: Image, orientation: Any) -> Image:
    """As EXIF says. Pillow's own exif_transpose also writes the EXIF anew, and fails on what cameras put there."""
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return picture.transpose(turns[orientation]) if orientation in turns else picture


def _eight_bit(picture: Image) -> Image:
    """16-bit and floating grey as 8-bit grey; Pillow's own conversion would clip instead of scaling."""
    from PIL import Image as Images

    if not picture.mode.startswith(("I", "F")):
        return picture
    values: Any = np.asarray(picture).astype(np.float64)
    brightest = values.max(initial=0)
    if picture.mode == "F":
        top = 1.0 if brightest <= 1 else 255.0
    else:
        top = 255.0 if picture.mode == "I" and brightest <= 255 else 65535.0
    grey = Images.fromarray(np.clip(values / top * 255, 0, 255).astype(np.uint8))
    grey.info.update(picture.info)
    return grey


def _opaque(picture: Image) -> Image:
    from PIL import Image as Images

    if picture.mode == "RGB":
        return picture
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        white = Images.new("RGBA", picture.size, "white")
        return Images.alpha_composite(white, picture).convert("RGB")
    return picture.convert("RGB")
