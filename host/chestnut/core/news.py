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

SPARED = (
    Part.ENGINE,
    Part.PAD,
    Part.MICROPHONE,
    Part.GAUGE,
)  # the device does most of what it does without them


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
                can_wait = _can_wait(part, {reason})
                news = News(Say(reason), felt=True, priority=_weight(can_wait), about=_about(part, can_wait))
                return session.lost(part, reason), news
        case PartFound(part=part):
            reasons = {reason for lost, reason in session.faults if lost == part}
            can_wait = _can_wait(part, reasons)
            weight, about = _weight(can_wait), _about(part, can_wait)
            if reasons:
                back = "engine_restarted" if part is Part.ENGINE and part in untold else f"{part}_back"
                return session.found(part), News(Say(back), priority=weight, about=about)
            if part is Part.PAD:
                return session, News(Say("pad_found"), priority=weight, about=about)
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


def _can_wait(part: Part, reasons: Collection[str]) -> bool:
    """What the device does without them, or through another loudspeaker, is not interrupted to tell of it: a pad
    falls asleep by itself."""
    return part in SPARED or set(reasons) == {"speaker_other"}


def _weight(can_wait: bool) -> Priority:
    return Priority.REMINDER if can_wait else Priority.ALERT


def _about(part: Part, can_wait: bool) -> str:
    """Of what can wait, and of the speaker, only what is true by now is told; a camera that was gone is told of, then
    its return."""
    return part if can_wait or part is Part.SPEAKER else ""


def _cared(session: Session, care: Care, say: Say | None) -> tuple[Session, News | None]:
    """Only what ends or is about to end the device's work interrupts it; the rest waits for silence."""
    session = replace(session, care=care)
    if say is None:
        return session, None
    urgent = say.key in ("skin_hot", "chip_hot", "battery_last", "battery_empty")
    return session, News(say, felt=urgent, priority=Priority.ALERT if urgent else Priority.REMINDER)
