"""The word tables of locale/truth/, made ready to be matched. Built once, shared by every Truth."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chestnut.core.wordforms import WordForms
from chestnut.engine.truth.nouns import PERSON, Noun, nouns
from chestnut.engine.truth.patterns import Patterns
from chestnut.engine.truth.sense import Sense
from chestnut.engine.truth.spelling import CLAUSE, spelled


class Words:
    """tables: by language, as locale.truth.tables() gives them."""

    def __init__(self, tables: Mapping[str, Mapping[str, Any]]) -> None:
        self.languages = {language: LanguageWords(table) for language, table in tables.items()}
        numbers = {language: known.numbers for language, known in self.languages.items()}
        self.number_words = {word: value for table in numbers.values() for word, value in table.items()}


@dataclass(frozen=True, slots=True)
class Turn:
    """After one of `after`, `forms` are said as `say`, and the word before as `turned` if that is not ""."""

    after: frozenset[str]
    forms: frozenset[str]
    say: str
    turned: str


class LanguageWords:
    """One language's tables. The attributes are named as the tables are; patterns are compiled."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        sets: Mapping[str, str] = table["sets"]

        def compiled(patterns: Iterable[str]) -> Patterns:
            return Patterns(patterns, sets)

        promise, traits, side, light = table["promise"], table["traits"], table["side"], table["light"]
        self.promise = compiled(
            pattern for key in ("safety", "way", "leave", "food", "medicine") for pattern in promise[key]
        )
        self.stakes, self.grave = compiled(promise["stakes"]), compiled(promise["grave"])
        self.signal = _choices(promise["signal"])
        self.open_questions, self.affirmed = compiled(promise["open"]), _choices(promise["affirmed"])
        self.script: str = table["grammar"]["script"]
        self.roots = tuple(spelled(root) for root in promise["roots"].split())
        self.nouns: dict[tuple[str, ...], Noun] = nouns(table)
        self.longest_noun = max(map(len, self.nouns))
        self.sense = Sense(table, (word for forms in self.nouns for word in forms))
        self.traits = compiled([*traits["always"], *traits["person"]])
        self.sides = {name: compiled(side[name]) for name in ("left", "ahead", "right")}
        self.joins, self.beside = _choices(side["joins"]), _choices(side["beside"])
        self.left_of, self.right_of = compiled(side["left_of"]), compiled(side["right_of"])
        self.across, self.backwards = compiled(side["across"]), compiled(side["backwards"])
        self.pronoun = _choices(side["pronoun"])
        self.dark, self.bright = compiled(light["dark"]), compiled(light["bright"])
        self.turned = frozenset(light["turned"].split())
        self._people(table["people"])
        self.left_out = self._left_out(traits["left_out"], WordForms(table["grammar"], table["irregular"]))
        self._counts(table["counts"])
        self._denial(table["denial"], compiled)
        text, speech, reword = table["text"], table["speech"], table["reword"]
        self.writing = _choices(text["verbs"])
        self.written, self.copula = _choices(text["nouns"]), _choices(text["copula"])
        self.passive, self.capital = _choices(text["passive"]), _choices(text["capital"])
        self.places = _choices(text["places"])
        self.neutral = _stems(text["neutral"])
        self.carriers = _stems(text["carriers"])
        self.acronyms = frozenset(spelled(text["acronyms"]).split())
        self.measures = compiled(text["measures"])
        self.stop, self.plain = _choices(speech["stop"]), _choices(speech["plain"])
        self.foreign = frozenset(spelled(speech["foreign"]).split()) - self.stop
        self.admission = compiled(speech["admission"])
        self.boilerplate = compiled(speech["boilerplate"])
        self.preambles = re.compile("|".join(f"(?:{each})" for each in speech["preambles"]), re.IGNORECASE)
        self.free = frozenset(spelled(reword["free"]).split())
        self.negation = frozenset(spelled(reword["negation"]).split())

    def _people(self, people: Mapping[str, Any]) -> None:
        self.crowd = _choices(people["crowd"])
        self.swap = _pairs(people["swap"])
        self.pronouns = _pairs(people["pronouns"])
        self.merged = {key.replace("_", " "): value for key, value in _pairs(people["merged"]).items()}
        self.turns = tuple(
            Turn(_choices(row["words"]), _choices(row["forms"]), row["say"], row.get("turned", ""))
            for row in people["after"]
        )
        self.plural = _choices(people["plural"])
        self.plural_next = re.compile(f".*{people['plural_next'] or '(?!)'}$")
        self.feminine = _stems(people["feminine"])
        self.agreement = _stems(people["agreement"])
        self.agreeing = _choices(people["agreeing"])
        self.neighbour = _stems(people["neighbour"])
        self.of_before = _pairs(people["of_before"])

    def _left_out(self, traits: str, forms: WordForms) -> re.Pattern[str]:
        """Such words right before a person, with an article before them."""
        said = "|".join(_written("_".join(form)) for entry in traits.split() for form in forms.of(entry))
        people = "|".join(
            _written(word)
            for word in sorted(
                {*self.swap, *("_".join(form) for form, noun in self.nouns.items() if PERSON in noun.labels)}
            )
        )
        return re.compile(
            rf"(?P<article>\ban? )?(?P<comma>, )?\b(?:(?:{said})(?:,? (?:and |и )?|-))+(?=(?:{people})\b)",
            re.IGNORECASE,
        )

    def _counts(self, counts: Mapping[str, Any]) -> None:
        self.numbers = {word: value for value, word in enumerate(spelled(counts["numbers"]).split())}
        self.numbers.update(_values(counts["forms"]))
        self.sole = _choices(counts["sole"])
        self.several, self.exact = _values(counts["several"]), _choices(counts["exact"])
        self.articles, self.alone = _choices(counts["articles"]), _choices(counts["alone"])
        self.total = _choices(counts["total"]) | {CLAUSE}
        self.part, self.pair = _choices(counts["part"]), _choices(counts["pair"])
        self.gathered = _values(counts["people"])

    def _denial(self, denial: Mapping[str, Any], compiled: Any) -> None:
        self.denied_before = _choices(denial["before"])
        self.lacks, self.lacking = _choices(denial["lacks"]), _choices(denial["lacking"])
        self.unseen = compiled(denial["unseen"].split())
        self.denied_after = compiled(denial["after"])
        self.nobody = compiled(denial["nobody_here"])
        self.unless = _stems(denial["unless"])
        self.empty, self.bare_table = compiled(denial["empty"]), compiled(denial["bare_table"])


def _written(word: str) -> str:
    """A word of a table as a regular expression, as it stands in a text: "middle_aged" with space or hyphen."""
    return re.escape(spelled(word)).replace("_", "[ -]").replace("е", "[её]")


def _choices(text: str) -> frozenset[str]:
    return frozenset(spelled(text).split())


def _stems(text: str) -> re.Pattern[str]:
    """One expression for whole words; "*" is any ending."""
    parts = [re.escape(word).replace(r"\*", ".*") for word in spelled(text).split()]
    return re.compile(f"(?:{'|'.join(parts) or '(?!)'})$")


def _values(text: str) -> dict[str, int]:
    """ "dozen:12"."""
    return {word: int(value) for word, value in (row.split(":") for row in spelled(text).split())}


def _pairs(text: str) -> dict[str, str]:
    """ "man:person men:people"; "_" stands for a space in what is said."""
    rows = [row.split(":") for row in text.split()]
    return {spelled(key): say.replace("_", " ") for key, say in rows}
