"""chestnut letters, as it is run."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from chestnut.cli.main import main
from chestnut.devices.pictures import load_picture
from chestnut.signs.letter_book import LetterBook
from chestnut.sim.drawn_hand import letter as hand
from chestnut_tests.shown_letters import SHOWN


def chestnut(*arguments: str | Path) -> tuple[int, str, str]:
    """Status, standard output, standard error."""
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        status = main(["letters", *map(str, arguments)])
    return status, out.getvalue(), err.getvalue()


def answer(*arguments: str | Path) -> dict[str, Any]:
    status, out, err = chestnut(*arguments, "--json")
    assert status == 0, err
    (line,) = out.splitlines()
    data: dict[str, Any] = json.loads(line)
    return data


def error(*arguments: str | Path) -> str:
    """The one line of a wrong use."""
    status, out, err = chestnut(*arguments)
    assert status == 2, (out, err)
    (line,) = err.splitlines()
    return line


def written(path: Path, rgb: np.ndarray) -> Path:
    assert cv2.imwrite(str(path), rgb[:, :, ::-1])
    return path


@pytest.fixture(autouse=True)
def _nobodys_letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was shown on this machine changes nothing."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A picture without hands."""
    return written(tmp_path / "empty.png", np.full((240, 320, 3), (96, 104, 112), dtype=np.uint8))


@pytest.fixture(scope="module")
def thumb(data_dir: Path) -> np.ndarray:
    return load_picture(data_dir / "photos" / "hand_thumb_up.jpg")


def test_no_hand(empty: Path) -> None:
    told = answer(empty, "--lang", "en")
    assert (told["said"], told["refused"]) == (["I see no hands."], "not_seen")
    assert told["facts"]["pictures"] == [{"file": str(empty), "hands": []}]


def test_a_folder_tells_each_picture_by_its_name(empty: Path) -> None:
    written(empty.with_name("other.png"), np.zeros((240, 320, 3), dtype=np.uint8))
    status, out, _ = chestnut(empty.parent, "--lang", "ru")
    assert status == 0
    assert out.splitlines() == [
        f"{empty}: Я не вижу рук.",
        f"{empty.with_name('other.png')}: Я не вижу рук.",
    ]
    assert answer(empty.parent, "--lang", "en")["said"] == ["I see no hands."] * 2


@pytest.mark.data
@pytest.mark.parametrize("mirror", (1, -1), ids=("as it is", "mirrored"))
def test_a_hand_that_shows_no_letter(thumb: np.ndarray, tmp_path: Path, mirror: int) -> None:
    told = answer(written(tmp_path / "thumb.png", thumb[:, ::mirror]), "--lang", "en")
    assert told["said"] == ["I see a hand, but I am not sure of any letter."]
    assert told["refused"] == "unsure"
    ((hand,),) = [picture["hands"] for picture in told["facts"]["pictures"]]
    assert hand["letter"] is None
    assert len(hand["top"]) == 3 and hand["confidence"] < 0.5


@pytest.mark.data
def test_two_hands_are_told_from_left_to_right(thumb: np.ndarray, tmp_path: Path) -> None:
    both = np.concatenate([thumb, thumb[:, ::-1]], axis=1)
    told = answer(written(tmp_path / "two.png", both), "--lang", "en")
    assert told["said"][0] == "I see two hands, from left to right."
    assert len(told["said"]) == 3
    one, other = told["facts"]["pictures"][0]["hands"]
    assert one["box"]["left"] < 0.5 < other["box"]["left"]


@pytest.mark.data
def test_an_alphabet_is_shown_in_photographs_and_then_read(thumb: np.ndarray, tmp_path: Path) -> None:
    """Two shapes: the thumb up, and aside."""
    book = ("--alphabet", "rsl", "--letters", tmp_path / "letters.json", "--lang", "ru")
    aside = np.rot90(thumb)
    for letter, shape in (("а", thumb), ("Б", aside)):
        shown = [
            written(tmp_path / f"{number}.png", shape[cut:, cut // 2 :].copy())
            for number, cut in enumerate((0, 12, 24))
        ]
        told = answer(*shown, "--calibrate", letter, *book)
        assert told["said"] == [f"Теперь я лучше узнаю букву {letter.upper()}."]
        assert told["facts"]["kept"] == 3
        assert letter.upper() not in told["facts"]["missing"]
    for letter, shape in (("А", thumb), ("Б", aside)):
        new = written(tmp_path / "new.png", shape[6:, 10:].copy())
        assert answer(new, *book)["said"] == [f"Буква {letter}."]


def test_only_one_hand_a_photograph_is_learnt_from(empty: Path, tmp_path: Path) -> None:
    book = ("--alphabet", "rsl", "--letters", tmp_path / "letters.json")
    assert "shows no hands" in error(empty, "--calibrate", "А", *book)
    assert not (tmp_path / "letters.json").exists()


@pytest.mark.parametrize(
    "arguments, told",
    (
        (("--calibrate", "J"), "stand still"),
        (("--calibrate", "А"), "stand still"),  # a Cyrillic one
        (("--forget", "A"), "no photographs"),
        (("--forget", "Z"), "stand still"),
        (("--forget", "A", "--calibrate", "A"), "not allowed with"),
        (("--alphabet", "rsl", "--calibrate", "Щ"), "stand still"),
        (("--alphabet", "rsl", "--calibrate", "АБ"), "stand still"),
        (("--alphabet", "bsl"), "invalid choice"),
    ),
)
def test_wrong_use(empty: Path, tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    assert told in error(empty, *arguments)


def test_what_is_missing_is_named(empty: Path, tmp_path: Path) -> None:
    assert "there is no such file" in error(tmp_path / "none.jpg")
    (tmp_path / "folder").mkdir()
    assert "holds no pictures" in error(tmp_path / "folder")
    assert "name a photograph" in error()
    unshown = ("--alphabet", "rsl", "--letters", tmp_path / "letters.json")
    assert "--calibrate LETTER" in error(empty, *unshown)
    (tmp_path / "letters.json").write_text("{")
    assert "damaged" in error(empty, *unshown)


def test_american_letters_are_shown_read_and_forgotten(tmp_path: Path) -> None:
    """Drawn hands, found by the real detector: somebody's Y is what others show as an L."""
    drawn = {letter: written(tmp_path / f"{letter}.png", np.asarray(hand(letter))) for letter in "LY"}
    book = ("--letters", tmp_path / "letters.json", "--lang", "en")
    assert answer(drawn["L"], *book)["said"] == ["The letter L."]
    for letter, other in ("LY", "YL"):
        for count in range(1, 4):
            told = answer(drawn[other], "--calibrate", letter, *book)
            assert (told["facts"]["kept"], told["facts"]["alphabet"]) == (count, "asl")
    for letter, other in ("LY", "YL"):
        assert answer(drawn[letter], *book)["said"] == [f"The letter {other}."]
    assert "--yes" in error("--forget", "all", "--letters", tmp_path / "letters.json")
    assert answer("--forget", "y", "--yes", *book)["facts"]["forgotten"] == 3
    told = answer("--forget", "all", "--yes", *book)
    assert told["facts"]["forgotten"] == 3 and told["said"] == ["The letters that were shown are forgotten."]
    assert answer("--forget", "all", *book)["said"] == ["No finger letters have been shown to me."]
    assert answer(drawn["L"], *book)["said"] == ["The letter L."]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Still to be shown, and how often: M 1, R 3, U 3, V 3, T 3, X 3, P 3, G 3, H 3, L 2."),
        ("ru", "Ещё нужно показать, и сколько раз: M 1, R 3, U 3, V 3, T 3, X 3, P 3, G 3, H 3, L 2."),
    ],
)
def test_of_american_letters_only_the_badly_read_ones_are_still_to_be_shown(
    tmp_path: Path, language: str, told: str
) -> None:
    book = LetterBook(tmp_path / "letters.json", "asl")
    for letter in "MMNNN":
        book.add(letter, np.array(SHOWN["A"]))
    drawn = written(tmp_path / "L.png", np.asarray(hand("L")))
    status, out, err = chestnut(drawn, "--calibrate", "L", "--letters", book.path, "--lang", language)
    assert (status, err) == (0, "") and told in out.splitlines()


def test_letters_that_were_shown_before_are_used(empty: Path, tmp_path: Path) -> None:
    book = LetterBook(tmp_path / "letters.json", "rsl")
    for letter, points in zip("АБ", SHOWN.values(), strict=False):
        for place in range(3):
            book.add(letter, np.array(points) + place)
    told = answer(empty, "--alphabet", "rsl", "--letters", book.path, "--lang", "ru")
    assert told["said"] == ["Я не вижу рук."]
    assert told["facts"]["alphabet"] == "rsl"
