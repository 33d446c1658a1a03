"""A sentence of a model without the marks that are not to be spoken."""

from __future__ import annotations

import html
import re
import unicodedata

from chestnut.engine.truth.words import LanguageWords

SPOKEN_SYMBOLS = frozenset("°№%€$₽£+&=×÷±§©™")
# By such marks a model tells who speaks: start_of_turn and the like in angle brackets, INST, "Assistant:".
TURN = re.compile(
    r"<[|/]?(?:start_of_turn|end_of_turn|turn|eos|bos|pad|unk|im_start|im_end|system|user|model|assistant"
    r"|[\w ]{1,20}\|)"
    r"[|]?>(?:\s*(?:model|user|system|assistant)\b:?)?|\[/?(?:INST|SYS)\]|<</?SYS>>"
    r"|^\W*(?:model|assistant|user|system|response|answer|bot|ai)\s*:\s*",
    re.IGNORECASE,
)
COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|<\||\|>|[<>]{2,}")
PICTURE = re.compile(r"!\[([^\[\]]*)\]\([^()]*\)")
LINK = re.compile(r"\[([^\[\]]*)\]\([^()]*\)|\[([^\[\]]*)\]\[[^\[\]]*\]")
ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.\w\S*", re.IGNORECASE)
FENCE = re.compile(r"`{3,}\w*|~{3,}\w*|`+")
LATEX = re.compile(
    r"\\(?:text|mathrm|mathbf|textbf|textit|emph)\{([^{}]*)\}|\$\$?([^$]*[\\^_{}][^$]*)\$\$?|\\[()\[\]]"
)
LATEX_COMMAND = re.compile(r"\\[a-zA-Z]+\*?|[\\{}^]")
LINE_START = re.compile(
    r"^\s*(?:#{1,6}(?=\s|\w)|>+|[-*+•·‣▪–—](?=\s|\w)|\d{1,2}[.)](?=\s+\D)|\(?[a-zа-я]\)(?=\s))\s*"
)
EMPHASIS = re.compile(r"\*+|(?<!\w)_+|_+(?!\w)|~~|__+")
TABLE_RULE = re.compile(r"^[\s|:+=*_#.-]+$")
SPACE_BEFORE_STOP = re.compile(r"\s+([,.;:!?…](?!\w))")
REPEATED_STOP = re.compile(r"([,;:])(?:\s*[,;:])+")
EDGE = " ,;|"


def clean(text: str, known: LanguageWords) -> str:
    """What is left to be spoken: one line of plain words, "" when nothing is. Cleaning again changes nothing."""
    while (cleaned := _once(text, known)) != text:
        text = cleaned
    return text


def _once(text: str, known: LanguageWords) -> str:
    text = html.unescape(unicodedata.normalize("NFC", text))
    text = COMMENT.sub(" ", TURN.sub(" ", text))
    text = TAG.sub("", text)
    text = LINK.sub(lambda found: found[1] or found[2] or " ", PICTURE.sub(r" \1 ", text))
    text, addresses = ADDRESS.subn(" ", text)
    if addresses and _says_nothing(text, known):
        return ""
    text = _without_latex(FENCE.sub(" ", text))
    text = EMPHASIS.sub("", LINE_START.sub("", text))
    if TABLE_RULE.fullmatch(text):
        return ""
    text = text.replace("|", ", ")
    text = " ".join("".join(_mark(mark) for mark in text).split())
    text = SPACE_BEFORE_STOP.sub(r"\1", REPEATED_STOP.sub(r"\1", text)).strip(EDGE)
    text = _without_preamble(text, known)
    return text if any(mark.isalnum() for mark in text) else ""


def _says_nothing(text: str, known: LanguageWords) -> bool:
    """ "The website is", without its address."""
    said = re.findall(r"\w+", text.casefold())
    return len(said) < 2 or said[-1] in known.copula


def _without_latex(text: str) -> str:
    text = LATEX.sub(lambda found: found[1] or found[2] or " ", text)
    return LATEX_COMMAND.sub(" ", text) if "\\" in text else text


def _mark(mark: str) -> str:
    """Emoji, arrows and control characters are silent; invisible ones vanish, so that no word is cut by them."""
    if mark in SPOKEN_SYMBOLS:
        return mark
    category = unicodedata.category(mark)
    if category in ("Cf", "Cc", "Cs", "Co", "Cn", "Me") or mark in "\ufe0e\ufe0f":
        return " " if mark.isspace() else ""
    return " " if category in ("So", "Sm", "Sk", "Zl", "Zp", "Zs") else mark


def _without_preamble(text: str, known: LanguageWords) -> str:
    found = known.preambles.match(text)
    if found is None or not found.end():
        return text
    rest = text[found.end() :].lstrip(EDGE + ".!:—–-")
    return rest[:1].upper() + rest[1:]
