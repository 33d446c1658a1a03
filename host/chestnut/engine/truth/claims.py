"""What a rule finds in a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from chestnut.engine.truth.verdict import Rule


@dataclass(slots=True)
class Claims:
    """confirmed: of what the sentence claims, so much a detector or the text reader bears out; open: so much nothing
    but the model says. broken: the rule it breaks, then it is withheld."""

    confirmed: int = 0
    open: int = 0
    broken: Rule | None = None

    @property
    def doubtful(self) -> bool:
        return self.open > 0 or self.confirmed == 0
