"""A key whose skill is not built yet: it says so instead of staying silent."""

from __future__ import annotations

from collections.abc import Callable

from chestnut.core.effects import Buzz, Haptic, Say
from chestnut.core.session import Session
from chestnut.core.skill import Steps


def absent(name: str) -> Callable[[Session], Steps]:
    """name: a phrase key "absent_NAME" of locale/*.toml."""

    def say_so(session: Session) -> Steps:
        yield Buzz(Haptic.FAILED)
        yield Say(f"absent_{name}")

    return say_so
