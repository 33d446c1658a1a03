"""To find a thing, over scripted scenes: what is said, how near the tone tells it is, how it ends."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest
from chestnut.core.care import Care, Heat
from chestnut.core.effects import (
    Buzz,
    Chime,
    Effect,
    Guide,
    Haptic,
    ListTaught,
    Look,
    LookBack,
    Now,
    Offer,
    Recite,
    Remark,
    Say,
    Seek,
    Sound,
    Start,
    Wait,
)
from chestnut.core.events import (
    DeadlinePassed,
    EffectFailed,
    LookedBack,
    SceneSeen,
    SpeechEnded,
    TaughtListed,
)
from chestnut.core.floor import COOLING_S
from chestnut.core.gestures import Gesture, Kind
from chestnut.core.memory import Owned, Place, Remembered
from chestnut.core.recollection import Found
from chestnut.core.scene import Belonging, Box, Hand, Judgement, Person, Refusal, Scene, Thing
from chestnut.core.session import LANGUAGES, Session
from chestnut.locale import Phrases
from chestnut.skills.choose import NAMES
from chestnut.skills.find import LONGEST_S, PAUSE_S, find, locate
from chestnut.skills.find_menu import OFTEN, names
from chestnut.skills.recall import recall
from chestnut.skills.tracking import Track
from chestnut_tests.drive import Driver

GOOD = Judgement(0.5, 1.0)
LOOK_S, WORD_S = 0.1, 0.6
KEYS = Owned("keys", "my")
MINE = {"owned": {"label": "keys", "owner": "my"}}
MY_KEYS = {"items": [MINE]}


def cup(x: float, y: float = 0.5, height: float = 0.2) -> Thing:
    return Thing("cup", 0.8, Box(x - 0.05, y - height / 2, x + 0.05, y + height / 2))


def hand(x: float, y: float, size: float = 0.25) -> Hand:
    return Hand(0.9, "right", Box(x - size / 2, y - size / 2, x + size / 2, y + size / 2), ())


def scene(*things: Thing, hands: Iterable[Hand] = (), people: Iterable[Person] = ()) -> Scene:
    return Scene(1, GOOD, tuple(people), things, tuple(hands))


def refused(refusal: Refusal) -> Scene:
    return Scene(1, Judgement(0.5, 0.0, refusal))


@dataclass
class Run:
    """What a skill did over scenes, of which the last stays. near: what the tone told after each look."""

    said: list[str] = field(default_factory=list)
    near: list[float | None] = field(default_factory=list)
    felt: list[Effect] = field(default_factory=list)
    looks: int = 0
    seconds: float = 0.0
    ended: bool = False


def run(
    scenes: Iterable[Scene],
    *labels: str,
    own: Owned | None = None,
    language: str = "en",
    most: int = 2000,
    reach_down: float = 0.5,
) -> Run:
    done = Run()
    coming = list(scenes)
    labels = labels if labels or own else ("cup",)
    steps = find(*labels, own=own)(Session(language=language, reach_down=reach_down))
    answer: object = None
    phrases = Phrases.of(language)
    for _ in range(most):
        try:
            effect = steps.send(answer)
        except StopIteration:
            done.ended = True
            break
        answer = Session()
        match effect:
            case Seek():
                assert effect == Seek(labels, own)
            case Look(fresh=True):
                assert effect.own == (own is not None)
                done.looks += 1
                done.seconds += LOOK_S
                answer = coming.pop(0) if len(coming) > 1 else coming[0]
            case Now():
                answer = done.seconds
            case Wait(seconds=seconds):
                done.seconds += seconds
            case Guide(closeness=near):
                done.near.append(near)
            case Say(key=key, args=args) | Remark(say=Say(key=key, args=args)):
                done.seconds += WORD_S if isinstance(effect, Say) else 0
                done.said.append(phrases.render(key, args))
            case Buzz() | Chime():
                done.felt.append(effect)
            case _:
                raise AssertionError(effect)
    return done


def test_from_left_to_the_middle_to_the_hand() -> None:
    walk = [scene(cup(0.1))] * 12
    walk += [scene(cup(0.1 + step / 40)) for step in range(17)]
    walk += [scene(cup(0.5, height=0.2 + step / 100)) for step in range(12)]
    walk += [
        scene(cup(0.5, height=0.3), hands=[hand(0.95 - step / 25, 0.9 - step / 25)]) for step in range(12)
    ]
    done = run(walk)
    assert done.said == [
        "Looking for a cup.",
        "A cup on the left.",
        "Ahead.",
        "Ahead, near.",
        "In reach.",
        "In reach.",
    ]
    heights = [near for near in done.near if near is not None]
    assert heights == sorted(heights) and heights[0] < 0.2 and heights[-1] == 1.0
    assert done.felt == [Chime(Sound.DONE), Buzz(Haptic.DONE)] and done.ended


def test_the_same_in_russian() -> None:
    walk = [scene(cup(0.1))] * 12 + [scene(cup(0.5, height=0.3))] * 12
    walk += [scene(cup(0.5, height=0.3), hands=[hand(0.5, 0.6)])]
    assert run(walk, language="ru").said == [
        "Ищу: чашка.",
        "Слева чашка.",
        "Впереди, близко.",
        "Под рукой.",
        "Под рукой.",
    ]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ["A cup ahead, near.", "Ahead, near, higher.", "Ahead, near, lower."]),
        ("ru", ["Впереди, близко, чашка.", "Впереди, близко, выше.", "Впереди, близко, ниже."]),
    ],
)
def test_a_near_thing_is_higher_or_lower_than_the_hands_reach(language: str, told: list[str]) -> None:
    walk = [scene(cup(0.5, y, height=0.3)) for y in (0.6, 0.3, 0.6, 0.9) for _ in range(12)]
    assert run(walk, language=language, most=190, reach_down=0.6).said[1:4] == told


def test_what_is_not_in_arms_reach_or_beside_a_hand_has_no_height() -> None:
    assert run([scene(cup(0.5, 0.2))], most=150, reach_down=0.6).said[1:] == ["A cup ahead."]
    low = cup(0.5, 0.75, height=0.3)
    assert run([scene(low, hands=[hand(0.9, 0.3)])], most=150).said[1:] == ["A cup ahead, near."]


def test_an_edge_of_height_does_not_chatter() -> None:
    wobble = [scene(cup(0.5, 0.7 + shift, height=0.3)) for shift in (-0.01, 0.01)] * 20
    said = run([*wobble, scene(cup(0.5, height=0.3))], most=120).said
    assert said[1:] in (["A cup ahead, near."], ["A cup ahead, near.", "Ahead, near, lower."])


def test_what_stays_too_low_is_told_again_after_a_while() -> None:
    done = run([scene(cup(0.5, 0.8, height=0.3))], most=200)
    assert done.said[2:] == ["Ahead, near, lower."] * 2 and 6 < done.seconds < 12


def test_the_tone_is_highest_where_the_hand_reaches() -> None:
    def near(y: float, reach_down: float) -> float:
        told = run([scene(cup(0.5, y, height=0.3))], most=40, reach_down=reach_down).near[-1]
        assert told is not None
        return told

    assert near(0.7, 0.7) == near(0.5, 0.5) > near(0.5, 0.7) == pytest.approx(near(0.7, 0.5))


def test_what_is_not_seen_is_told_once_and_ticked() -> None:
    done = run([scene()], most=100)
    assert done.said == ["Looking for a cup.", "I do not see a cup. Turn slowly."]
    assert set(done.near) == {None} and done.looks > 10


def test_after_a_minute_it_ends_with_a_word() -> None:
    done = run([scene()])
    assert done.said[-1] == "I could not lead you to a cup. Try again from another place."
    assert done.ended and LONGEST_S <= done.seconds < LONGEST_S + 2
    assert done.felt == [Buzz(Haptic.FAILED)]


def test_a_flicker_of_the_detector_is_smoothed() -> None:
    flicker = [scene(cup(0.5)), scene(cup(0.5)), scene()] * 10
    done = run([*flicker, scene(cup(0.5))], most=150)
    assert done.said == ["Looking for a cup.", "A cup ahead."]
    assert None not in done.near[2:]


def test_what_is_seen_once_is_not_believed() -> None:
    done = run([scene(), scene(), scene(cup(0.5)), scene()], most=80)
    assert set(done.near) == {None}
    assert done.said == ["Looking for a cup.", "I do not see a cup. Turn slowly."]


def test_what_gets_out_of_sight_is_told_with_where_it_was() -> None:
    done = run([*[scene(cup(0.1))] * 12, scene()], most=120)
    assert done.said == ["Looking for a cup.", "A cup on the left.", "Out of sight. It was on the left."]
    assert done.near[-1] is None


def test_what_stays_aside_is_told_again_after_a_while() -> None:
    done = run([scene(cup(0.9))], most=200)
    assert done.said == ["Looking for a cup.", "A cup on the right.", "Right."] and 6 < done.seconds < 11


def test_a_cup_on_the_edge_of_two_sides_does_not_chatter() -> None:
    wobble = [scene(cup(0.36 + shift)) for shift in (-0.02, 0.02)] * 30
    assert run([*wobble, scene(cup(0.35))], most=200).said[2:] in ([], ["Left."])


def test_of_two_the_followed_one_is_followed() -> None:
    both = scene(cup(0.2, height=0.24), cup(0.8, height=0.22))
    swapped = scene(cup(0.2, height=0.22), cup(0.8, height=0.24))
    done = run([both] * 6 + [swapped] * 30, most=70)
    assert done.said == ["Looking for a cup.", "A cup on the left."]


def test_any_of_several_kinds_will_do_and_is_named() -> None:
    glass = Thing("wine glass", 0.8, Box(0.45, 0.4, 0.55, 0.6))
    assert run([scene(glass)], "cup", "wine glass", most=60).said[:2] == [
        "Looking for a cup.",
        "A wine glass ahead.",
    ]


def test_a_person_is_found_but_never_in_reach() -> None:
    person = Person(0.9, Box(0.3, 0.1, 0.7, 1.0))
    done = run([scene(people=[person], hands=[hand(0.5, 0.6, size=0.5)])], "person", most=200)
    assert done.said == ["Looking for one person.", "One person ahead, near."]


def test_one_touch_is_not_yet_in_reach() -> None:
    touch = scene(cup(0.5), hands=[hand(0.5, 0.6)])
    beside = scene(cup(0.5), hands=[hand(0.9, 0.9)])
    done = run([scene(cup(0.5))] * 3 + [touch, beside] * 10 + [beside], most=200)
    assert "In reach." not in done.said


def test_the_hand_that_takes_it_hides_it() -> None:
    touch = scene(cup(0.5), hands=[hand(0.5, 0.6)])
    done = run([*[scene(cup(0.5))] * 12, *[touch] * 2, scene(hands=[hand(0.5, 0.6)])])
    assert done.said == ["Looking for a cup.", "A cup ahead.", "In reach."]
    assert done.ended and done.felt == [Chime(Sound.DONE), Buzz(Haptic.DONE)]


def test_a_far_cup_behind_the_hand_is_not_in_reach() -> None:
    tiny = Thing("cup", 0.8, Box(0.49, 0.48, 0.51, 0.52))
    done = run([scene(tiny, hands=[hand(0.5, 0.5, size=0.4)])], most=200)
    assert "In reach." not in done.said and max(near or 0 for near in done.near) <= 0.8


def test_the_hand_of_somebody_opposite_does_not_count() -> None:
    face = Box(0.45, 0.2, 0.55, 0.4)
    other = Person(0.9, Box(0.3, 0.1, 0.7, 1.0), face)
    done = run([scene(cup(0.5, 0.7), hands=[hand(0.5, 0.75, size=0.22)], people=[other])], most=200)
    assert "In reach." not in done.said


@pytest.mark.parametrize("refusal", [Refusal.TOO_DARK, Refusal.COVERED, Refusal.TOO_BRIGHT])
def test_a_picture_without_sight_ends_it_with_the_remedy(refusal: Refusal) -> None:
    done = run([scene(cup(0.5))] * 3 + [refused(refusal)])
    assert done.ended and done.said[-1] == Phrases.of("en").render(refusal)


def test_a_wearer_who_turns_blurs_the_picture_which_is_told_seldom() -> None:
    blurred = run([refused(Refusal.TOO_BLURRED)], most=300)
    assert not blurred.ended and blurred.seconds > 8
    assert blurred.said.count("The picture is blurred. Stand still and try again.") == 1 + int(
        (blurred.seconds - 1) // 8
    )
    once = run([scene(cup(0.5))] * 4 + [refused(Refusal.TOO_BLURRED)] + [scene(cup(0.5))] * 9, most=60)
    assert None not in once.near[2:]


# --- in the life of the device ---------------------------------------------------------------------------


def in_find_menu(session: Session | None = None) -> Driver:
    device = Driver(session)
    device.double("ask")
    for _ in range(NAMES.index("find")):
        device.press("ask", after_s=0.5)
    device.press("describe", after_s=0.5)
    return device


def seeking(thing: str = "cup", session: Session | None = None) -> Driver:
    """In the menu, taken."""
    device = in_find_menu(session)
    taught(device)
    for _ in range(OFTEN.index(thing)):
        device.press("ask", after_s=0.5)
    device.press("describe", after_s=0.5)
    begin = Say("find_begin", {"items": [{"noun": thing, "count": 1}]})
    assert device.open_effect() == begin
    device.spoken()
    return device


@pytest.mark.parametrize(
    ("key", "open_then"),
    [
        ("describe", Say("find_begin", {"items": [{"noun": OFTEN[0], "count": 1}]})),
        ("ask", Say("find_offer", {"items": [{"noun": OFTEN[1], "count": 1}]})),
    ],
)
def test_a_key_pressed_before_the_list_is_there_counts_for_its_first_entry(key: str, open_then: Say) -> None:
    """The card may be slow, the finger is not."""
    device = in_find_menu()
    device.press(key, after_s=0.1)
    taught(device)
    assert device.open_effect() == open_then


def test_stop_before_the_list_is_there_ends_it() -> None:
    device = in_find_menu()
    job = device.job_of(ListTaught())
    device.press("stop", after_s=0.1)
    assert not device.conductor.busy
    assert not device.answer(TaughtListed(at=device.now, job=job), job)


def taught(device: Driver, *things: Owned) -> None:
    """Answer what was taught."""
    job = device.job_of(ListTaught())
    device.answer(TaughtListed(at=device.now, job=job, things=things), job)


def show(device: Driver, seen: Scene, looks: int = 1) -> None:
    """Answer looks and the rests between them; what is spoken goes on."""
    while looks:
        job, effect = next(
            (job, effect)
            for job, effect in reversed(tuple(device.open.items()))
            if effect in (Look(fresh=True), Wait(PAUSE_S), Wait(COOLING_S))
        )
        device.wait_s(0.1)
        if isinstance(effect, Look):
            device.answer(SceneSeen(at=device.now, job=job, scene=seen), job)
            looks -= 1
        else:
            device.answer(DeadlinePassed(at=device.now, job=job), job)


def voices(device: Driver) -> list[Effect]:
    return [effect for effect in device.open.values() if isinstance(effect, (Say, Recite))]


def test_the_menu_lists_what_was_just_seen_first() -> None:
    assert names(Session(last_scene=scene(Thing("dog", 0.9, Box(0, 0, 1, 1)), cup(0.5))))[:3] == (
        "dog",
        "cup",
        "cell phone",
    )


def test_looks_go_on_while_it_speaks_with_one_voice() -> None:
    device = seeking()
    show(device, scene(cup(0.1)), 8)
    assert [say.key for say in voices(device) if isinstance(say, Say)] == ["scene"]
    show(device, scene(cup(0.5)), 8)
    assert voices(device) == [Say("find_side", {"side": "ahead"})], "the old place is not told to its end"
    heights = [effect.closeness for effect in device.effects if isinstance(effect, Guide)]
    assert len(heights) > 14 and heights[-1] is not None


@pytest.mark.parametrize("button", ["stop", "describe", "read", "ask", "find"])
def test_any_key_ends_it_at_once(button: str) -> None:
    device = seeking()
    show(device, scene(cup(0.1)), 4)
    assert device.guides and voices(device)
    device.wait_s(1)
    device.edge(button, "down")
    assert device.guides == {} and voices(device) == []
    assert Look(fresh=True) not in device.open.values()


def test_warm_it_looks_seldom_and_hot_it_ends_with_a_word() -> None:
    device = seeking(session=Session(care=Care(skin=Heat.SLOW)))
    device.effects.clear()
    show(device, scene(cup(0.1)), 3)
    assert device.effects.count(Wait(COOLING_S)) == 2, "and one before them"
    device = seeking(session=Session(care=Care(skin=Heat.HOT)))
    assert device.open_effect() == Say("too_hot") and device.guides == {}


def test_a_slow_look_is_ticked_not_worded() -> None:
    device = seeking()
    device.deadline(1.0)
    assert device.effects[-2:] == [Chime(Sound.WORKING), Wait(1.0)]
    assert voices(device) == []


def test_a_camera_that_is_lost_ends_it() -> None:
    device = seeking()
    job = device.job_of(Look(fresh=True))
    orders = device.answer(EffectFailed(at=device.now, job=job, reason="camera_lost"), job)
    assert Say("camera_lost") in [order.effect for order in orders if isinstance(order, Start)]
    assert device.guides == {}


def test_a_remark_that_fails_is_felt_and_it_goes_on() -> None:
    device = seeking()
    show(device, scene(cup(0.1)), 3)
    job = next(job for job, effect in device.open.items() if isinstance(effect, Say))
    orders = device.answer(EffectFailed(at=device.now, job=job, reason="voice_failed"), job)
    assert [order.effect for order in orders if isinstance(order, Start)] == [Buzz(Haptic.FAILED)]
    show(device, scene(cup(0.1)), 2)
    assert device.guides


def test_the_end_of_a_remark_changes_nothing() -> None:
    device = seeking()
    show(device, scene(cup(0.1)), 3)
    job = next(job for job, effect in device.open.items() if isinstance(effect, Say))
    assert device.answer(SpeechEnded(at=device.now, job=job), job) == []


# --- in one picture --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_in_one_picture(language: str) -> None:
    def told(seen: Scene, *labels: str) -> list[str]:
        steps = locate(*labels)(Session())
        answer: object = None
        said = []
        while True:
            try:
                effect = steps.send(answer)
            except StopIteration:
                return said
            answer = seen if isinstance(effect, Look) else Session()
            if isinstance(effect, Say):
                said.append(Phrases.of(language).render(effect.key, effect.args))

    two = scene(cup(0.1), cup(0.5, height=0.3))
    glass = Thing("wine glass", 0.8, Box(0.85, 0.4, 0.95, 0.6))
    words = {
        "en": ["Two cups: left and near ahead."],
        "ru": ["Две чашки: слева и близко впереди."],
    }
    assert told(two, "cup") == words[language]
    assert len(told(scene(cup(0.1), glass), "cup", "wine glass")) == 2
    assert told(scene(), "cup") == [{"en": "I do not see a cup.", "ru": "Не вижу: чашка."}[language]]
    reached = {"en": "In reach.", "ru": "Под рукой."}[language]
    assert told(scene(cup(0.5), hands=[hand(0.5, 0.6)]), "cup")[-1] == reached
    assert told(refused(Refusal.TOO_DARK), "cup") == [Phrases.of(language).render("too_dark")]


# --- from what is remembered -----------------------------------------------------------------------------


def remembered(label: str, owner: str = "") -> LookedBack:
    row = Remembered(1, Owned(label, owner), Place(), 0.9, 0.0, 0.0)
    return LookedBack(at=0.0, job=0, found=(Found(row),))


@pytest.mark.parametrize(
    ("label", "begins"), [("cup", "find_begin"), ("banana", "find_begin"), ("keys", "find_unable")]
)
def test_a_remembered_thing_is_found_by_holding_the_dome(label: str, begins: str) -> None:
    effect = held_dome(label)
    assert (effect.say if isinstance(effect, Offer) else effect).key == begins


def test_a_remembered_thing_that_was_taught_is_led_to() -> None:
    assert held_dome("keys", KEYS) == Say("find_begin", MY_KEYS)


def held_dome(label: str, *things: Owned) -> Any:
    """What comes of it in the list of what is remembered; things: what was taught."""
    steps = recall(Session())
    assert next(steps) == LookBack()
    assert isinstance(steps.send(remembered(label, things[0].owner if things else "")), Offer)
    assert steps.send(Gesture("describe", Kind.HOLD)) == ListTaught()
    effect = steps.send(TaughtListed(at=0.0, job=1, things=things))
    return steps.send(Session()) if isinstance(effect, Seek) else effect


# --- taught things ------------------------------------------------------------------------------------------


def keys(x: float, confidence: float = 0.8, owner: str = "my") -> Belonging:
    return Belonging("keys", owner, confidence, Box(x - 0.15, 0.3, x + 0.15, 0.7))


def own_scene(*belongings: Belonging, hands: Iterable[Hand] = ()) -> Scene:
    return Scene(1, GOOD, (), (), tuple(hands), belongings)


def test_a_taught_thing_is_led_to_by_its_own_name() -> None:
    walk = [own_scene(keys(0.2))] * 12 + [own_scene(keys(0.5))] * 12
    walk += [own_scene(keys(0.5), hands=[hand(0.5, 0.6)])]
    assert run(walk, own=KEYS).said == [
        "Looking for your keys.",
        "Your keys on the left.",
        "Ahead.",
        "In reach.",
        "In reach.",
    ]
    assert run(walk, own=KEYS, language="ru").said[:2] == ["Ищу: ваши ключи.", "Слева ваши ключи."]


def test_what_is_only_perhaps_the_taught_thing_is_told_so_until_it_is_sure() -> None:
    walk = (
        [own_scene(keys(0.2, 0.3))] * 20 + [own_scene(keys(0.2, 0.8))] * 3 + [own_scene(keys(0.2, 0.3))] * 3
    )
    said = run([*walk, own_scene()], own=KEYS, most=400).said
    assert said[1:4] == [
        "Perhaps your keys, on the left. I am not sure.",
        "Your keys on the left.",
        "Out of sight. It was on the left.",
    ]


def test_a_hand_on_what_is_only_perhaps_it_is_told_so() -> None:
    done = run([own_scene(keys(0.5, 0.3), hands=[hand(0.5, 0.5)])], own=KEYS)
    assert done.said[-1] == "Perhaps in reach. I am not sure it is the right thing."


def test_a_guess_elsewhere_is_not_as_sure_as_what_was_seen_before() -> None:
    track = Track((), KEYS)
    for seen in (keys(0.2), keys(0.2), keys(0.2, 0.3)):
        track.feed(own_scene(seen))
    assert track.sure
    track.feed(own_scene(keys(0.8, 0.3)))
    assert track.thing is not None and not track.sure


def test_one_sure_look_among_guesses_is_no_fact() -> None:
    track = Track((), KEYS)
    for seen in (keys(0.2, 0.3), keys(0.2), keys(0.2, 0.3), keys(0.2, 0.3), keys(0.2)):
        track.feed(own_scene(seen))
        assert not track.sure
    track.feed(own_scene(keys(0.2)))
    assert track.sure


def test_one_sure_look_here_and_one_there_are_no_fact() -> None:
    track = Track((), KEYS)
    for x in (0.2, 0.8):
        track.feed(own_scene(keys(x)))
    assert track.thing is not None and not track.sure


def test_the_same_thing_of_somebody_else_is_not_led_to() -> None:
    assert run([own_scene(keys(0.5, owner="mum's"))], own=KEYS, most=60).said == [
        "Looking for your keys.",
        "I do not see your keys. Turn slowly.",
    ]


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (
            (keys(0.5),),
            [Say("scene", {"clauses": [{"items": [MINE], "places": [{"side": "ahead", "reach": ""}]}]})],
        ),
        ((keys(0.2, 0.4),), [Say("find_unsure", {"items": [MINE], "side": "left"})]),
        ((), [Say("find_unseen", {"items": [MINE]})]),
    ],
)
def test_a_taught_thing_in_one_picture(seen: tuple[Belonging, ...], said: list[Say]) -> None:
    steps = locate(own=KEYS)(Session())
    assert next(steps) == Look(own=True)
    told = []
    with contextlib.suppress(StopIteration):
        effect = steps.send(own_scene(*seen))
        while True:
            told += [effect] if isinstance(effect, Say) else []
            effect = steps.send(Session())
    assert told == said


def test_the_menu_offers_taught_things_first_and_ask_finds_again() -> None:
    device = in_find_menu()
    taught(device, KEYS)
    assert device.open_effect() == Say("find_offer", MY_KEYS)
    device.press("describe", after_s=0.5)
    assert device.open_effect() == Say("find_begin", MY_KEYS)
    device.spoken()
    assert Look(fresh=True, own=True) in device.open.values()
    device.press("stop")
    device.press("ask")
    assert device.open_effect() == Say("find_begin", MY_KEYS)


def test_ask_after_another_question_answers_that_one() -> None:
    device = seeking()
    device.press("stop")
    device.press("describe")
    device.press("stop")
    device.press("ask")
    assert device.open_effect() == Look()


def test_without_a_memory_kinds_can_be_found() -> None:
    device = in_find_menu()
    device.answer(
        EffectFailed(at=device.now, job=device.job_of(ListTaught()), reason="memory_off"),
        device.job_of(ListTaught()),
    )
    assert device.open_effect() == Say("find_offer", {"items": [{"noun": OFTEN[0], "count": 1}]})
