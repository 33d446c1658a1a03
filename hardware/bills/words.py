"""The words of the bill, in both languages."""

from __future__ import annotations

EN_INTRO = """\
Prices and weights are typical ones of {date}, from memory: where “checked” says no, nobody held part, shop or data
sheet against the line; “in part” means that something of it was found in a data sheet or a report, which
[parts.toml](../parts.toml) names. Weigh and compare before you rely on a sum. In brackets: the part's name in the
[drawings of the wires](../wiring/README.md). For distributors: [bom.csv](bom.csv),
[bom_options.csv](bom_options.csv).
"""
RU_INTRO = """\
Цены и массы — обычные для {date} года, по памяти: где в столбце «проверено» стоит «нет», никто не сверял строку с
деталью, магазином или листом данных; «частично» — что-то найдено в листе данных или статье, они названы в
[parts.toml](../parts.toml). Взвесьте и сравните, прежде чем верить сумме. В скобках — обозначение на
[чертежах проводов](../wiring/README.ru.md). Для магазинов: [bom.csv](bom.csv), [bom_options.csv](bom_options.csv).
"""
WORDS = {
    "en": {
        "title": "Bill of materials",
        "intro": EN_INTRO,
        "sums": "In all",
        "price": "Price of the standard build, with a spool of filament",
        "unchecked": "{count} of {lines} lines are not checked; without tools, postage and tax",
        "weight_note": "not weighed; prints by the slicer",
        "worn": "All that is worn",
        "printing": "Printing",
        "sliced": "{slicer}, not printed yet",
        "by_volume": "as a solid body, an upper bound; not sliced",
        "lasts": "An hour of mixed use, and how long a bank of 37 Wh lasts",
        "model": "a model, not measured; {least} to {most} h",
        "printed": "Printed parts",
        "power": "Power",
        "power_intro": "A model, not a measurement: [docs/power.md](../../docs/power.md) says what it is made of.",
        "options": "Built otherwise",
        "options_intro": "Each changes the standard build. Those that do not replace the same part can be joined.",
        "change": "Left out: {gone}. Price {usd} USD, weight {grams} g.",
        "nothing": "nothing",
        "tools": "Tools",
        "any": "any make",
        "yes": "yes",
        "partly": "in part",
        "no": "no",
        "g": "g",
        "h": "h",
        "w": "W",
    },
    "ru": {
        "title": "Спецификация",
        "intro": RU_INTRO,
        "sums": "Всего",
        "price": "Цена обычной сборки с катушкой прутка",
        "unchecked": "не проверено строк: {count} из {lines}; без инструментов, доставки и налогов",
        "weight_note": "не взвешено; печать по слайсеру",
        "worn": "Всё, что на теле",
        "printing": "Печать",
        "sliced": "{slicer}, ещё не напечатано",
        "by_volume": "как сплошное тело, оценка сверху; не нарезано",
        "lasts": "Час смешанной работы и на сколько хватит аккумулятора 37 Вт·ч",
        "model": "модель, не измерено; от {least} до {most} ч",
        "printed": "Печатные детали",
        "power": "Питание",
        "power_intro": "Модель, не измерение: из чего она сложена, сказано в [docs/power.md](../../docs/power.md).",
        "options": "Если собирать иначе",
        "options_intro": "Каждый вариант меняет обычную сборку. Варианты с разными деталями можно соединять.",
        "change": "Не нужно: {gone}. Цена {usd} USD, масса {grams} г.",
        "nothing": "ничего",
        "tools": "Инструменты",
        "any": "любой",
        "yes": "да",
        "partly": "частично",
        "no": "нет",
        "g": "г",
        "h": "ч",
        "w": "Вт",
    },
}
HEADS = {
    "en": {
        "parts": ("qty", "part", "make", "g each", "USD each", "checked", "steps", "instead"),
        "sums": ("what", "how much", "how sure"),
        "printed": ("qty", "part", "file", "g", "h:min", "told by"),
        "power": ("while", "W", "h, likely", "h, all at its worst", "h, all at its best"),
    },
    "ru": {
        "parts": (
            "шт.",
            "деталь",
            "изготовитель",
            "г за шт.",
            "USD за шт.",
            "проверено",
            "шаги",
            "вместо неё",
        ),
        "sums": ("что", "сколько", "насколько верно"),
        "printed": ("шт.", "деталь", "файл", "г", "ч:мин", "откуда"),
        "power": ("занятие", "Вт", "ч, скорее всего", "ч, если всё хуже", "ч, если всё лучше"),
    },
}
PLACES = {
    "en": {
        "chest": "On the chest",
        "pod": "In the hand: the pod",
        "strap": "Straps and cables",
        "belt": "On the belt",
        "head": "On the head",
        "": "Not worn",
    },
    "ru": {
        "chest": "На груди",
        "pod": "В руке: пульт",
        "strap": "Ремни и кабели",
        "belt": "На поясе",
        "head": "На голове",
        "": "Не на теле",
    },
}
POWER = {
    "en": {
        "resting": "resting",
        "watching": "watching (Companion)",
        "describing": "describing",
        "reading": "reading aloud",
        "finding": "finding",
        "spelling": "spelling (Signs)",
        "thinking": "the language model at work",
        "mixed": "**an hour of mixed use**",
    },
    "ru": {
        "resting": "покой",
        "watching": "наблюдение (Спутник)",
        "describing": "описание",
        "reading": "чтение вслух",
        "finding": "поиск",
        "spelling": "чтение букв (Жесты)",
        "thinking": "работа языковой модели",
        "mixed": "**час смешанной работы**",
    },
}
TOOLS = {"en": ("tool", "for what"), "ru": ("инструмент", "для чего")}
