"""Why there is no update. Every message is one line and names the remedy."""

from __future__ import annotations


class Refused(RuntimeError):
    """Nothing was changed. reason: the phrase key that tells it in both languages."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def damaged(name: str, cause: str) -> Refused:
    return Refused("update_damaged", f"{name} is damaged ({cause}): copy it to the stick anew")


def unreadable(name: str, error: OSError) -> Refused:
    return Refused(
        "update_unreadable", f"cannot read {name}: {error.strerror}; is the stick in, and the name right?"
    )
