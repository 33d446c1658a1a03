"""The perforated board as a drawing of both its sides, and as a table of holes."""

from __future__ import annotations

from hardware.params import Params
from hardware.pins import Pins, key_name
from hardware.wiring import board
from hardware.wiring.harness import COLOURS
from hardware.wiring.sheet import Sheet

PITCH = 30.0
TOP, SIDE, GAP = 190.0, 72.0, 40.0
BELOW = {("R1", "1"), ("M1", "+")}  # whose names would lie on others
NET_COLOURS = {
    "ground": "#1a1a1a",
    "supply": "#c62828",
    "motor": "#8d8d8d",
    "motor_low": "#00838f",
    "skin": "#6d4c41",
}
WORDS = {
    "en": {
        "title": "The pod's board",
        "front": "Front: switches and parts, toward the caps",
        "back": "Back: bare wires, toward the Pico (mirrored)",
        "told": "Both sides of the perforated board: left the front with five switches and four small parts between "
        "them, right the back, mirrored, with the bare wires that join their legs. The tables below tell every hole.",
        "legs": ("part", "leg", "column, row", "joined with"),
        "tracks": ("what it carries", "from hole to hole"),
        "key": "key",
        "wire": "wire from the Pico",
        "holes": "Columns count from the left, rows from below, seen from the front.",
    },
    "ru": {
        "title": "Плата пульта",
        "front": "Лицо: кнопки и детали, к колпачкам",
        "back": "Изнанка: голые провода, к Pico (зеркально)",
        "told": "Обе стороны макетной платы: слева лицо с пятью кнопками и четырьмя мелкими деталями между ними, "
        "справа изнанка, зеркально, с голыми проводами между ножками. Таблицы ниже называют каждое отверстие.",
        "legs": ("деталь", "ножка", "столбец, ряд", "с чем соединена"),
        "tracks": ("что несёт", "от отверстия к отверстию"),
        "key": "кнопка",
        "wire": "провод от Pico",
        "holes": "Столбцы считаются слева, ряды снизу, если смотреть с лица.",
    },
}


def draw(pins: Pins, params: Params, language: str) -> bytes:
    """SVG, the same bytes for the same pins and sizes."""
    return _Board(pins, params, language).svg()


def tables(pins: Pins, params: Params, language: str) -> str:
    """Two Markdown tables: legs by part, bare wires by what they carry."""
    words = WORDS[language]
    nets = board.nets(pins)
    rows = [words["legs"], ("---",) * 4]
    for (ref, pin), hole in sorted(board.legs(pins, params).items(), key=lambda item: _order(item[0])):
        rows.append(
            (*_called(ref, pin, pins, language), board.told(hole), _net(nets[ref, pin], pins, language))
        )
    wires = [words["tracks"], ("---",) * 2]
    for net, tracks in board.TRACKS.items():
        for track in tracks:
            wires.append((_net(net, pins, language), " → ".join(board.told(hole) for hole in track)))
    lines = ["".join(f"| {' | '.join(row)} |\n" for row in table) for table in (rows, wires)]
    return f"{words['holes']}\n\n{lines[0]}\n{lines[1]}"


def _order(end: tuple[str, str]) -> tuple[str, str]:
    ref, pin = end
    return ("~" if ref == "U1" else ref, pin)


def _called(ref: str, pin: str, pins: Pins, language: str) -> tuple[str, str]:
    if ref == "U1":
        entry = next((entry for entry in pins.entries if entry.name == pin), None)
        colour = entry.wire if entry else {"3V3": "red", "GND": "black"}[pin]
        return WORDS[language]["wire"], COLOURS[colour][2] if language == "ru" else colour
    return ref, {"data": {"en": "data", "ru": "данные"}[language], "-": "−"}.get(pin, pin)


def _net(net: str, pins: Pins, language: str) -> str:
    if net in board.NET_WORDS:
        return board.NET_WORDS[net].of(language)
    return f"{WORDS[language]['key']} {key_name(net, 'ru') if language == 'ru' else net.capitalize()}"


class _Board:
    def __init__(self, pins: Pins, params: Params, language: str) -> None:
        self.pins, self.params, self.language = pins, params, language
        self.words = WORDS[language]
        self.columns, self.rows = (round(count) for count in params.pod.board_grid)
        width = 2 * (2 * SIDE + (self.columns - 1) * PITCH) + GAP
        self.sheet = Sheet(round(width), self.words["title"], self.words["told"])
        self.mirrored = False

    def svg(self) -> bytes:
        self.sheet.text(24, 40, self.words["title"], size=24, bold=True)
        self.side(self.words["front"])
        self.tracks(dashed=True)
        self.parts()
        self.mirrored = True
        self.side(self.words["back"])
        self.tracks(dashed=False)
        self.ends()
        return self.sheet.svg(round(TOP + (self.rows - 1) * PITCH + 2 * SIDE - 40))

    def at(self, column: float, row: float) -> tuple[float, float]:
        """Pixels. The back is seen from behind, so its columns run the other way."""
        across = (self.columns - 1 - column) if self.mirrored else column
        left = SIDE + (2 * SIDE + (self.columns - 1) * PITCH + GAP) * self.mirrored
        return left + across * PITCH, TOP + (self.rows - 1 - row) * PITCH

    def side(self, title: str) -> None:
        left, top = min(self.at(0, 0)[0], self.at(self.columns - 1, 0)[0]), self.at(0, self.rows - 1)[1]
        wide, high = (self.columns - 1) * PITCH, (self.rows - 1) * PITCH
        pod = self.params.pod
        scale = PITCH / pod.grid
        beside, above = (pod.board[0] * scale - wide) / 2, (pod.board[1] * scale - high) / 2
        self.sheet.text(left + wide / 2, top - above - 16, title, "middle", 16, bold=True)
        self.sheet.box(left - beside, top - above, wide + 2 * beside, high + 2 * above, "#efe3cd")
        across, up = (
            (apart * scale - length) / 2 for apart, length in zip(pod.board_holes, (wide, high), strict=True)
        )
        for x in (left - across, left + wide + across):
            for y in (top - up, top + high + up):
                self.sheet.ring(x, y, pod.board_hole / 2 * scale)
        for column in range(self.columns):
            x, y = self.at(column, self.rows - 1)
            self.sheet.text(x, y - 20, str(column + 1), "middle", 11)
        for row in range(self.rows):
            self.sheet.text(left - 20, self.at(0, row)[1] + 4, str(row + 1), "middle", 11)
        for column in range(self.columns):
            for row in range(self.rows):
                self.sheet.spot(*self.at(column, row), 2.2, "#b9a582")

    def tracks(self, dashed: bool) -> None:
        for net, tracks in board.TRACKS.items():
            for track in tracks:
                points = [self.at(*hole) for hole in track]
                self.sheet.track(points, NET_COLOURS[net], 2.0 if dashed else 5.0, dashed)

    def parts(self) -> None:
        grid = self.params.pod.grid
        for name, (column, row) in board.keys(self.params).items():
            x, y = self.at(column, row)
            half = 6.0 / grid * PITCH
            self.sheet.box(x - half, y - half, 2 * half, 2 * half, "#4a4a4d")
            self.sheet.ring(x, y, 3.5 / grid * PITCH)
            number = self.pins.names.index(name) + 1
            called = key_name(name, "ru") if self.language == "ru" else name.capitalize()
            self.sheet.text(x, y - 2, f"S{number}", "middle", 13, bold=True)
            self.sheet.text(x, y + 13, called, "middle", 10)
            for leg in board.switch_legs(self.params)[name]:
                self.sheet.spot(*self.at(*leg), 5, "#c9c9c9")
        for body in board.bodies(self.params):
            self.lead(body.ref)
            x, y = self.at(*body.middle)
            wide, high = body.size[0] * PITCH, body.size[1] * PITCH
            self.sheet.box(x - wide / 2, y - high / 2, wide, high, "#fff")
            if body.ref == "D1":  # its stripe is at K, below
                self.sheet.wire((x - wide / 2, y + high / 2 - 7), (x + wide / 2, y + high / 2 - 7))
            self.sheet.text(x, y + 5, body.ref, "middle", 12, bold=True)

    def lead(self, ref: str) -> None:
        holes = [self.at(*hole) for (of, _), hole in board.LEGS.items() if of == ref]
        self.sheet.track(holes, "#777", 3.0, False)
        for hole in holes:
            self.sheet.spot(*hole, 5, "#c9c9c9")

    def ends(self) -> None:
        """On the back: each leg as solder, wires of the Pico in their colours, names beside them."""
        for (ref, pin), hole in board.legs(self.pins, self.params).items():
            x, y = self.at(*hole)
            if ref == "U1":
                colour = _wire_colour(pin, self.pins)
                self.sheet.spot(x, y, 7, COLOURS[colour][1])
                shown = COLOURS[colour][2] if self.language == "ru" else colour
            else:
                self.sheet.spot(x, y, 5.5, "#c9c9c9")
                shown = f"{ref} {_called(ref, pin, self.pins, self.language)[1]}"
            if ref == "U1" or (ref, pin) in BELOW:
                self.sheet.label(x, y + 16, shown)
            elif ref[0] != "S":
                self.sheet.label(x, y - 8, shown)
        for name, four in board.switch_legs(self.params).items():
            for leg in set(four) - set(board.legs(self.pins, self.params).values()):
                self.sheet.spot(*self.at(*leg), 4, "#e4e4e4")
            x, y = self.at(*board.keys(self.params)[name])
            self.sheet.text(x, y + 5, f"S{self.pins.names.index(name) + 1}", "middle", 13, bold=True)


def _wire_colour(pin: str, pins: Pins) -> str:
    return next(
        (entry.wire for entry in pins.entries if entry.name == pin),
        {"3V3": "red", "GND": "black"}.get(pin, ""),
    )
