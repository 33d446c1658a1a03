"""The bill as CSV for distributors and as Markdown for people, in two languages."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from hardware import parts
from hardware.bills import bill, printed
from hardware.bills.words import HEADS, PLACES, POWER, TOOLS, WORDS
from hardware.guide import steps
from hardware.parts import Part

MADE = (
    "<!-- Generated from parts.toml, steps and prints by `python -m hardware.bills.build`. Do not edit. -->\n"
)
CSV_HEAD = ("References", "Qty", "Description", "Manufacturer", "MPN", "USD each, not checked")


def sheet(*options: str, only: bool = False) -> str:
    """CSV of the standard build with these options, or of what they add alone."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_HEAD if not only else ("Option", *CSV_HEAD))
    references = bill.references()
    for part in parts.load().build(*options):
        if only and not part.option:
            continue
        refs = ",".join(references.get(part.id, ()))
        row = (refs, part.qty, part.name_en, part.maker, part.mpn, f"{part.price_usd:.2f}")
        writer.writerow((part.option, *row) if only else row)
    return out.getvalue()


def number(value: float, language: str, places: int = 0) -> str:
    shown = f"{value:.{places}f}"
    return shown.replace(".", ",") if language == "ru" else shown


def rows(head: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    head = tuple(head)
    cells = (head, ("---",) * len(head), *(tuple(line) for line in lines))
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


def _steps(part: Part) -> str:
    used = bill.used_in().get(part.id, {})
    return ", ".join(step if count == part.qty else f"{step} ({count})" for step, count in used.items())


def _line(part: Part, language: str) -> tuple[str, ...]:
    words = WORDS[language]
    refs = ", ".join(bill.references().get(part.id, ()))
    return (
        str(part.qty),
        part.name(language) + (f" ({refs})" if refs else ""),
        " ".join(word for word in (part.maker, part.mpn) if word) or words["any"],
        number(part.grams, language, 1),
        number(part.price_usd, language, 2),
        words["yes" if part.checked else "partly" if part.source else "no"],
        _steps(part) or "–",
        "; ".join(part.instead(language)) or "–",
    )


def page(language: str) -> str:
    """The text of bom.md or bom.ru.md."""
    words, heads, every = WORDS[language], HEADS[language], parts.load()
    build = every.build()
    text = [MADE, f"# {words['title']}\n\n", words["intro"].format(date=every.price_date)]
    text += [f"\n## {words['sums']}\n\n", _sums(language)]
    for place, listed in bill.by_place(build).items():
        if listed:
            text += [
                f"\n## {PLACES[language][place]}\n\n",
                rows(heads["parts"], (_line(part, language) for part in listed)),
            ]
    text += [f"\n## {words['printed']}\n\n", _printed(language)]
    text += [f"\n## {words['power']}\n\n{words['power_intro']}\n\n", _power(language)]
    text += [f"\n## {words['options']}\n\n{words['options_intro']}\n", *_options(language)]
    tools = (
        (tool.name_ru, tool.use_ru) if language == "ru" else (tool.name_en, tool.use_en)
        for tool in every.tools
    )
    text += [f"\n## {words['tools']}\n\n", rows(TOOLS[language], tools)]
    return "".join(text)


def _sums(language: str) -> str:
    words, total = WORDS[language], bill.totals()
    unchecked = words["unchecked"].format(count=total.unchecked, lines=total.lines)
    lines = [(words["price"], f"{number(total.usd, language)} USD", unchecked)]
    for place, grams in total.grams.items():
        lines.append(
            (PLACES[language][place], f"{number(grams, language)} {words['g']}", words["weight_note"])
        )
    lines.append((words["worn"], f"{number(total.worn_grams, language)} {words['g']}", words["weight_note"]))
    hours = number(total.printed_minutes / 60, language, 1)
    told = words["sliced"].format(slicer=printed.slicer()) if total.all_sliced else words["by_volume"]
    lines.append(
        (
            words["printing"],
            f"{number(total.printed_grams, language)} {words['g']}, {hours} {words['h']}",
            told,
        )
    )
    mixed = bill.power_rows()[-1]
    draw, lasts = mixed[1], mixed[2]
    shown = (
        f"{number(draw.likely, language, 1)} {words['w']}, {number(lasts.likely, language, 1)} {words['h']}"
    )
    least, most = number(lasts.low, language, 1), number(lasts.high, language, 1)
    lines.append((words["lasts"], shown, words["model"].format(least=least, most=most)))
    return rows(HEADS[language]["sums"], lines)


def _printed(language: str) -> str:
    words, names = WORDS[language], steps.names()
    lines = []
    for part in printed.load():
        hours = f"{int(part.minutes) // 60}:{int(part.minutes) % 60:02}" if part.sliced else "–"
        name = names.get(part.name, {}).get(language, part.name)
        how = words["sliced"].format(slicer=printed.slicer()) if part.sliced else words["by_volume"]
        lines.append(("1", name, f"`{part.name}.stl`", number(part.grams, language, 1), hours, how))
    return rows(HEADS[language]["printed"], lines)


def _power(language: str) -> str:
    lines = (
        (
            POWER[language][name],
            *(number(value, language, 1) for value in (draw.likely, lasts.likely, lasts.low, lasts.high)),
        )
        for name, draw, lasts in bill.power_rows()
    )
    return rows(HEADS[language]["power"], lines)


def _signed(value: int) -> str:
    return f"{'+' if value > 0 else '−' if value < 0 else '±'}{abs(value)}"


def _options(language: str) -> list[str]:
    words, every = WORDS[language], parts.load()
    text = []
    for option in every.options:
        usd, grams = bill.difference(option)
        name, why = (option.name_ru, option.why_ru) if language == "ru" else (option.name_en, option.why_en)
        gone = "; ".join(every.part(id).name(language) for id in option.replaces) or words["nothing"]
        signed = (_signed(round(value)) for value in (usd, grams))
        text.append(f"\n### {name}\n\n{why[0].upper()}{why[1:]}.\n\n")
        text.append(words["change"].format(gone=gone, usd=next(signed), grams=next(signed)) + "\n\n")
        added = (part for part in every.parts if part.option == option.id)
        text.append(rows(HEADS[language]["parts"], (_line(part, language) for part in added)))
    return text
