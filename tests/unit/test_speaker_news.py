"""What is told of a loudspeaker that goes and comes back, and when."""

from __future__ import annotations

from chestnut.core.effects import Say
from chestnut.core.events import Part, PartFound, PartLost
from chestnut.core.news import News, news_of
from chestnut.core.session import Session
from chestnut.core.skill import Priority


def lost(session: Session, reason: str) -> tuple[Session, News]:
    session, news = news_of(PartLost(at=1.0, part=Part.SPEAKER, reason=reason), session)
    assert news is not None and news.say == Say(reason) and news.felt
    return session, news


def found(session: Session) -> tuple[Session, News | None]:
    return news_of(PartFound(at=2.0, part=Part.SPEAKER), session)


def test_a_loudspeaker_that_another_took_over_from_cuts_nothing_off_nor_does_its_return() -> None:
    session, news = lost(Session(), "speaker_other")
    assert news.priority is Priority.REMINDER
    session, back = found(session)
    assert back is not None and back.say == Say("speaker_back") and back.priority is Priority.REMINDER
    assert not session.faults and back.about == news.about != "", "told late, only what is true by then"


def test_the_last_loudspeaker_that_goes_is_an_alert_and_what_was_to_be_told_of_it_is_not_told_after_it() -> (
    None
):
    session, other = lost(Session(), "speaker_other")
    session, news = lost(session, "speaker_lost")
    assert news.priority is Priority.ALERT and news.about == other.about
    session, back = found(session)
    assert back is not None and back.priority is Priority.ALERT and not session.faults
    assert found(session)[1] is None
