"""Phrase keys and their arguments become sentences of one language.

Plural categories are CLDR's, through Babel; genders and forms stand in the language's TOML.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale

from chestnut.locale.clock import clock, when
from chestnut.locale.remembered import ago, owned, spot

FOLDER = Path(__file__).parent
SPOKEN_AS_WORD = 10  # larger numbers of things are "many": nobody counts them at a glance


class Phrases(string.Formatter):
    """The phrases of one language: Phrases.of("ru").render("battery", {"percent": 50}) -> "Заряд 50 процентов." """

    def __init__(self, language: str) -> None:
        path = FOLDER / f"{language}.toml"
        if not path.is_file():
            known = ", ".join(sorted(file.stem for file in FOLDER.glob("*.toml")))
            raise ValueError(f"no language {language!r}: one of {known}")
        self.language = language
        self.tables: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        self._plural = Locale(language).plural_form

    @staticmethod
    @cache
    def of(language: str) -> Phrases:
        """The phrases of a language, read once. ValueError names the languages there are."""
        return Phrases(language)

    def render(self, key: str, args: Mapping[str, Any] | None = None) -> str:
        """The sentence for a key. KeyError when the key or an argument is missing: a fault of ours."""
        args = dict(args or {})
        if "clauses" in args:
            args["clauses"] = self.clauses(args["clauses"], args.pop("dim", False), args.pop("words", None))
        if "sentences" in args:
            args["sentences"] = " ".join(self.render(key, given) for key, given in args["sentences"])
        if "items" in args:
            args["items"] = self._items(args["items"])
        return _capitalised(self.vformat(self.tables["phrases"][key], (), args))

    def format_field(self, value: Any, format_spec: str) -> Any:
        if not format_spec:
            return str(value)
        if format_spec == "clock":
            return clock(self.tables["clock"], self._plural, value)
        if format_spec == "when":
            return when(self.tables["clock"], self._plural, value)
        if format_spec == "owned":
            return owned(self.tables, value)
        if format_spec == "spot":
            return spot(self.tables, value)
        if format_spec == "ago":
            return ago(self.tables, self._plural, value)
        if isinstance(value, int) and format_spec in self.tables["nouns"]:
            return self.counted(value, format_spec)
        return self.tables[format_spec][value]

    def counted(self, count: int, noun: str) -> str:
        """ "two cups", "две чашки"; a single one as it is named alone; more than ten things are "many"."""
        forms = self.tables["nouns"][noun]
        if count == 0 and "none" in forms:
            return str(forms["none"])
        digits = forms.get("digits", False)
        if (count == 1 and not digits) or forms.get("uncounted"):
            return str(forms["one"])
        category = self._plural(count)
        if count > SPOKEN_AS_WORD and not digits:
            return f"{self.tables['words']['many']} {forms.get('many', forms.get('other'))}"
        form = forms.get(category) or forms.get("other") or forms["many"]
        return f"{count if digits else self._number(count, forms.get('gender', 'm'))} {form}"

    def _number(self, count: int, gender: str) -> str:
        numbers = self.tables["numbers"]
        by_gender = numbers.get({"f": "feminine", "n": "neuter"}.get(gender, ""), {})
        return str(by_gender.get(str(count), numbers["words"][count]))

    def clauses(self, clauses: Sequence[Mapping[str, Any]], dim: bool, words: int | None) -> str:
        """ "Two people ahead, near. A cup on the right." from what skills/sentence.py gathered.

        words: at most so many are spoken; what does not fit is left out from the end, whole items at a time.
        """
        sentences = [f"{self.tables['words']['dim']}."] if dim else []
        left = float("inf") if words is None else words - sum(len(text.split()) for text in sentences)
        for at, clause in enumerate(clauses):
            for count in range(len(clause["items"]), 0, -1):
                text = f"{self._clause({**clause, 'items': clause['items'][:count]})}."
                if len(text.split()) <= left:
                    left -= len(text.split())
                    sentences.insert(at, text)
                    break
            else:
                break  # what is less important must not be spoken instead of what is more
        return " ".join(sentences)

    def _clause(self, clause: Mapping[str, Any]) -> str:
        words = self.tables["words"]
        listed = self._items(clause["items"])
        if len(clause["places"]) == 1:
            return self._at_one_place(listed, **clause["places"][0])
        reaches = {place["reach"] for place in clause["places"]}
        if len(reaches) == 1 and "" not in reaches:
            places = [self._place(place["side"], "") for place in clause["places"]]
            reach = self.tables["reach"][reaches.pop()]
            return str(words["clause_places_reach"]).format(
                items=listed, places=self._listed(places), reach=reach
            )
        places = [self._place(**place) for place in clause["places"]]
        return str(words["clause_places"]).format(items=listed, places=self._listed(places))

    def _items(self, items: Sequence[Mapping[str, Any]]) -> str:
        """ "two cups and a book"."""
        return self._listed([self._item(item) for item in items])

    def _item(self, item: Mapping[str, Any]) -> str:
        """A person's name stays as it is; whatever the language does to names, it is not done to it."""
        words = self.tables["words"]
        if "owned" in item:
            return owned(self.tables, item["owned"])
        if "name" in item:
            return str(item["name"])
        if "owned" in item:
            return owned(self.tables, item["owned"])
        if item["noun"] in words:
            return str(words[item["noun"]])
        return self.counted(item["count"], item["noun"])

    def _at_one_place(self, items: str, side: str, reach: str) -> str:
        template = self.tables["words"]["clause_reach" if reach else "clause"]
        reach = self.tables["reach"].get(reach, "")
        return str(template).format(items=items, side=self.tables["side"][side], reach=reach)

    def _place(self, side: str, reach: str) -> str:
        """ "near left", "близко слева": one place among several."""
        names = self.tables["place"]
        return f"{self.tables['reach'][reach]} {names[side]}" if reach else str(names[side])

    def _listed(self, items: list[str]) -> str:
        """ "a, b and c"."""
        return (
            items[-1]
            if len(items) == 1
            else f"{', '.join(items[:-1])} {self.tables['words']['and']} {items[-1]}"
        )


def _capitalised(text: str) -> str:
    """Each sentence begins with a capital letter."""
    return re.sub(r"(^|[.!?] )(\w)", lambda match: match[1] + match[2].upper(), text)
