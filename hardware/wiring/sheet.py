"""A sheet of a circuit: wires and the usual signs, as SVG. Pixels, x to the right, y down. Same calls, same bytes."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

INK = "#222"
FONT = "DejaVu Sans, Arial, sans-serif"
Point = tuple[float, float]


class Sheet:
    """Collects signs; `svg` gives the file."""

    def __init__(self, width: int, title: str, told: str) -> None:
        """told: what a reader who does not see the drawing is told of it."""
        self.width = width
        self.title = title
        self.told = told
        self.signs: list[str] = []

    def svg(self, height: int) -> bytes:
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {height}" width="{self.width}" '
            f'height="{height}" role="img" aria-labelledby="title told" font-family="{FONT}">\n'
            f'<title id="title">{escape(self.title)}</title>\n<desc id="told">{escape(self.told)}</desc>\n'
            f'<rect width="{self.width}" height="{height}" fill="#fff"/>\n'
        )
        return (head + "\n".join(self.signs) + "\n</svg>\n").encode()

    def text(
        self,
        x: float,
        y: float,
        text: str,
        anchor: str = "start",
        size: int = 15,
        bold: bool = False,
        **data: str,
    ) -> None:
        weight = ' font-weight="bold"' if bold else ""
        extra = "".join(f" data-{name}={quoteattr(value)}" for name, value in data.items())
        self.signs.append(
            f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-size="{size}"{weight}{extra} fill="{INK}">'
            f"{escape(text)}</text>"
        )

    def wire(self, *points: Point, colour: str = INK, net: str = "") -> None:
        """A coloured wire has a dark edge, so that yellow and white are seen."""
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        data = f" data-net={quoteattr(net)}" if net else ""
        thick = 2 if colour == INK else 3
        if colour != INK:
            self.signs.append(f'<polyline points="{path}" fill="none" stroke="{INK}" stroke-width="5"/>')
        self.signs.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{thick}"{data}/>'
        )

    def dot(self, x: float, y: float) -> None:
        self.signs.append(f'<circle cx="{x:g}" cy="{y:g}" r="4.5" fill="{INK}"/>')

    def spot(self, x: float, y: float, radius: float, colour: str) -> None:
        self.signs.append(f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{colour}"/>')

    def label(self, x: float, y: float, text: str, size: int = 10) -> None:
        """Small and readable over wires: pale around its letters."""
        common = f'x="{x:g}" y="{y:g}" text-anchor="middle" font-size="{size}"'
        self.signs.append(
            f'<text {common} stroke="#efe3cd" stroke-width="4" aria-hidden="true">{escape(text)}</text>'
        )
        self.signs.append(f'<text {common} fill="{INK}">{escape(text)}</text>')

    def track(self, points: list[Point], colour: str, thick: float, dashed: bool) -> None:
        """A bare wire; dashed where it lies behind."""
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        dashes = ' stroke-dasharray="6 4"' if dashed else ""
        self.signs.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{thick:g}" '
            f'stroke-linejoin="round" stroke-linecap="round"{dashes}/>'
        )

    def ring(self, x: float, y: float, radius: float) -> None:
        self.signs.append(
            f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="#fff" stroke="{INK}" stroke-width="2"/>'
        )

    def box(self, x: float, y: float, width: float, height: float, fill: str = "#f4efe8") -> None:
        self.signs.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6" fill="{fill}" '
            f'stroke="{INK}" stroke-width="2"/>'
        )

    def shape(self, *points: Point) -> None:
        path = " ".join(f"{x:g},{y:g}" for x, y in points)
        self.signs.append(f'<polygon points="{path}" fill="{INK}"/>')

    def ground(self, x: float, y: float) -> None:
        """Below a wire that ends at x, y."""
        self.wire((x, y), (x, y + 10))
        for half, down in ((14, 10), (9, 16), (4, 22)):
            self.wire((x - half, y + down), (x + half, y + down))

    def supply(self, x: float, y: float, name: str) -> None:
        """Above a wire that ends at x, y."""
        self.wire((x, y), (x, y - 10))
        self.wire((x - 12, y - 10), (x + 12, y - 10))
        self.text(x, y - 16, name, "middle", bold=True)

    def resistor(self, x: float, top: float, bottom: float, ref: str, value: str) -> None:
        """Upright, with its name to the right."""
        middle = (top + bottom) / 2
        self.wire((x, top), (x, bottom))
        self.box(x - 8, middle - 18, 16, 36, "#fff")
        self.text(x + 16, middle - 2, ref, bold=True)
        self.text(x + 16, middle + 16, value)

    def switch(self, x: float, y: float, ref: str) -> Point:
        """A push button from x to the right, its knob above. Where it ends."""
        self.wire((x, y), (x + 20, y))
        self.wire((x + 60, y), (x + 80, y))
        self.ring(x + 20, y, 4)
        self.ring(x + 60, y, 4)
        self.wire((x + 18, y - 12), (x + 62, y - 12))
        self.wire((x + 40, y - 12), (x + 40, y - 22))
        self.wire((x + 32, y - 22), (x + 48, y - 22))
        self.text(x + 40, y + 20, ref, "middle", bold=True)
        return x + 80, y

    def mosfet(self, x: float, y: float, ref: str, name: str) -> tuple[Point, Point]:
        """N-channel, the gate at x, y. Where drain (above) and source (below) end."""
        self.wire((x, y), (x + 14, y))
        self.wire((x + 14, y - 20), (x + 14, y + 20))
        for low, high in ((-22, -10), (-6, 6), (10, 22)):
            self.wire((x + 22, y + low), (x + 22, y + high))
        self.wire((x + 22, y - 16), (x + 44, y - 16), (x + 44, y - 44))
        self.wire((x + 22, y + 16), (x + 44, y + 16), (x + 44, y + 44))
        self.wire((x + 22, y), (x + 44, y), (x + 44, y + 16))
        self.shape((x + 22, y), (x + 33, y - 6), (x + 33, y + 6))
        self.text(x + 60, y - 2, ref, bold=True)
        self.text(x + 60, y + 16, name)
        for letter, across, down in (("G", 4, -6), ("D", 50, -30), ("S", 50, 40)):
            self.text(x + across, y + down, letter, size=12)
        return (x + 44, y - 44), (x + 44, y + 44)

    def diode(self, x: float, top: float, bottom: float, ref: str, name: str) -> None:
        """Upright, its stripe above: it lets current up only. With the bend of a Schottky diode."""
        middle = (top + bottom) / 2
        self.wire((x, top), (x, bottom))
        self.shape((x - 12, middle + 10), (x + 12, middle + 10), (x, middle - 10))
        self.wire((x - 14, middle - 4), (x - 14, middle - 10), (x + 14, middle - 10), (x + 14, middle - 16))
        self.text(x + 22, middle - 2, ref, bold=True)
        self.text(x + 22, middle + 16, name)

    def motor(self, x: float, top: float, bottom: float, ref: str, name: str) -> None:
        """Upright, plus above, its name to the left."""
        middle = (top + bottom) / 2
        self.wire((x, top), (x, bottom))
        self.ring(x, middle, 20)
        self.text(x, middle + 6, "M", "middle", 17, bold=True)
        self.text(x + 6, middle - 26, "+", size=14)
        self.text(x - 28, middle - 2, ref, "end", bold=True)
        self.text(x - 28, middle + 16, name, "end")
