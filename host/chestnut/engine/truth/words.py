"""The word tables of locale/truth/, made ready to be matched. Built once, shared by every Truth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Words:
    """tables: by language, as locale.truth.tables() gives them."""

    def __init__(self, tables: Mapping[str, Mapping[str, Any]]) -> None:
        self.tables = tables
