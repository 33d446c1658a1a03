"""What is announced of the device itself: parts lost and found, the battery, the warmth at the body. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from chestnut.core.care import Care
from chestnut.core.effects import Buzz, Haptic, Say
from chestnut.core.events import (
    BatteryMeasured,
    BatteryWarned,
    ChipMeasured,
    DoubtArose,
    Event,
    PadMeasured,
    Part,
    PartFound,
    PartLost,
    PodRestarted,
    RemindersMissed,
    SkinMeasured,
    Updated,
)
from chestnut.core.session import Session
from chestnut.core.skill import Priority, Skill, Steps

SPARED = (Part.ENGINE, Part.PAD, Part.MICROPHONE)  # the device does most of what it does without them


@dataclass(frozen=True, slots=True)
class News:
    """felt: by the motor too, for the part that is lost may be the speaker. about: as in Skill."""

    say: Say
    felt: bool = False
    priority: Priority = Priority.ALERT
    about: str = ""

    def skill(self) -> Skill:
        def tell(session: Session) -> Steps:
            if self.felt:
                yield Buzz(Haptic.FAILED)
            yield self.say

        return Skill(tell, self.priority, about=self.about)


def news_of(event: Event, session: Session, untold: Collection[str] = ()) -> tuple[Session, News | None]:
    """The session after the event, and what is told of it. untold: what still waits to be told is about this."""
    match event:
        case PartLost(part=part, reason=reason):
            if part in (Part.POD, Part.GAUGE):
                session = replace(session, care=session.care.blind(part.value))
            if part is Part.PAD:
                session = replace(session, pad_battery=None)
            if (part, reason) not in session.faults:
                news = News(Say(reason), felt=True, priority=_weight(part), about=_about(part))
                return session.lost(part, reason), news
        case PartFound(part=part):
            if any(fault[0] == part for fault in session.faults):
                back = "engine_restarted" if part is Part.ENGINE and part in untold else f"{part}_back"
                return session.found(part), News(Say(back), priority=_weight(part), about=_about(part))
            if part is Part.PAD:
                return session, News(Say("pad_found"), priority=_weight(part), about=_about(part))
        case PadMeasured(percent=percent):
            return replace(session, pad_battery=percent), None
        case PodRestarted():
            return session, News(Say("pod_restarted"))
        case RemindersMissed(count=count):
            return session, News(Say("reminders_missed", {"count": count}), priority=Priority.REMINDER)
        case DoubtArose(reason=reason) | Updated(reason=reason):
            return session, News(Say(reason), priority=Priority.REMINDER, about=reason)
        case BatteryMeasured():
            return _cared(session, *session.care.charged(event))
        case BatteryWarned(at=at, low=low):
            return _cared(session, *session.care.warned_by_line(at, low))
        case ChipMeasured():
            return _cared(session, *session.care.chip_measured(event))
        case SkinMeasured(celsius=celsius):
            return _cared(session, *session.care.warmed(celsius))
    return session, None


def _weight(part: Part) -> Priority:
    """What the device does without them is not interrupted to tell of it: a pad falls asleep by itself."""
    return Priority.REMINDER if part in SPARED else Priority.ALERT


def _about(part: Part) -> str:
    """Of these parts only what is true by now is told; a camera that was gone is told of, then its return."""
    return part if part in SPARED else ""


def _cared(session: Session, care: Care, say: Say | None) -> tuple[Session, News | None]:
    """Only what ends or is about to end the device's work interrupts it; the rest waits for silence."""
    session = replace(session, care=care)
    if say is None:
        return session, None
    urgent = say.key in ("skin_hot", "chip_hot", "battery_last", "battery_empty")
    return session, News(say, felt=urgent, priority=Priority.ALERT if urgent else Priority.REMINDER)
