"""What a model consists of: pieces, each printed or bought, in its place.

Millimetres. X to the wearer's right, Y forward (away from the body), Z up. The chest unit's origin is the middle of
the body side of its back plate; the pod's is the middle of its back, its face looks along Y.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from build123d import Location, Part

Colour = tuple[float, float, float]
Millimetres = tuple[float, float, float]

SHELL: Colour = (0.45, 0.24, 0.14)  # chestnut
PLATE: Colour = (0.30, 0.31, 0.34)
ACCENT: Colour = (0.93, 0.62, 0.16)
BOARD: Colour = (0.10, 0.44, 0.27)
METAL: Colour = (0.72, 0.73, 0.75)
BRASS: Colour = (0.80, 0.64, 0.28)
BLACK: Colour = (0.13, 0.13, 0.14)


@dataclass(frozen=True)
class Piece:
    """One thing a maker holds in the hand.

    name: unique, snake_case; a bought part has its id of parts.toml, with "_2" and so on where there are several.
    shape: in its place in the assembled unit. colour: red, green, blue from 0 to 1, of the pictures.
    printed: made by the maker's printer. lay: moves the shape from its place to the printing bed, flat side on z = 0.
    flies: where it goes in an exploded view. part: id in parts.toml, "" when printed.
    step: the step of the guide in which it is mounted, such as "chest-3".
    tones: the same shape as several bodies, each with its colour; empty when `colour` is all.
    """

    name: str
    shape: Part
    colour: Colour
    printed: bool = False
    lay: Location = field(default_factory=Location)
    flies: Millimetres = (0.0, 0.0, 0.0)
    part: str = ""
    step: str = ""
    tones: tuple[tuple[Part, Colour], ...] = ()

    @property
    def on_bed(self) -> Part:
        """The shape as it is printed, lowest point on z = 0, middle of its outline on the origin."""
        laid = self.lay * self.shape
        box = laid.bounding_box()
        middle = box.center()
        return Location((-middle.X, -middle.Y, -box.min.Z)) * laid
