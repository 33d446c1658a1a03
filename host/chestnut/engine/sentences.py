"""Streamed pieces of text become sentences, in English and in Russian.

Character by character, so that what comes out does not depend on how the text was cut into pieces.
"""

from __future__ import annotations

import re

LONGEST = 200  # characters; what runs on is cut at a clause, so that speech goes on
SHORTEST_CUT = 80  # characters; a run-on is not cut before
LINE_ENDS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
DASHES = "-–—"
OPENING = {"«": "»", "“": "”", "„": "“", "(": ")", "[": "]"}

STOP = re.compile(r"""(?P<stop>[.!?…]+)(?P<closers>["'»”“’)\]*_`]*)\s?$""")
CLAUSE = re.compile(r"[,;:] | [-–—] ")
LAST_WORD = re.compile(r"([^\W\d_]+)\.$")
ONLY_NUMBER = re.compile(r"\W*\d{1,3}\.")

# Before these a full stop never ends a sentence.
TITLES = re.compile(
    "mr|mrs|ms|dr|prof|st|vs|gen|sen|rep|jr|sr|fig|eg|ie|approx|ca|cf|"
    "ул|им|тов|см|рис|стр|пер|пл|просп|наб|бул|ш|д|кв|корп|обл|р|тел|гл"
)
# These may end one, if a capital letter follows.
MAY_END = re.compile("etc|am|pm|inc|ltd|co|др|пр|руб|коп|тыс|млн|млрд|мин|сек|ч|кг|мл|л|мм|км|г|гг|в|вв|н|э")
NUMBERED = re.compile("no|nos|n|pp|p|vol|ch|art")  # may end one, but not before a number
PARTS = frozenset(("e", "g", "i", "a", "p", "m", "s", "u"))  # of "e.g.", "i.e.", "a.m.", "U.S."
# The last letter of the Russian "т. е.", "т. к.", "т. н.", "т. о." and of "т. д.", "т. п.", "т. ч.".
AFTER_T_NEVER, AFTER_T_MAY = frozenset("екно"), frozenset("дпч")


class Sentences:
    """Feed pieces as they come; each complete sentence comes out once, its white space single.

    A sentence ends at a stop that the next word confirms, at the end of a line (headings, lists), or, when it runs
    on, at a clause near LONGEST characters. Inside quotation marks and brackets no stop ends it.
    """

    def __init__(self) -> None:
        self._text = ""

    def feed(self, piece: str) -> list[str]:
        """The sentences that this piece completes, in order."""
        return [sentence for character in piece for sentence in self._push(character)]

    def end(self) -> list[str]:
        """The text is over: what is left, as a list of one or none. Then it can be fed anew."""
        return self._cut(len(self._text))

    def _push(self, character: str) -> list[str]:
        if character in LINE_ENDS:
            return self.end()
        if character.isspace():
            if self._text and not self._text.endswith(" "):
                self._text += " "
            return []
        done = self._cut(len(self._text)) if self._ends_before(character) else []
        self._text += character
        if len(self._text) > LONGEST:
            done += self._cut(self._clause_end())
        return done

    def _cut(self, at: int) -> list[str]:
        sentence, self._text = self._text[:at].strip(), self._text[at:].lstrip()
        return [sentence] if sentence else []

    def _clause_end(self) -> int:
        """Where to cut a run-on: after the last comma or dash, else at the last space, else where it is too long."""
        window = self._text[:LONGEST]
        clauses = [found.end() for found in CLAUSE.finditer(window) if found.end() >= SHORTEST_CUT]
        space = window.rfind(" ") + 1
        return clauses[-1] if clauses else space if space >= SHORTEST_CUT else LONGEST

    def _ends_before(self, following: str) -> bool:
        """Is the text so far a sentence, now that this character follows?"""
        found = STOP.search(self._text)
        if found is None or self._is_open():
            return False
        stop, closers = found["stop"], found["closers"]
        if not self._text.endswith(" "):
            return _ends_without_space(self._text, following)
        if following in DASHES:
            return stop == "." and not closers and not self._is_abbreviated(following)
        if stop != ".":
            return not (following.islower() and (closers or stop[0] in ".…"))
        if closers:
            return not following.islower()
        return not self._is_abbreviated(following)

    def _is_abbreviated(self, following: str) -> bool:
        """The text ends in "word. ": does the stop belong to the word?"""
        body = self._text.rstrip()
        if ONLY_NUMBER.fullmatch(body):
            return True  # "1." that begins a line of a list
        found = LAST_WORD.search(body)
        if found is None:
            return following.islower()
        word, before = found[1], body[: found.start()].rstrip()
        small = word.lower()
        if before.endswith(".") and before[-2:-1].lower() == "т" and small in AFTER_T_NEVER | AFTER_T_MAY:
            return small in AFTER_T_NEVER or not following.isupper()
        if small == "т" or (len(word) == 1 and word.isupper()):
            return True  # "т. е.", an initial
        if small == "г" and not before[-1:].isdigit():
            return True  # "г. Москва", but not "2020 г."
        if NUMBERED.fullmatch(small):
            return following.isdigit() or following in "№#"
        if small in PARTS and before.endswith("."):
            return small in "egiu" or not following.isupper()  # "e.g.", "i.e.", "a.m."
        if MAY_END.fullmatch(small):
            return not following.isupper() and not following.isdigit()
        return TITLES.fullmatch(small) is not None or (following.islower() and len(word) < 4)

    def _is_open(self) -> bool:
        """Does a quotation or a bracket stand open?"""
        closing: list[str] = []
        for at, character in enumerate(self._text):
            if closing and character == closing[-1]:
                closing.pop()
            elif character == '"' and not self._text[at - 1 : at].isdigit():
                closing.append('"')
            elif character in OPENING:
                closing.append(OPENING[character])
        return bool(closing)


def _ends_without_space(text: str, following: str) -> bool:
    """ "a cup.The table": the space was forgotten."""
    return following.isupper() and re.search(r"[^\W\d_A-ZА-ЯЁ]{3}[.!?…]+$", text) is not None
