"""Every spoken word: en.toml, ru.toml, and the grammar that fills them in."""

from chestnut.locale.phrases import Phrases

__all__ = ["Phrases"]
