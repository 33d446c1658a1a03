"""What may be taught, and how much must be shown. Pure."""

from __future__ import annotations

LEAST_TAKES = 3  # pictures of a thing or a place before it can be known again
# Offered as the wearer's own, in this order, when nothing else is named in the settings. Words stand in [nouns].
TEACHABLE = (
    *("keys", "glasses", "pill box", "wallet", "cell phone", "hearing aid", "cane", "handbag", "remote"),
    *("watch", "magnifier", "glasses case", "inhaler", "passport", "headphones", "charger", "cup"),
)
