"""Pictures for the simulated camera, from what the installed packages ship: no file of ours, no network.

Photographs come with scikit-image; notices are drawn with the DejaVu font that comes with matplotlib, and so is a
hand that spells (drawn_hand.py).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chestnut.sim import drawn_hand

if TYPE_CHECKING:
    from PIL import Image

NOTICES = {
    "en": ("EMERGENCY EXIT", "Push the door to open", "Room 214, second floor", "Open from 9:00 to 18:30"),
    "ru": (
        "АВАРИЙНЫЙ ВЫХОД",
        "Дверь открывается от себя",
        "Комната 214, второй этаж",
        "Открыто с 9:00 до 18:30",
    ),
}
WIDTH_PX, HEIGHT_PX = 1280, 720
PHOTOS = ("astronaut", "coffee", "chelsea")
SPELLED = "FLY"  # a letter a picture


def demonstration(folder: Path) -> dict[str, Path]:
    """Writes the pictures that are not there yet and returns them by name: "astronaut", "coffee", "chelsea",
    "notice_en", "notice_ru", "dark", "hand_F", "hand_L", "hand_Y", "no_hand". The order is the order in which the
    camera shows them."""
    folder.mkdir(parents=True, exist_ok=True)
    spelled = (*(f"hand_{letter}" for letter in SPELLED), "no_hand")
    names = (*PHOTOS, "notice_en", "notice_ru", "dark", *spelled)
    made = {name: folder / f"{number}_{name}.png" for number, name in enumerate(names)}
    for name, path in made.items():
        if not path.exists():
            half = path.with_suffix(".new.png")
            _picture(name).save(half)
            half.replace(path)
    return made


def notice(lines: tuple[str, ...], size_px: int = 56) -> Image.Image:
    """A printed notice, dark on light, as a camera would see it from in front."""
    from PIL import Image, ImageDraw, ImageFilter, ImageFont

    picture = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), (214, 210, 200))
    draw = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(font_file()), size_px)
    for row, line in enumerate(lines):
        draw.text((110, 120 + row * size_px * 2), line, fill=(28, 28, 36), font=font)
    return picture.filter(ImageFilter.GaussianBlur(0.6))


def font_file() -> Path:
    """DejaVu Sans, Latin and Cyrillic."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


def _picture(name: str) -> Image.Image:
    from PIL import Image

    if name.startswith("notice_"):
        return notice(NOTICES[name.removeprefix("notice_")])
    if name == "no_hand":
        return drawn_hand.empty()
    if name.startswith("hand_"):
        return drawn_hand.letter(name.removeprefix("hand_"))
    import skimage.data

    picture = getattr(skimage.data, "coffee" if name == "dark" else name)()
    return Image.fromarray(picture // 24 if name == "dark" else picture)
