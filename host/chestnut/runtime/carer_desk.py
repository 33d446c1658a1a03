"""What a carer is shown, for commands and for the maker's page. Nothing is shown before it is in the log on the card.

A name is no account: see docs/privacy.md for what that protects and what it does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from chestnut.core.carers import OFFERED, Act, CarerBook, Noted, Right, Rights, Sight
from chestnut.core.effects import Say
from chestnut.core.kinds import LABELS
from chestnut.core.memory import Moment, Taught
from chestnut.core.people import clean_name
from chestnut.core.ports import Memory, ReminderBook
from chestnut.core.reminders import LISTED_S, STEP_S, Listed, Occurrence, sentence
from chestnut.core.session import LANGUAGES
from chestnut.locale import Phrases
from chestnut.runtime import condition
from chestnut.runtime.agenda import Agenda
from chestnut.runtime.recollecting import AHEAD_S, found
from chestnut.runtime.recurrence import told, zone_of
from chestnut.skills.recollect import seen


class BadCarer(ValueError):
    """The message is one line that names the remedy. reason: key of the same in the words of the page."""

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Seen:
    """What is shown: allowed False, and it is that the wearer is asked. facts: the same as plain data."""

    allowed: bool
    says: tuple[Say, ...]
    facts: dict[str, Any] = field(default_factory=dict)


class CarerDesk:
    """Blocks for milliseconds; a MemoryFault when the card fails, and then nothing was shown. zone: the machine's, by
    its name. condition_path: where the running device tells how it is."""

    def __init__(
        self,
        book: CarerBook,
        memory: Memory,
        reminders: ReminderBook,
        now: Callable[[], Moment],
        zone: str,
        condition_path: Path,
    ) -> None:
        self._book, self._memory, self._reminders = book, memory, reminders
        self._now, self._zone, self._condition_path = now, zone, condition_path

    def see(self, carer: str, sight: Sight) -> Seen:
        """The look is kept first, or that it was refused; then it is looked up."""
        name = named(carer)
        if not self._book.look(name, sight).result():
            closed = self._book.rights().closed
            return Seen(False, (Say("carer_closed") if closed else Say("carer_refused", {"carer": name}),))
        match sight:
            case Sight.REMINDERS:
                return self._seen_reminders()
            case Sight.THINGS:
                return self._seen_things()
            case Sight.DEVICE:
                return self._seen_device()

    def allow(self, carer: str, sights: tuple[Sight, ...] = OFFERED) -> tuple[Right, ...]:
        """By a command: the wearer is told. BadCarer where the wearer said no by key."""
        name = named(carer)
        for sight in sights:
            if not self._book.allow(name, sight).result():
                raise BadCarer(
                    f"the wearer said no to {name} seeing the {sight} by key: only the wearer can allow it, "
                    "in the menu of the device",
                    "carer_denied",
                )
        return self._rights_of(name)

    def deny(self, carer: str, sights: tuple[Sight, ...] = tuple(Sight)) -> tuple[Right, ...]:
        name = named(carer)
        for sight in sights:
            self._book.deny(name, sight).result()
        return self._rights_of(name)

    def rights(self) -> Rights:
        return self._book.rights()

    def log(self) -> tuple[Noted, ...]:
        """The newest first."""
        now = self._now()
        return tuple(noted(act, now, self._zone) for act in self._book.log())

    def _rights_of(self, name: str) -> tuple[Right, ...]:
        given = self._book.rights().given
        return tuple(right for right in given if right.carer.casefold() == name.casefold())

    # --- what is shown --------------------------------------------------------------------------------------

    def _seen_reminders(self) -> Seen:
        """What was missed, what waits for an answer, what was done, in the last day; then what comes next."""
        now = self._now().utc_s
        agenda = Agenda(lambda: self._zone)
        rows = {reminder.row: reminder for reminder in self._reminders.all()}
        lately = [
            one
            for one in self._reminders.occurrences()
            if one.due <= now + STEP_S and now - one.due <= LISTED_S
        ]
        states = {
            state: agenda.listed(rows, [one for one in lately if _state(one) == state], now)
            for state in ("missed", "waits", "done")
        }
        phrases = {"missed": "reminder_missed", "waits": "carer_waits", "done": "reminder_noted"}
        says = [
            Say(phrases[state], {"when": asdict(one.when), "words": sentence(one.words)})
            for state, listed in states.items()
            for one in listed
        ]
        coming = agenda.next_of(rows.values(), now)
        if coming is None:
            says.append(Say("reminder_none"))
        else:
            says.append(Say("reminder_next", {"when": asdict(coming.when), "words": sentence(coming.words)}))
        facts = {state: [_fact(one) for one in listed] for state, listed in states.items()}
        return Seen(True, tuple(says), {**facts, "next": None if coming is None else _fact(coming)})

    def _seen_things(self) -> Seen:
        """Of things that were taught, and of nothing else that was seen. Of what the camera knows by itself every one
        is seen, whoever taught one; so it is shown only where it is somebody's."""
        taught = [one for one in self._memory.things() if one.thing.owner or one.thing.label not in LABELS]
        says = [self._where(thing) for thing in taught]
        facts = [{"thing": asdict(one.thing), "said": say.key} for one, say in zip(taught, says, strict=True)]
        return Seen(True, tuple(says) or (Say("carer_no_things"),), {"things": facts})

    def _where(self, taught: Taught) -> Say:
        thing = taught.thing
        rows = self._memory.recall([thing.label], owner=thing.owner)
        if not rows:
            return Say("recall_never", {"thing": asdict(thing)})
        key, args = seen(found(rows[0], self._now(), zone_of(self._zone)))
        return Say(key, args)

    def _seen_device(self) -> Seen:
        now = self._now()
        last, runs = condition.read(self._condition_path)
        if last is None:
            says = [Say("carer_device_on" if runs else "carer_device_unknown")]
            return Seen(True, tuple(says), {"runs": runs})
        if runs:
            says = [Say("carer_device_on")]
        elif last.sure and _is_past(last.at, now):
            says = [Say("carer_device_off", {"when": asdict(told(last.at, now.utc_s, self._zone))})]
        else:
            says = [Say("carer_device_off_undated")]
        percent = {"percent": last.battery}
        says.append(Say("battery_unknown") if last.battery is None else Say("battery", percent))
        faults = [
            fault for fault in last.faults if all(_is_phrase(fault, language) for language in LANGUAGES)
        ]
        says.append(Say("carer_faults", {"faults": len(last.faults)}))
        says += [Say(fault) for fault in faults]
        return Seen(True, tuple(says), {"runs": runs, "battery": last.battery, "faults": list(last.faults)})


def named(carer: str) -> str:
    try:
        return clean_name(carer)
    except ValueError as error:
        raise BadCarer(f"{carer!r} is no name: write one with a letter or a digit", "carer_name") from error


def noted(act: Act, now: Moment, zone: str) -> Noted:
    """An act of the log as it is told."""
    when = told(act.at, now.utc_s, zone) if act.sure and _is_past(act.at, now) else None
    return Noted(act.row, act.carer, act.deed, act.sight, when, act.thing, act.place)


def _is_past(at: float, now: Moment) -> bool:
    """False for what another clock has seen: nothing is told to have been tomorrow."""
    return now.trusted and at <= now.utc_s + AHEAD_S


def _state(occurrence: Occurrence) -> str:
    if occurrence.acknowledged is not None:
        return "done"
    return "waits" if occurrence.missed is None else "missed"


def _fact(listed: Listed) -> dict[str, Any]:
    return {"words": listed.words, "kind": listed.kind.value, "due": listed.due}


def _is_phrase(key: str, language: str) -> bool:
    """One that needs nothing to be filled in."""
    return "{" not in Phrases.of(language).tables["phrases"].get(key, "{")
