"""What a language model wrote becomes true enough to be spoken, or is withheld. docs/truth.md tells it to people."""

from chestnut.engine.truth.truth import Truth
from chestnut.engine.truth.verdict import Rule, Verdict
from chestnut.engine.truth.words import Words

__all__ = ["Rule", "Truth", "Verdict", "Words"]
