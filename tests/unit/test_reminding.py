"""Reminders through the whole runtime, with stand-in parts: time, jumps, keys, restarts, faults, a recording."""

from __future__ import annotations

import asyncio
import io
import json
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from chestnut.core.events import EffectFailed, MarkedDone, ReminderDue
from chestnut.core.reminders import Insistence, Kind, Occurrence, Reminder
from chestnut.core.session import Session
from chestnut.memory.faults import MemoryFault, NoRoom
from chestnut.memory.unkept import UnkeptReminders
from chestnut.runtime.agenda import Agenda
from chestnut.runtime.recording import Recorder, replay
from chestnut.runtime.reminding import LOOK_S, SPACING_S, Reminding
from chestnut.skills.table import SKILLS
from chestnut_tests.drive import default_keymap
from chestnut_tests.memory_desk import Desk
from chestnut_tests.reminder_desk import EIGHT, GAS, PILLS, ZONE, HandClock, Reminded, at

DAY_S, HOUR_S = 86400.0, 3600.0
TIME = "It is 8 o'clock in the morning."
WORDS = "A reminder about your medicine. Heart pills. When it is done, press the dome."


def book_of(*reminders: Reminder, before: float = EIGHT) -> UnkeptReminders:
    """What was due before is done."""
    book = UnkeptReminders()
    for reminder in reminders:
        row = book.add(reminder).result(timeout=60)
        book.acknowledge(row, before - DAY_S, before - DAY_S)
    return book


def test_it_is_said_at_its_time_and_acknowledged_by_the_dome() -> None:
    book = book_of(PILLS)
    life = Reminded(book, HandClock(EIGHT - 10))

    async def scenario(life: Reminded) -> None:
        assert await life.turn() == ["Chestnut is ready."]
        assert life.reminding is not None
        assert await life.reminding.turn() == 10
        assert await life.turn(10) == [TIME, WORDS]
        assert await life.press("describe", "Noted") == ["Good. Noted."]
        for _ in range(20):
            assert await life.turn(SPACING_S) == []

    life.live(scenario)
    assert [one.acknowledged for one in book.occurrences() if one.due == EIGHT] == [EIGHT + 2]


def test_without_an_answer_it_comes_again_and_is_listed_in_the_end() -> None:
    life = Reminded(book_of(PILLS), HandClock())

    async def scenario(life: Reminded) -> None:
        heard = []
        for minute in range(60):
            said = await life.turn(0 if minute == 0 else 60)
            heard += [minute] if WORDS in said else []
        assert heard == [0, 5, 15, 35]
        assert life.reminding is not None and life.reminding.missed == 1

    life.live(scenario)


def test_the_settings_say_how_often() -> None:
    life = Reminded(book_of(PILLS), HandClock(), Insistence((60.0, 60.0)))

    async def scenario(life: Reminded) -> None:
        heard = [minute for minute in range(20) if WORDS in await life.turn(60 if minute else 0)]
        assert heard == [0, 1, 2]

    life.live(scenario)


def test_two_at_once_come_a_minute_apart_the_medicine_first() -> None:
    life = Reminded(book_of(GAS, PILLS), HandClock())

    async def scenario(life: Reminded) -> None:
        assert WORDS in await life.turn()
        await life.press("describe", "Noted")
        assert await life.turn(SPACING_S - 3) == []
        assert await life.turn(1) == [
            "It is 8:01 in the morning.",
            "A reminder about the gas. Is the gas off? When it is done, press the dome.",
        ]

    life.live(scenario)


@pytest.mark.parametrize("key", ["stop", "read", ""])
def test_what_is_not_acknowledged_comes_again(key: str) -> None:
    life = Reminded(book_of(PILLS), HandClock())

    async def scenario(life: Reminded) -> None:
        assert WORDS in await life.turn()
        if key:
            await life.press(key)
            await life.press("stop")
        assert "It is 8:05 in the morning. Once more." in await life.turn(300)

    life.live(scenario)


def test_a_week_in_a_drawer_ends_with_one_sentence() -> None:
    """The device is switched on at noon, a week later."""
    book = book_of(PILLS, GAS)
    life = Reminded(book, HandClock(EIGHT + 7 * DAY_S + 5 * HOUR_S))

    async def scenario(life: Reminded) -> None:
        said = [sentence for _ in range(10) for sentence in await life.turn(SPACING_S)]
        assert said == ["Chestnut is ready.", "Missed: many reminders."]
        assert life.reminding is not None and life.reminding.missed == 2, "those of today"

    life.live(scenario)
    assert sum(one.missed is not None for one in book.occurrences()) == 14


def test_the_clock_jumps_forward_and_back_while_it_runs() -> None:
    life = Reminded(book_of(PILLS), HandClock(EIGHT - HOUR_S))

    async def scenario(life: Reminded) -> None:
        await life.turn()
        said = await life.turn(30, 3 * HOUR_S)
        assert said == [
            "It is 10 o'clock in the morning.",
            "This was for today at 8 o'clock in the morning.",
            "A reminder about your medicine. Heart pills. Check with a person first. "
            "When it is done, press the dome.",
        ]
        await life.press("stop")
        assert await life.turn(30, -3 * HOUR_S) == []
        said = [sentence for _ in range(70) for sentence in await life.turn(60)]
        assert said[:2] == ["It is 8 o'clock in the morning.", WORDS]

    clock = life.clock
    life.live(scenario)
    assert clock.closed


def test_over_the_night_on_which_the_clocks_change() -> None:
    start = at("2026-10-24T21:00")
    daily = replace(PILLS, made=start, starts="2026-10-01T08:00")
    life = Reminded(book_of(daily, before=start), HandClock(start))

    async def scenario(life: Reminded) -> None:
        heard = []
        for _ in range(30 * 4):
            said = await life.turn(900)
            if any("medicine" in sentence for sentence in said):
                heard.append(life.clock.time_of_day())
                await life.press("describe", "Noted")
                life.clock.passes(-2)
        assert heard == ["08:00"]
        assert life.clock.wall - start >= 30 * HOUR_S

    life.live(scenario)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_doubt_of_the_clock_is_told_once_after_the_start_and_with_each_reminder(language: str) -> None:
    life = Reminded(book_of(PILLS), HandClock(EIGHT - 600))
    life.clock.why = "clock_unsure"

    async def scenario(life: Reminded) -> None:
        words = {
            "en": [
                "I am not sure of the time. Ask somebody to set my clock.",
                "My clock says 8 o'clock in the morning, but I am not sure of the time.",
                "A reminder about your medicine. Heart pills. Check with a person first. "
                "When it is done, press the dome.",
            ],
            "ru": [
                "Я не уверен, что знаю верное время. Попросите кого-нибудь поставить мои часы.",
                "На моих часах 8 часов утра, но я не уверен, что они идут верно.",
                "Напоминаю о лекарстве. Heart pills. Сначала посоветуйтесь с кем-нибудь. "
                "Когда сделаете, нажмите выпуклую кнопку.",
            ],
        }[language]
        said = [sentence for _ in range(11) for sentence in await life.turn(60 if life.events[1:] else 0)]
        assert said[1:] == words[:1] + words[1:]

    life.live(scenario, Session(language=language))


def test_a_reminder_tells_the_doubt_itself() -> None:
    life = Reminded(book_of(PILLS), HandClock())
    life.clock.why = "clock_set_back"

    async def scenario(life: Reminded) -> None:
        assert (await life.turn())[1].startswith("My clock says")
        assert await life.turn(120) == []

    life.live(scenario)


def test_without_reminders_only_a_clock_that_was_set_back_is_told() -> None:
    life = Reminded(UnkeptReminders(), HandClock())
    life.clock.why = "clock_unsure"

    async def scenario(life: Reminded) -> None:
        assert await life.turn() == ["Chestnut is ready."]
        life.clock.why = "clock_set_back"
        assert len(await life.turn(60)) == 1
        life.clock.why = ""
        await life.turn(60)
        life.clock.why = "clock_set_back"
        assert len(await life.turn(60)) == 1, "it happened again"

    life.live(scenario)


def test_the_status_tells_of_the_clock_and_of_what_was_missed() -> None:
    book = book_of(PILLS)
    life = Reminded(book, HandClock(EIGHT + 5 * HOUR_S))
    life.clock.why = "clock_unsure"

    async def scenario(life: Reminded) -> None:
        await life.turn()
        assert life.device is not None
        life.device.conductor.request("status")
        for event in life.device.conductor.handle(MarkedDone(at=0.0, job=0)):
            life.device._performer.perform(event, life.device.conductor.session)
        await life.settle()
        said = life.said
        assert "I am not sure of the time. Ask somebody to set my clock." in said
        assert "Missed: one reminder." in said

    life.live(scenario)


# --- restarts ----------------------------------------------------------------------------------------------


def test_what_was_said_and_not_acknowledged_comes_again_after_a_restart(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.now = EIGHT
    clock = HandClock()
    with desk.open() as store:
        store.reminders.add(replace(PILLS, made=EIGHT)).result(timeout=60)
        life = Reminded(store.reminders, clock)
        life.live(_hears(WORDS))
    clock.passes(60)
    with desk.open() as store:
        life = Reminded(store.reminders, clock)

        async def scenario(life: Reminded) -> None:
            assert await life.turn() == ["Chestnut is ready."]
            assert WORDS in await life.turn(240)
            await life.press("describe", "Noted")

        life.live(scenario)
    with desk.open() as store:
        life = Reminded(store.reminders, clock)

        async def after(life: Reminded) -> None:
            assert [said for _ in range(60) for said in await life.turn(60)] == ["Chestnut is ready."]

        life.live(after)


def _hears(words: str):  # type: ignore[no-untyped-def]
    async def scenario(life: Reminded) -> None:
        assert words in await life.turn()

    return scenario


def test_what_another_process_adds_and_acknowledges_is_noticed(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.now = EIGHT
    with desk.open() as store, desk.open() as other:
        life = Reminded(store.reminders, HandClock(EIGHT - 60))

        async def scenario(life: Reminded) -> None:
            await life.turn()
            row = other.reminders.add(replace(PILLS, made=EIGHT - 60)).result(timeout=60)
            assert WORDS in await life.turn(60)
            other.reminders.acknowledge(row, EIGHT, EIGHT).result(timeout=60)
            assert await life.turn(300) == []

        life.live(scenario)


# --- faults ------------------------------------------------------------------------------------------------


class Broken(UnkeptReminders):
    """Its card is full, or cannot be read."""

    reads = True

    def all(self) -> tuple[Reminder, ...]:
        if not self.reads:
            raise MemoryFault("the card is gone")
        return super().all()

    def keep(self, *given: object, **named: object) -> Future[None]:
        return self._failed()

    def acknowledge(self, row: int, due: float, at: float) -> Future[bool]:
        return self._failed()

    def _failed(self) -> Future:  # type: ignore[type-arg]
        future: Future[None] = Future()
        future.set_exception(NoRoom("the card is full"))
        return future


def test_a_full_card_costs_no_reminder_and_what_is_done_is_not_asked_again() -> None:
    book = Broken()
    book.add(replace(PILLS, made=EIGHT))
    life = Reminded(book, HandClock())

    async def scenario(life: Reminded) -> None:
        assert WORDS in await life.turn()
        assert await life.turn(60) == [], "it is not said at every turn"
        book.reads = False
        assert WORDS in await life.turn(240)
        await life.press("describe")
        assert any(isinstance(event, EffectFailed) for event in life.events)
        assert [said for _ in range(60) for said in await life.turn(60)] == []

    life.live(scenario)


def test_a_rule_of_another_time_hinders_no_other() -> None:
    book = book_of(PILLS)
    book.add(replace(GAS, zone="Mars/Olympus"))
    book.add(replace(GAS, rule="FREQ=NEVER"))
    life = Reminded(book, HandClock())
    life.live(_hears(WORDS))


@pytest.mark.parametrize("wall", [0.0, 3.0, 1e12, -1e12])
def test_a_clock_that_is_out_of_its_mind_says_nothing(wall: float) -> None:
    life = Reminded(book_of(PILLS), HandClock(EIGHT))
    life.clock.wall = wall
    life.clock.time_of_day = lambda: "00:00"  # type: ignore[method-assign]

    async def scenario(life: Reminded) -> None:
        assert await life.turn() == ["Chestnut is ready."]
        life.clock.wall = EIGHT
        assert WORDS in await life.turn(60, -60)

    life.live(scenario)


# --- by itself ---------------------------------------------------------------------------------------------


def test_started_it_turns_by_itself_and_closed_it_leaves_nothing() -> None:
    posted: list[object] = []

    async def run() -> None:
        book = book_of(PILLS)
        clock = HandClock(EIGHT)
        happened = asyncio.Event()
        loop = asyncio.get_running_loop()

        def post(event: object) -> None:
            posted.append(event)
            loop.call_soon_threadsafe(happened.set)

        reminding = Reminding(book, clock, lambda: ZONE, post, clock)
        reminding.start()
        async with asyncio.timeout(60):
            await happened.wait()
            assert isinstance(posted[0], ReminderDue)
            clock.passes(SPACING_S)
            happened.clear()
            book.add(replace(GAS, made=EIGHT))
            reminding.mark_done(7, posted[0].reminder, EIGHT)  # it turns at once
            while not any(isinstance(one, ReminderDue) and one.kind is Kind.GAS for one in posted):
                happened.clear()
                await happened.wait()
        assert any(isinstance(one, MarkedDone) and one.job == 7 for one in posted)
        await reminding.close()
        await reminding.close()
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(run())


def test_a_turn_that_fails_is_not_the_last(caplog: pytest.LogCaptureFixture) -> None:
    class Sick(UnkeptReminders):
        def occurrences(self) -> tuple[Occurrence, ...]:
            raise RuntimeError("sick")

    async def run() -> None:
        clock = HandClock()
        reminding = Reminding(Sick(), clock, lambda: ZONE, lambda event: None, clock)
        reminding.start()
        async with asyncio.timeout(60):
            while "a turn of the reminders failed" not in caplog.text:
                await asyncio.sleep(0)
        assert reminding._task is not None and not reminding._task.done()
        await reminding.close()

    asyncio.run(run())


def test_it_looks_up_often_enough_to_notice_a_jump() -> None:
    async def run() -> None:
        clock = HandClock()
        assert (
            await Reminding(UnkeptReminders(), clock, lambda: ZONE, lambda event: None, clock).turn()
            == LOOK_S
        )

    asyncio.run(run())


def test_a_recorded_life_with_reminders_is_replayed_as_it_was(tmp_path: Path) -> None:
    """Also on a machine in another zone, at another time, without the reminders."""
    path = tmp_path / "life.jsonl"
    file = io.StringIO()
    life = Reminded(book_of(PILLS, GAS), HandClock())
    life.taps.append(Recorder(file, Session(), default_keymap()))

    async def scenario(life: Reminded) -> None:
        assert WORDS in await life.turn()
        await life.press("describe", "Noted")
        await life.turn(SPACING_S)
        await life.press("stop")
        await life.turn(6 * HOUR_S)
        await life.turn(DAY_S)

    life.live(scenario)
    path.write_text(file.getvalue(), encoding="utf-8")
    steps = list(replay(path, SKILLS))
    assert [step.line for step in steps if step.differs] == []
    kinds = {json.loads(line)["event"]["is"] for line in file.getvalue().splitlines()[1:]}
    assert {"ReminderDue", "MarkedDone", "RemindersMissed"} <= kinds


# --- the agenda --------------------------------------------------------------------------------------------


def test_times_are_worked_out_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    worked: list[Reminder] = []
    from chestnut.runtime import agenda as module

    times = module.times
    monkeypatch.setattr(
        module, "times", lambda reminder, *rest: worked.append(reminder) or times(reminder, *rest)
    )
    agenda = Agenda(lambda: ZONE)
    for minutes in range(24 * 60):
        table = agenda.timetable(EIGHT + minutes * 60, [replace(PILLS, row=1)])
        assert any(EIGHT + minutes * 60 < at for at in table[0][1])
    assert len(worked) <= 2
    agenda.timetable(EIGHT, [replace(PILLS, row=1, words="other")])
    agenda.timetable(EIGHT + 400 * DAY_S, [replace(PILLS, row=1, words="other")])
    assert len(worked) <= 4


def test_the_next_of_all_is_told_in_the_zone_of_the_machine() -> None:
    agenda = Agenda(lambda: "Asia/Tokyo")
    coming = agenda.next_of(
        [replace(PILLS, row=1), replace(GAS, row=2, starts="2026-11-01T07:30")], EIGHT - 2 * HOUR_S
    )
    assert coming is not None
    assert (coming.reminder, coming.when.time, coming.when.days) == (2, "15:30", 0)
    assert agenda.next_of([replace(PILLS, rule="")], EIGHT) is None


def test_a_reminder_in_a_months_time_is_told_by_its_date() -> None:
    agenda = Agenda(lambda: ZONE)
    once = replace(PILLS, rule="", starts="2026-12-24T18:00:00", row=1)
    coming = agenda.next_of([once], EIGHT)
    assert coming is not None
    assert (coming.when.day, coming.when.month, coming.when.weekday, coming.when.days) == (24, 12, 3, 31)
    assert datetime.fromtimestamp(coming.due).year == 2026
