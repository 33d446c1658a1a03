"""A question to the memory: which of the things it knows are meant. No language model; whole words, their forms and
what sounds like them. Whatever the session's language, both may be used, also in one question."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from chestnut.core.memory import Owned
from chestnut.locale.lexicon import lexicon, words
from chestnut.locale.names import bare_name, same_owner
from chestnut.locale.noun_phrases import Split, split
from chestnut.locale.terms import Term, last_name, of_label, of_phrase

MOST = 4  # things in one question
MINE = "my"


@dataclass(frozen=True, slots=True)
class Meant:
    """One thing that is asked for.

    text: as it was asked. label: of the tables, where it is one plain kind. owner: "" where none was told. known:
    there is such a thing. guessed: the word only sounds like it. exact: what is surely meant. alike: of the same
    kind, but nobody knows whose (whose) or whether it is that one (which).
    """

    text: str
    label: str
    owner: str
    known: bool
    guessed: bool
    exact: tuple[Owned, ...]
    alike: tuple[Owned, ...] = ()
    whose: bool = False
    which: bool = False


class Question:
    """people: it asks for a person. today: it asks about today."""

    def __init__(self, text: str) -> None:
        self._lexicon = lexicon()
        self._stems = [self._lexicon.stem(word) for word in words(text)]
        self._split: Split = split(text, self._lexicon)
        self.people, self.today = self._split.people, self._split.today

    def meant(self, kept: Collection[Owned]) -> tuple[Meant, ...]:
        """Empty when no thing is asked for. kept: every thing the memory knows."""
        labelled = {owned: of_label(owned.label, self._lexicon) for owned in kept}
        heads = {head for term in labelled.values() for head in term.heads}
        terms = self._word_for_word(labelled.values())
        stem = self._lexicon.stem
        taken = {stem(word) for term in terms for word in words(term.text)}
        for phrase in self._split.phrases:
            is_taken = taken.issuperset(stem(word) for word in phrase.words)
            term = None if is_taken else of_phrase(phrase, heads, self._lexicon)
            if term is not None:
                if phrase.joined and terms and not term.owner:
                    term = replace(term, owner=terms[-1].owner)
                terms.append(term)
        return tuple(_meant(term, labelled) for term in _asked_for(terms)[:MOST])

    def _word_for_word(self, labels: Iterable[Term]) -> list[Term]:
        """What somebody named with several words is known by them, even where they would mean something else."""
        return [
            replace(term, owner=self._owner())
            for term in labels
            if term.text not in self._lexicon.labels and self._contains(words(term.text))
        ]

    def _contains(self, name: list[str]) -> bool:
        stems = [self._lexicon.stem(word) for word in name]
        starts = range(len(self._stems) - len(stems) + 1)
        return len(stems) > 1 and any(self._stems[at : at + len(stems)] == stems for at in starts)

    def _owner(self) -> str:
        return next((phrase.owner for phrase in self._split.phrases if phrase.owner), "")


def named(text: str) -> Owned | None:
    """What a thing is kept as that somebody calls so: "мои ключи" → Owned("keys", "my"). A kind the tables know has
    their label, everything else its own words. None when it names nothing, or what no question asks for ("all")."""
    known = lexicon()
    phrases = split(text, known, name=True).phrases
    if not phrases:
        return None
    phrase = phrases[0]
    owner = phrase.owner or last_name(phrase, known)
    if not known.names_something(phrase.words):
        return None
    term = of_phrase(phrase, (), known)
    if term is not None and term.known and not term.guessed and not term.qualities:
        label = min(term.heads) if len(term.heads) == 1 else known.kept_as.get(term.heads)
        if label is not None:
            return Owned(label, owner)
    return Owned(" ".join(phrase.texts) if owner else " ".join(text.split()), owner)


def _asked_for(terms: list[Term]) -> list[Term]:
    """Those that are known, else those that sound like it, else the last word nobody knows. What stands beside a
    known thing is chatter."""
    for wanted in (
        [term for term in terms if term.known and not term.guessed],
        [term for term in terms if term.known],
    ):
        if wanted:
            return wanted
    return terms[-1:]


class _Fit(IntEnum):
    NO = 0
    PERHAPS = 1
    SURELY = 2


def _meant(term: Term, labelled: Mapping[Owned, Term]) -> Meant:
    same_kind = {owned: label for owned, label in labelled.items() if label.heads & term.heads}
    term = _with_owner(term, same_kind)
    told_apart = not term.plainly or any(label.qualities for label in same_kind.values())
    fits = {
        owned: (_own(owned.owner, term.owner), _which(label.qualities, term.qualities, told_apart))
        for owned, label in same_kind.items()
    }
    alike = [owned for owned, fit in fits.items() if min(fit) is _Fit.PERHAPS]
    label = min(term.heads) if len(term.heads) == 1 else lexicon().kept_as.get(term.heads, "")
    return Meant(
        term.text,
        label if label in lexicon().labels and not term.qualities else "",
        term.owner,
        term.known,
        term.guessed,
        tuple(owned for owned, fit in fits.items() if min(fit) is _Fit.SURELY),
        tuple(alike),
        whose=any(fits[owned][0] is _Fit.PERHAPS for owned in alike),
        which=any(fits[owned][1] is _Fit.PERHAPS for owned in alike),
    )


def _own(kept: str, asked: str) -> _Fit:
    """Nobody's may be anybody's; another's is not."""
    if not asked or same_owner(kept, asked):
        return _Fit.SURELY
    return _Fit.NO if kept else _Fit.PERHAPS


def _which(kept: frozenset[str], asked: frozenset[str], told_apart: bool) -> _Fit:
    """told_apart: it matters which one, because several of the kind have names, or a quality was asked for that
    nobody can see in a label."""
    if not asked or kept == asked:
        return _Fit.SURELY
    if kept:
        return _Fit.PERHAPS if asked < kept else _Fit.NO  # a notebook, where a red notebook was taught
    return _Fit.PERHAPS if told_apart else _Fit.SURELY


def _with_owner(term: Term, same_kind: Mapping[Owned, Term]) -> Term:
    """ "ключи Анны": a word no table knows may be the name of somebody whose thing is known."""
    for owned in same_kind:
        for quality in term.qualities:
            if owned.owner not in ("", MINE) and bare_name(quality) == bare_name(owned.owner):
                return replace(term, owner=owned.owner, qualities=term.qualities - {quality}, plainly=True)
    return term
