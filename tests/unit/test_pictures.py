"""load_picture: every kind of bad file has a clear word, every kind of good one becomes red-green-blue bytes."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from chestnut.devices.pictures import BadPicture, load_picture, pictures_in
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image


def drawn(width: int = 64, height: int = 48) -> Image.Image:
    """Red at the left, green at the right."""
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[:, : width // 2, 0] = 200
    rgb[:, width // 2 :, 1] = 200
    return Image.fromarray(rgb)


def jpeg(picture: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=95, **options)
    return out.getvalue()


def test_a_good_picture_is_red_green_blue(tmp_path: Path) -> None:
    drawn().save(tmp_path / "a.png")
    rgb = load_picture(tmp_path / "a.png")
    assert rgb.shape == (48, 64, 3) and rgb.dtype == np.uint8 and rgb.flags.c_contiguous
    assert rgb[0, 0].tolist() == [200, 0, 0] and rgb[0, 63].tolist() == [0, 200, 0]


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"hello, this is no picture", "not a picture"),
        (bytes(range(256)) * 40, "not a picture"),
    ],
)
def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes, word: str) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(content)
    with pytest.raises(BadPicture, match=word):
        load_picture(file)


def test_missing_folder_and_device_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPicture, match="no such file"):
        load_picture(tmp_path / "none.jpg")
    with pytest.raises(BadPicture, match="is a folder"):
        load_picture(tmp_path)
    with pytest.raises(BadPicture, match="not a regular file"):
        load_picture("/dev/null")


def test_one_pixel_is_refused(tmp_path: Path) -> None:
    drawn(2, 1).crop((0, 0, 1, 1)).save(tmp_path / "a.png")
    with pytest.raises(BadPicture, match="at least 16"):
        load_picture(tmp_path / "a.png")


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_a_truncated_jpeg_is_refused(tmp_path: Path, kept: float) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (200, 300, 3), np.uint8)
    whole = jpeg(Image.fromarray(noise))
    (tmp_path / "a.jpg").write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(BadPicture, match="cut short"):
        load_picture(tmp_path / "a.jpg")


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["jpg", "png"])
def test_a_huge_picture_is_scaled_down(tmp_path: Path, ending: str) -> None:
    Image.new("L", (12_000, 12_000), 90).save(tmp_path / f"a.{ending}", compress_level=1)
    rgb = load_picture(tmp_path / f"a.{ending}")
    assert rgb.shape == (2000, 2000, 3) and abs(int(rgb[1000, 1000, 0]) - 90) <= 1


@pytest.mark.parametrize("side", [15_000, 60_000])
def test_a_picture_that_would_fill_the_memory_is_refused(tmp_path: Path, side: int) -> None:
    """Only the header is read, so the rest of the file may be short."""
    Image.new("1", (16, 16)).save(tmp_path / "a.png")
    header = bytearray((tmp_path / "a.png").read_bytes())
    header[16:24] = side.to_bytes(4, "big") * 2
    import zlib

    header[29:33] = zlib.crc32(bytes(header[12:29])).to_bytes(4, "big")
    (tmp_path / "a.png").write_bytes(bytes(header))
    with pytest.raises(BadPicture, match="200 megapixels"):
        load_picture(tmp_path / "a.png")


def test_the_longer_side_is_limited_and_the_shape_kept(tmp_path: Path) -> None:
    drawn(800, 200).save(tmp_path / "a.png")
    assert load_picture(tmp_path / "a.png", longest_px=400).shape == (100, 400, 3)


@pytest.mark.parametrize(("orientation", "corner"), [(3, (0, -1)), (6, (0, 0)), (8, (-1, 0))])
def test_exif_rotation_is_honoured(tmp_path: Path, orientation: int, corner: tuple[int, int]) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    (tmp_path / "a.jpg").write_bytes(jpeg(drawn(), exif=exif))
    rgb = load_picture(tmp_path / "a.jpg")
    assert rgb.shape[:2] == ((48, 64) if orientation == 3 else (64, 48))
    assert rgb[corner][0] > 150 and rgb[corner][1] < 60, "the red side is where the turned picture has it"


def test_grey_becomes_colour(tmp_path: Path) -> None:
    Image.new("L", (32, 32), 77).save(tmp_path / "a.png")
    assert load_picture(tmp_path / "a.png")[5, 5].tolist() == [77, 77, 77]


def test_sixteen_bits_are_scaled_not_clipped(tmp_path: Path) -> None:
    Image.fromarray(np.full((32, 32), 32_768, np.uint16)).save(tmp_path / "a.png")
    assert load_picture(tmp_path / "a.png")[5, 5].tolist() == [127, 127, 127]


def test_dark_sixteen_bits_stay_dark(tmp_path: Path) -> None:
    Image.fromarray(np.full((32, 32), 200, np.uint16)).save(tmp_path / "a.png")
    assert load_picture(tmp_path / "a.png")[5, 5].tolist() == [0, 0, 0]


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_is_laid_on_white(tmp_path: Path, mode: str) -> None:
    Image.new(mode, (32, 32), 0).save(tmp_path / "a.png")
    assert load_picture(tmp_path / "a.png")[5, 5].tolist() == [255, 255, 255]


def test_palettes_and_cmyk_are_read(tmp_path: Path) -> None:
    drawn().quantize(8).save(tmp_path / "a.gif")
    assert load_picture(tmp_path / "a.gif")[0, 0, 0] > 150
    drawn().convert("CMYK").save(tmp_path / "a.jpg", quality=95)
    assert load_picture(tmp_path / "a.jpg")[0, 0, 0] > 150


def test_a_folder_lists_its_pictures_by_name(tmp_path: Path) -> None:
    for name in ("b.jpg", "a.PNG", "notes.txt"):
        (tmp_path / name).write_bytes(b"x")
    assert [file.name for file in pictures_in(tmp_path)] == ["a.PNG", "b.jpg"]


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"x")
    with pytest.raises(BadPicture, match="holds no pictures"):
        pictures_in(tmp_path)
    with pytest.raises(BadPicture, match="no such folder"):
        pictures_in(tmp_path / "none")


def test_what_is_forbidden_is_refused(tmp_path: Path, as_nobody: None) -> None:
    for forbidden, refuse in ((tmp_path / "a.jpg", load_picture), (tmp_path, pictures_in)):
        tmp_path.chmod(0)
        with pytest.raises(BadPicture, match="permissions"):
            refuse(forbidden)
        tmp_path.chmod(0o700)


def test_a_name_that_is_too_long_is_refused() -> None:
    for refuse in (load_picture, pictures_in):
        with pytest.raises(BadPicture, match="check name"):
            refuse("a" * 300)


def test_a_strip_is_refused(tmp_path: Path) -> None:
    Image.new("RGB", (16, 40_000)).save(tmp_path / "a.png")
    with pytest.raises(BadPicture, match="too long and thin"):
        load_picture(tmp_path / "a.png")


def test_odd_exif_does_no_harm(tmp_path: Path) -> None:
    """A text where a number belongs: Pillow reads it, but cannot write it anew."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "maker"
    content = jpeg(drawn(), exif=exif)
    damaged = content.replace(b"\x01\x0f\x00\x02", b"\x01\x00\x00\x02", 1)
    assert damaged != content
    (tmp_path / "a.jpg").write_bytes(damaged)
    assert load_picture(tmp_path / "a.jpg").shape[:2] == (64, 48)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "PPM"]),
    hits=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=12),
    kept=st.floats(0.02, 1),
)
def test_damage_never_raises_anything_else(
    tmp_path: Path, kind: str, hits: list[tuple[int, int]], kept: float
) -> None:
    out = io.BytesIO()
    drawn(24, 20).save(out, kind)
    content = bytearray(out.getvalue())
    for place, value in hits:
        content[place % len(content)] = value
    (tmp_path / "a").write_bytes(content[: max(1, int(len(content) * kept))])
    try:
        rgb = load_picture(tmp_path / "a")
    except BadPicture:
        return
    assert rgb.dtype == np.uint8 and rgb.ndim == 3 and rgb.shape[2] == 3
