"""What the page shows of what happens: lines and who said them, what is signed, the state; and what vanishes when."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from chestnut.core.effects import Buzz, Cancel, Effect, Haptic, Order, Recite, Say, Start
from chestnut.core.events import (
    ButtonChanged,
    Edge,
    EffectFailed,
    Event,
    LetterSeen,
    Part,
    SignSeen,
    SpeechEnded,
    SpeechStarted,
    TakenBack,
    WordSpelled,
)
from chestnut.core.session import SIGNS, VISION, Session
from chestnut.core.signed import Signed, Word
from chestnut.core.skill import Priority, Skill
from chestnut.skills.table import SKILLS
from chestnut.window.mailbox import MOST_LINES, Sent
from chestnut.window.shown import Happened, Shown
from chestnut_tests.drive import default_keymap

NAMES = ("describe", "read")
NEVER = ButtonChanged(at=0, button="none", edge=Edge.UP)


class Screen:
    """A page that is always open."""

    def __init__(self, session: Session | None = None) -> None:
        self.session = session or Session()
        self.shown = Shown(default_keymap(), NAMES, self.session)
        self.lines: dict[str, Any] = {}
        self.states: dict[str, Any] = {}
        self.moments: list[Sent] = []
        self._jobs = 0
        self.take(self.shown.all())

    def take(self, sent: Any) -> None:
        for each in sent:
            if each.kind == "line":
                self.lines[each.data["id"]] = each.data
            elif each.kind == "kept":
                self.lines = {name: self.lines[name] for name in each.data["ids"] if name in self.lines}
            elif each.kind in ("key", "felt"):
                self.moments.append(each)
            else:
                self.states[each.kind] = each.data

    def happens(self, event: Event = NEVER, *orders: Order, skill: str = "", mode: str = "") -> None:
        if mode:
            self.session = self.session.changed("mode", mode)
        running = SKILLS.get(skill)
        self.take(self.shown.take(Happened(1e9, event, orders, self.session, running, running is not None)))

    def says(self, effect: Effect, skill: str = "describe") -> int:
        self._jobs += 1
        self.happens(NEVER, Start(self._jobs, effect), skill=skill)
        return self._jobs

    def signs(self, event: type[Event], *words: str, letters: str = "", **rest: Any) -> None:
        signed = Signed(tuple(Word(word) for word in words), tuple(letters))
        self.session = replace(self.session, signed=signed)
        self.happens(event(at=0, signed=signed, **rest))

    def signed(self) -> list[tuple[str, bool]]:
        return [(word["text"], word["sign"]) for word in self.states["signed"]["words"]]

    @property
    def texts(self) -> list[str]:
        return [line["text"] for line in self.lines.values()]


def word(screen: Screen, *words: str) -> None:
    screen.signs(WordSpelled, *words, text=words[-1], confidences=())


def sign(screen: Screen, *words: str) -> None:
    screen.signs(SignSeen, *words, name=words[-1])


def test_a_line_is_shown_through_its_life() -> None:
    screen = Screen()
    job = screen.says(Say("no_text"))
    states = [screen.lines[str(job)]["state"]]
    for event in (
        SpeechStarted(at=0, job=job),
        SpeechEnded(at=0, job=job),
        EffectFailed(at=0, job=job, reason="fault"),
    ):
        screen.happens(event)
        states.append(screen.lines[str(job)]["state"])
    assert states == ["waits", "speaks", "said", "said"]
    assert screen.lines[str(job)]["text"] == "I see no text." and screen.lines[str(job)]["at"] == 1e9


def test_what_was_cut_off_and_what_was_never_heard_are_told_apart() -> None:
    screen = Screen()
    heard, unheard = screen.says(Say("no_text")), screen.says(Say("no_text"))
    screen.happens(SpeechStarted(at=0, job=heard))
    screen.happens(NEVER, Cancel(heard), Cancel(unheard), Cancel(99))
    assert [line["state"] for line in screen.lines.values()] == ["cut", "unsaid"]


def test_who_said_it() -> None:
    screen = Screen()
    for effect, skill in (
        (Say("no_text"), "read"),
        (Recite("EXIT"), "read"),
        (Recite("Hi."), "tell_signed"),
        (Say("signed_unsure", {"text": "No"}), "say_signed"),
        (Say("model", {"text": "A cup."}), "describe_deep"),
        (Say("model_doubtful", {"text": "A cup."}), "describe_deep"),
        (Say("typed", {"text": "Tea?"}), ""),
        (Recite("Hi."), "repeat"),
    ):
        screen.says(effect, skill)
    assert [(line["who"], line["sure"]) for line in screen.lines.values()] == [
        ("device", True),
        ("read", True),
        ("signed", True),
        ("signed", False),
        ("model", True),
        ("model", False),
        ("aloud", True),
        ("device", True),
    ]


def test_what_was_said_in_a_conversation_goes_with_the_mode() -> None:
    screen = Screen()
    screen.says(Say("no_text"))
    screen.take([screen.shown.type("Tea?", 1e9)])
    screen.happens(mode=SIGNS)
    assert screen.texts == ["I see no text."]
    word(screen, "HI")
    screen.says(Recite("Hi."), "tell_signed")
    screen.says(Say("signs_on"), "status")
    screen.take([screen.shown.type("Tea!", 1e9)])
    assert screen.texts == [
        "I see no text.",
        "Hi.",
        "I read finger letters and taught signs, and may be wrong.",
        "Tea!",
    ]
    screen.happens(mode=VISION)
    assert screen.texts == ["I see no text."] and screen.signed() == []
    assert [each for each in screen.shown.all() if each.kind == "line" and "Hi" in each.data["text"]] == []


def test_words_and_taught_signs_are_told_apart_also_after_one_is_taken_back() -> None:
    screen = Screen(Session(mode=SIGNS))
    screen.signs(LetterSeen, letters="H", letter="H", confidence=0.9)
    assert screen.states["signed"] == {"words": [], "letters": ["H"]}
    word(screen, "HI")
    sign(screen, "HI", "tea")
    word(screen, "HI", "tea", "NOW")
    assert screen.signed() == [("Hi", False), ("tea", True), ("Now", False)]
    screen.signs(TakenBack, "HI", "tea", job=1, removed="NOW")
    screen.signs(TakenBack, "HI", job=2, removed="tea")
    sign(screen, "HI", "milk")
    assert screen.signed() == [("Hi", False), ("milk", True)]


def test_what_was_signed_before_a_long_pause_goes_when_it_begins_anew() -> None:
    for begins_anew in (
        lambda screen: screen.signs(LetterSeen, letters="N", letter="N", confidence=0.9),
        lambda screen: word(screen, "NO"),
        lambda screen: sign(screen, "milk"),
    ):
        screen = Screen(Session(mode=SIGNS))
        sign(screen, "tea")
        screen.says(Recite("tea."), "tell_signed")
        screen.says(Say("signs_on"), "status")
        begins_anew(screen)
        assert "tea." not in screen.texts and len(screen.texts) == 1


def test_many_words_lose_the_oldest_and_keep_the_lines() -> None:
    screen = Screen(Session(mode=SIGNS))
    words = [f"W{number}" for number in range(30)]
    for count in range(1, 31):
        word(screen, *words[:count])
    screen.says(Recite("W29."), "tell_signed")
    sign(screen, *words[1:], "tea")
    assert screen.signed()[-1] == ("tea", True) and len(screen.signed()) == 30
    assert screen.texts == ["W29."]


def test_the_state_is_told_when_it_changes_and_only_then() -> None:
    screen = Screen()
    assert screen.states["device"]["keys"]["read"] == {
        "press": "read",
        "hold": "read_document",
        "double": "read_again",
    }
    before = screen.states["device"]
    screen.happens()
    assert screen.states["device"] is before
    screen.session = screen.session.lost(Part.CAMERA, "camera_lost")
    screen.happens(mode=SIGNS, skill="who")
    told = screen.states["device"]
    assert told["keys"]["read"]["press"] == "take_back_letter"
    assert (told["mode"], told["skill"], told["busy"]) == (SIGNS, "who", True)
    assert told["faults"] == [told["signs_lack"]]
    assert told["signs_lack"]["en"] == "The camera is gone. Check its cable."


def test_what_the_device_does_by_itself_has_a_name() -> None:
    screen = Screen()
    for about, name in (
        ("reminder 3", "remind"),
        ("signed", "tell_signed"),
        ("carers", "tell_carers"),
        ("pod", "news"),
    ):
        skill = Skill(SKILLS["status"].run, Priority.ALERT, about=about)
        screen.take(screen.shown.take(Happened(0, NEVER, (), screen.session, skill, True)))
        assert screen.states["device"]["skill"] == name


def test_keys_and_pulses_are_of_the_moment() -> None:
    screen = Screen()
    screen.happens(ButtonChanged(at=0, button="read", edge=Edge.DOWN), Start(1, Buzz(Haptic.DONE)))
    assert screen.moments == [
        Sent("key", {"key": "read", "edge": "down"}),
        Sent("felt", {"pattern": "done"}),
    ]


def test_it_is_bounded_and_can_be_cleared() -> None:
    screen = Screen()
    for _ in range(2 * MOST_LINES):
        screen.says(Say("no_text"))
    assert len([each for each in screen.shown.all() if each.kind == "line"]) == MOST_LINES
    screen.take(screen.shown.clear())
    assert screen.lines == {} and screen.shown.clear() == []
