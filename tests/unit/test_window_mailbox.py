"""What is on its way to a page: bounded, and the newest wins."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from chestnut.window.mailbox import MOST_LINES, MOST_MOMENTS, MOST_PAGES, Mailbox, Mailboxes, Sent
from hypothesis import given
from hypothesis import strategies as st

# A line is told, or told again; some lines go, and never come back; the state changes; a key moves.
told = st.tuples(st.just("line"), st.integers(0, 6))
gone = st.tuples(st.just("gone"), st.sets(st.integers(0, 6), max_size=4))
changed = st.tuples(st.sampled_from(["device", "key"]), st.integers())


def sent_of(happened: list[tuple[str, Any]]) -> list[Sent]:
    """As Shown sends it. Every telling of a line is told apart by its text."""
    lines: dict[str, int] = {}
    left: set[str] = set()
    sent = []
    for number, (kind, what) in enumerate(happened):
        if kind == "line" and str(what) not in left:
            lines[str(what)] = number
            sent.append(Sent("line", {"id": str(what), "text": number}))
        elif kind == "gone":
            left |= {str(each) for each in what}
            lines = {name: text for name, text in lines.items() if name not in left}
            sent.append(Sent("kept", {"ids": list(lines)}))
        elif kind == "device":
            sent.append(Sent("device", {"mode": what}))
        elif kind == "key":
            sent.append(Sent("key", {"key": what}))
    return sent


def shown(sent: tuple[Sent, ...], before: Mapping[str, Any]) -> dict[str, Any]:
    """What a page makes of it: lines by id, and the state."""
    page = dict(before)
    for each in sent:
        match each.kind:
            case "line":
                page[each.data["id"]] = each.data["text"]
            case "kept":
                page = {
                    name: text for name, text in page.items() if name in each.data["ids"] or name == "mode"
                }
            case "device":
                page["mode"] = each.data["mode"]
    return page


@given(st.lists(told | gone | changed, max_size=40), st.data())
def test_a_page_that_reads_seldom_shows_the_same_in_the_end(
    happened: list[tuple[str, Any]], data: st.DataObject
) -> None:
    async def scenario() -> None:
        mailbox, slow, quick = Mailbox(), dict[str, Any](), dict[str, Any]()
        for sent in sent_of(happened):
            mailbox.put(sent)
            quick = shown((sent,), quick)
            if data.draw(st.booleans()):
                slow = shown(await mailbox.take(0), slow)
        assert shown(await mailbox.take(0), slow) == quick

    asyncio.run(scenario())


def test_it_is_bounded() -> None:
    async def scenario() -> None:
        mailbox = Mailbox()
        for number in range(3 * MOST_LINES):
            mailbox.put(Sent("line", {"id": str(number)}))
            mailbox.put(Sent("felt", {"pattern": number}))
            mailbox.put(Sent("device", {"mode": number}))
        taken = await mailbox.take(0)
        assert len(taken) == MOST_LINES + MOST_MOMENTS + 1
        assert taken[-1].data == {"pattern": 3 * MOST_LINES - 1}
        assert await mailbox.take(0) == ()

    asyncio.run(scenario())


def test_so_many_pages_and_no_more() -> None:
    mailboxes = Mailboxes()
    opened = [mailboxes.open() for _ in range(MOST_PAGES)]
    assert all(opened) and mailboxes.open() is None
    assert opened[0] is not None
    mailboxes.leave(opened[0])
    mailboxes.leave(opened[0])
    assert mailboxes.open() is not None and len(mailboxes) == MOST_PAGES
    mailboxes.close()
    assert opened[1] is not None and opened[1].closed
