"""What the device measures of itself: classes, the stopwatch over recorded tours, the book and its file."""

from __future__ import annotations

import json
import math
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chestnut.cli.latency import table
from chestnut.cli.main import main
from chestnut.core.effects import Chime, Say, Sound, Start
from chestnut.core.events import ButtonChanged, Edge, SpeechEnded, SpeechStarted
from chestnut.core.session import LANGUAGES
from chestnut.core.skill import Priority, Skill
from chestnut.locale.latency import words
from chestnut.runtime.codec import event_from
from chestnut.runtime.latency.book import MOST_SKILLS, MOST_WAITING, Book, default_path, read, told
from chestnut.runtime.latency.histogram import CLASSES, MOST, Histogram, class_of, middle_ms
from chestnut.runtime.latency.stopwatch import STAGES, Sample, Stopwatch
from chestnut.runtime.recording import _conductor
from chestnut.skills.table import SKILLS
from hypothesis import given
from hypothesis import strategies as some

TOURS = Path(__file__).parents[1] / "replay"
NAMES = {id(skill): name for name, skill in SKILLS.items()}
JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
DESCRIBE = SKILLS["describe"]


# --- classes --------------------------------------------------------------------------------------------


@given(some.floats(1, 100_000))
def test_a_time_is_told_to_about_nine_percent(ms: float) -> None:
    assert middle_ms(class_of(ms)) == pytest.approx(ms, rel=0.1)


@given(some.floats())
def test_whatever_is_measured_has_a_class(ms: float) -> None:
    assert 0 <= class_of(ms) < CLASSES


@given(some.lists(some.floats(1, 100_000), min_size=1, max_size=200), some.sampled_from([0.5, 0.95]))
def test_the_quantile_is_that_of_the_values(values: list[float], share: float) -> None:
    counted = Histogram()
    for value in values:
        counted.add(value)
    exact = sorted(values)[max(1, math.ceil(share * len(values))) - 1]
    assert counted.quantile(share) == pytest.approx(exact, rel=0.1)


def test_what_was_long_ago_weighs_less() -> None:
    counted = Histogram()
    for _ in range(MOST - 1):
        counted.add(1000)
    for _ in range(MOST):
        counted.add(10)
    assert counted.total < MOST
    assert counted.quantile(0.5) == pytest.approx(10, rel=0.1)


# --- stopwatch ------------------------------------------------------------------------------------------


def measured(tour: Path) -> Iterator[Sample]:
    """Of a recorded tour, whose orders the conductor of today gives."""
    first, *lines = tour.read_text(encoding="utf-8").splitlines()
    conductor, watch = _conductor(json.loads(first), SKILLS), Stopwatch()
    for line in lines:
        event = event_from(json.loads(line)["event"])
        orders = conductor.handle(event)
        yield from watch.hear(event, orders, conductor.skill, NAMES.get(id(conductor.skill), ""), event.at)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tour_is_measured_by_skill(language: str) -> None:
    found: dict[tuple[str, str], list[float]] = {}
    for skill, stage, ms in measured(TOURS / f"tour_{language}.jsonl"):
        found.setdefault((skill, stage), []).append(ms)
    assert {stage for _, stage in found} == set(STAGES)
    assert {"describe", "describe_deep", "choose", "read", "recall", "stop"} <= {skill for skill, _ in found}
    for stage in ("finger", "word", "end"):
        assert found["describe", stage]
    finger, word, end = (statistics.median(found["describe", stage]) for stage in ("finger", "word", "end"))
    assert 60 < finger < word < end
    assert ("choose", "end") not in found  # it waits for the wearer
    assert ("find", "end") not in found


class Script:
    """Events of one press by hand, with the skill that runs after each."""

    def __init__(self, chimed: float | None = None) -> None:
        self._watch = Stopwatch(lambda after: chimed)
        self.found: list[Sample] = []

    def key(self, at: float, edge: Edge, *orders: Start, skill: Skill | None = None) -> None:
        self._hear(ButtonChanged(at=at, button="describe", edge=edge), orders, skill, at + 0.002)

    def speech(self, kind: Any, at: float, job: int, *orders: Start, skill: Skill | None = None) -> None:
        self._hear(kind(at=at, job=job), orders, skill, at)

    def _hear(self, event: Any, orders: tuple[Start, ...], skill: Skill | None, now: float) -> None:
        name = "describe" if skill is DESCRIBE else "other" if skill else ""
        self.found += [(s, t, round(ms, 3)) for s, t, ms in self._watch.hear(event, orders, skill, name, now)]


def test_a_state_word_is_a_sound_and_no_answer() -> None:
    script = Script(chimed=10.03)
    script.key(10.0, Edge.DOWN, Start(1, Chime(Sound.PRESSED)))
    script.key(10.1, Edge.UP, Start(2, Say("working_on_it")), skill=DESCRIBE)
    script.speech(SpeechStarted, 10.2, 2, skill=DESCRIBE)
    script.speech(SpeechEnded, 10.6, 2, Start(3, Say("scene")), skill=DESCRIBE)
    script.speech(SpeechStarted, 10.7, 3, skill=DESCRIBE)
    script.speech(SpeechEnded, 11.5, 3)
    assert script.found == [
        ("describe", "heard", 2.0),
        ("describe", "finger", 100.0),
        ("describe", "sound", 30.0),
        ("describe", "word", 700.0),
        ("describe", "end", 1500.0),
    ]


def test_what_is_cut_off_has_no_end() -> None:
    script = Script()
    script.key(10.0, Edge.DOWN)
    script.key(10.1, Edge.UP, Start(1, Say("scene")), skill=DESCRIBE)
    script.speech(SpeechStarted, 10.2, 1, skill=DESCRIBE)
    script.key(10.5, Edge.DOWN)
    assert [stage for _, stage, _ in script.found] == ["heard", "finger", "sound", "word"]


def test_what_is_told_by_itself_answers_nobody() -> None:
    script = Script()
    script.key(10.0, Edge.DOWN)
    reminder = Skill(DESCRIBE.run, Priority.REMINDER)
    script.key(10.1, Edge.UP, Start(1, Say("reminder")), skill=reminder)
    script.speech(SpeechStarted, 10.2, 1, skill=reminder)
    assert script.found == []


# --- the book -------------------------------------------------------------------------------------------


def test_numbers_survive_a_restart_and_nothing_else_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "state" / "latency.json"
    book = Book(path)
    for ms in (10, 20, 400):
        book.put(("describe", "word", ms))
    before = book.report()
    book.close()
    book.close()
    kept = json.loads(path.read_text(encoding="utf-8"))
    assert set(kept) == {"chestnut", "skills"} and set(kept["skills"]) == {"describe"}
    assert all(count == 1 for count in kept["skills"]["describe"]["word"].values())
    assert path.stat().st_mode & 0o077 == 0
    again = Book(path)
    assert again.report() == before == told(read(path))
    assert before[0]["stages"]["word"]["count"] == 3
    again.close()


def test_a_card_that_takes_nothing_costs_the_numbers_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    book = Book(tmp_path / "state" / "latency.json", keep_s=0)
    book.put(("describe", "word", 10))
    book.close()
    assert book.report()
    assert "not kept" in caplog.text


def test_the_book_stays_small() -> None:
    book = Book(None)
    for number in range(MOST_SKILLS + 50):
        book.put((f"skill_{number}", "word", 10))
    assert len(book.report()) == MOST_SKILLS
    for _ in range(2 * MOST_WAITING):
        book.put(("skill_1", "word", 10))
    assert book.report()[0]["stages"]["word"]["count"] < MOST
    book.close()


@given(JSON)
def test_whatever_stands_in_the_file_is_read(data: Any) -> None:
    """As the file, as its skills, as the stages of one, and as the counts of one."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "latency.json"
        for held in (
            data,
            {"chestnut": 1, "skills": data},
            {"chestnut": 1, "skills": {"describe": data}},
            {"chestnut": 1, "skills": {"describe": {"word": data}}},
        ):
            path.write_text(json.dumps(held), encoding="utf-8")
            for row in told(read(path)):
                assert row["stages"].keys() <= set(STAGES)
        path.write_bytes(b"\xff\xfe{")
        assert read(path) == {}


# --- told -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_has_a_line_a_skill(language: str) -> None:
    rows = told({"describe": {"word": Histogram({class_of(100): 4})}, "gone": {"heard": Histogram({0: 1})}})
    note, empty, head, first, second = table(rows, language)
    assert note == words(language)["note"] and not empty
    assert words(language)["stage"]["word"] in head
    assert first.split()[0] == "4" and "99 / 99" in first
    assert "gone" in second


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_tells_what_a_device_kept(
    language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert main(["latency", "--json", "--lang", language]) == 0
    nothing = json.loads(capsys.readouterr().out)
    assert nothing["said"] == [words(language)["none"]] and nothing["refused"] == "not_measured"
    book = Book(default_path())
    book.put(("describe", "word", 100))
    book.close()
    assert main(["latency", "--json", "--lang", language]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["facts"]["latency"] == book.report() and answer["refused"] is None
    assert main(["latency", "--lang", language]) == 0
    assert words(language)["note"] in capsys.readouterr().out


def test_both_languages_have_the_same_words() -> None:
    english, russian = words("en"), words("ru")
    assert english.keys() == russian.keys() and set(english["stage"]) == set(russian["stage"]) == set(STAGES)
