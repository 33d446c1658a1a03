"""The wires as Markdown, with the drawings: what a maker reads, or hears, wire by wire."""

from __future__ import annotations

from hardware.params import load as load_params
from hardware.pins import Pins
from hardware.wiring import board, board_drawing
from hardware.wiring.drawings import file, other_pod, otherwise, standard
from hardware.wiring.harness import COLOURS, Harness
from hardware.wiring.schematic_words import WORDS, told

HEAD = {
    "en": ("no.", "colour", "from", "to", "in"),
    "ru": ("№", "цвет", "откуда", "куда", "в чём"),
}
MADE = "<!-- Generated from shared/pins.toml by `python -m hardware.wiring.build`. Do not edit. -->\n"
INTRO = {
    "en": """# Every wire

Drawings and tables are made from `shared/pins.toml`, as the firmware is. The tables say the same as the drawings;
whoever does not see a drawing needs only the table. Test every wire with a beeping multimeter before anything gets
power.

How pins are counted:

- **Raspberry Pi Pico**: USB socket up, chips toward you: pin 1 is the upper left one, 20 the lower left, 21 the lower
  right, 40 the upper right.
- **The Pi's header**: board flat, header at the far edge, USB sockets right: pin 1 is the left one of the near row,
  pin 2 the left one of the far row; the near row is odd, the far row even.
- **TO-92** (Q1, B1): flat side toward you, legs down: 1, 2, 3 from the left. Q1 is S, G, D; B1 is GND, DQ, VDD. Hold
  yours against its data sheet.
- **A switch** of four legs: two that lie diagonally are always different contacts.
""",
    "ru": """# Все провода

Чертежи и таблицы сделаны из `shared/pins.toml`, как и прошивка. В таблицах то же, что на чертежах; кто не видит
чертёж, обойдётся таблицей. Проверьте каждый провод мультиметром со звуком, прежде чем подавать питание.

Как считать выводы:

- **Raspberry Pi Pico**: разъём USB вверх, микросхемы к себе: вывод 1 слева вверху, 20 слева внизу, 21 справа внизу,
  40 справа вверху.
- **Разъём Pi**: плата лежит, разъём у дальнего края, гнёзда USB справа: вывод 1 — левый в ближнем ряду, вывод 2 —
  левый в дальнем; в ближнем ряду нечётные, в дальнем чётные.
- **TO-92** (Q1, B1): плоской стороной к себе, ножками вниз: 1, 2, 3 слева направо. Q1 — S, G, D; B1 — GND, DQ, VDD.
  Сверьте со своим листом данных.
- **Кнопка** с четырьмя ножками: две ножки по диагонали — всегда разные контакты.
""",
}
OTHER = {
    "en": (
        "If you build otherwise",
        "The pod with a spring motor and a measured cell",
        "The pod's circuit, built otherwise",
    ),
    "ru": (
        "Если собирать иначе",
        "Пульт с пружинным мотором и измерением элемента",
        "Схема пульта в другом варианте",
    ),
}
NOTES = {
    "en": {
        "pod": "The parts Q1, R1, R2 and D1 sit on the switch board, beside the switches.",
        "chest": "Resistors are soldered to the lights' long legs and covered with heat-shrink.",
        "power": "Ready cables. The bank feeds the Pi, the Pi feeds all the rest; nothing else has a supply.",
    },
    "ru": {
        "pod": "Детали Q1, R1, R2 и D1 стоят на плате кнопок, рядом с кнопками.",
        "chest": "Резисторы припаяны к длинным ножкам светодиодов и закрыты термоусадкой.",
        "power": "Готовые кабели. Аккумулятор питает Pi, Pi питает остальное; больше ничего не подключено к питанию.",
    },
}


def alt(harness: Harness, language: str) -> str:
    """A drawing in words."""
    wires, cables = len(harness.wires), len(harness.cables)
    boxes = [box for box in harness.boxes if box.kind.en != "rail"]
    what = ", ".join(f"{box.ref} {box.kind.of(language)}" for box in boxes)
    counted = {
        "en": f"{wires} wires in {cables} groups; the table below tells each of them.",
        "ru": f"Проводов {wires}, групп {cables}; все они в таблице ниже.",
    }
    return f"{harness.title.of(language)}: {what}. {counted[language]}"


def rows(harness: Harness, language: str) -> list[tuple[str, ...]]:
    """One wire a row, as HEAD has them, cable by cable."""
    kinds = {cable.ref: f"{cable.ref}, {cable.kind.of(language)}" for cable in harness.cables}
    found = []
    order = [cable.ref for cable in harness.cables]
    for number, wire in enumerate(sorted(harness.wires, key=lambda wire: order.index(wire.cable)), 1):
        colour = COLOURS[wire.colour][2] if language == "ru" else wire.colour
        ends = (
            f"{ref} {harness.box(ref).kind.of(language)}: {harness.box(ref).label(pin).of(language)}"
            for ref, pin in (wire.start, wire.end)
        )
        found.append((str(number), colour, *ends, kinds[wire.cable]))
    return found


def table(harness: Harness, language: str) -> str:
    """A Markdown table."""
    head = HEAD[language]
    lines = [head, ("---",) * len(head), *rows(harness, language)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def page(pins: Pins, language: str) -> str:
    """The text of README.md or README.ru.md."""
    parts = [MADE, INTRO[language]]
    for harness in standard(pins):
        parts.append(f"\n## {harness.title.of(language)}\n")
        parts.append(f"\n![{alt(harness, language)}]({file(harness.name, language, 'svg')})\n")
        parts.append(f"\n{NOTES[language][harness.name]}\n\n{table(harness, language)}")
        if harness.name == "pod":
            parts.append(f"\n### {WORDS[language]['title']}\n")
            parts.append(f"\n![{told(pins, language)}]({file('circuit', language, 'svg')})\n")
            parts.append(_board(pins, language))
    title, pod_title, circuit_title = OTHER[language]
    parts.append(f"\n## {title}\n")
    for harness in otherwise(pins):
        heading = pod_title if harness.name == "pod_extras" else harness.title.of(language)
        parts.append(
            f"\n### {heading}\n\n![{alt(harness, language)}]({file(harness.name, language, 'svg')})\n"
        )
        parts.append(f"\n{table(harness, language)}")
        if harness.name == "pod_extras":
            parts.append(f"\n### {circuit_title}\n")
            parts.append(
                f"\n![{told(other_pod(pins), language)}]({file('circuit_extras', language, 'svg')})\n"
            )
    return "".join(parts)


def _board(pins: Pins, language: str) -> str:
    """Where the parts go on the perforated board; nothing for a pod that has no layout."""
    if not board.fits(pins):
        return ""
    words = board_drawing.WORDS[language]
    picture = f"![{words['told']}]({file('board', language, 'svg')})"
    return f"\n### {words['title']}\n\n{picture}\n\n{board_drawing.tables(pins, load_params(), language)}"
