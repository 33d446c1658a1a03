"""What the conductor knows between two events: the wearer's settings and what was last seen and said."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from chestnut.core.care import Care
from chestnut.core.carers import Noted
from chestnut.core.effects import Recite, Say, Seek
from chestnut.core.events import Part, ReminderDue
from chestnut.core.reach import MIDDLE
from chestnut.core.scene import Page, Scene
from chestnut.core.signed import Signed, Unsaid
from chestnut.core.thought import Exchange

LANGUAGES = ("en", "ru")
VISION, COMPANION, SIGNS = "vision", "companion", "signs"
MODES = (VISION, COMPANION, SIGNS)
RATES_WPM = (120, 150, 180, 215, 260, 310, 370, 450)
VOLUMES = tuple(round(step / 10, 1) for step in range(1, 11))
TALK_S = 120.0  # so long after the last answer a question may still be about the same picture
EARLIER = 4  # exchanges about one picture that are remembered: the first and the newest


@dataclass(frozen=True, slots=True)
class Session:
    """language, rate_wpm, volume, mode and paused are the wearer's and survive a restart; the rest is of the moment.

    paused: Companion does not watch. unwatched: the settings let it watch never, the phrase that tells why, or "".

    faults: the parts that are lost, with the phrase that tells the remedy.
    last_request: name of the skill that last answered the wearer.
    exchanges: what the deep lane was asked and has said of last_scene's picture, oldest first. talk_page: what was
    read in that picture.
    sought: what was last looked for, None for nothing yet.
    reminder: what the skill that begins with this session reminds of. acts: what carers did, that it tells.
    signed: what was signed since Signs was begun. unsaid: of it, what the skill that begins with this session speaks.
    speaks_letters: each letter too, as the settings have it.
    pad_battery: percent, as the pad last told; None when it did not.
    reach_down: where in the camera's picture the middle of the hand's reach lies, a fraction of its height from the
    top (core/reach.py).
    """

    language: str = "en"
    rate_wpm: int = 215
    volume: float = 0.8
    mode: str = VISION
    paused: bool = False
    unwatched: str = ""
    faults: tuple[tuple[Part, str], ...] = ()
    last_said: Say | Recite | None = None
    last_scene: Scene | None = None
    last_page: Page | None = None
    exchanges: tuple[Exchange, ...] = ()
    talk_page: Page | None = None
    last_request: str = "describe"
    sought: Seek | None = None
    care: Care = field(default_factory=Care)
    reminder: ReminderDue | None = None
    acts: tuple[Noted, ...] = ()
    signed: Signed = field(default_factory=Signed)
    unsaid: tuple[Unsaid, ...] = ()
    speaks_letters: bool = False
    pad_battery: int | None = None
    reach_down: float = MIDDLE

    def changed(self, name: str, value: Any) -> Session:
        """A copy with one of the wearer's settings changed. ValueError names what is allowed."""
        allowed: dict[str, tuple[Any, ...]] = {
            "language": LANGUAGES,
            "rate_wpm": RATES_WPM,
            "volume": VOLUMES,
            "mode": MODES,
            "paused": (False, True),
        }
        if name not in allowed:
            raise ValueError(f"no setting {name!r}: one of {', '.join(allowed)}")
        if value not in allowed[name]:
            raise ValueError(f"{name} cannot be {value!r}: one of {', '.join(map(str, allowed[name]))}")
        signed = Signed() if name == "mode" else self.signed
        return replace(self, signed=signed, **{name: value})

    def lost(self, part: Part, reason: str) -> Session:
        return replace(self, faults=(*(fault for fault in self.faults if fault[0] != part), (part, reason)))

    def found(self, part: Part) -> Session:
        return replace(self, faults=tuple(fault for fault in self.faults if fault[0] != part))

    def talked(self, exchange: Exchange) -> Session:
        """The first stays: the model still has it in its memory, with the picture it tells of."""
        first, *newer = *self.exchanges, exchange
        return replace(self, exchanges=(first, *newer[1 - EARLIER :]))

    def at(self, now: float) -> Session:
        """Without a talk that is too long ago. now: monotonic seconds."""
        over = bool(self.exchanges) and now - self.exchanges[-1].at > TALK_S
        return replace(self, exchanges=()) if over else self

    def back_to(self, before: Session) -> Session:
        """What was seen, read and said before. before: the session then."""
        return replace(
            self,
            last_scene=before.last_scene,
            last_page=before.last_page,
            last_request=before.last_request,
            sought=before.sought,
            exchanges=before.exchanges,
            talk_page=before.talk_page,
        )
