"""One drawing: pieces in, an SVG and a PNG out. Colours by a depth buffer, lines as vectors, numbers beside it."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, field

import numpy as np
from PIL import Image
from scipy import ndimage

from hardware.pictures import callouts, lines, raster
from hardware.pictures.palette import paletted
from hardware.pictures.surface import Surface
from hardware.pictures.view import View

SUPERSAMPLING = 2
MARGIN_PX = 34.0
CALLOUT_MARGIN_PX = 110.0
INK = "#16181d"
GHOST_INK = "#8b9099"
ACCENT = "#c2185b"
GHOST = np.array([0.90, 0.91, 0.925])
LIGHT = np.array(
    [-0.35, 0.45, 0.82]
)  # from above, a little from the left, in picture directions: right, toward, up
SHADES = 24
SLACK_MM = 0.22
OUTLINE_PX, INNER_PX, GHOST_PX = 3.0, 1.5, 1.0


@dataclass(frozen=True)
class Item:
    """A piece in a picture. `colours` (n, 3) of its surface's triangles, 0 to 1.

    `ghost`: it was there before, and is grey. `number` 0: without a call-out.
    `path`: where the piece goes, as an offset in mm from where it is drawn: a dashed arrow; with `trail` a fine line,
    where there is nothing else.
    """

    name: str
    surface: Surface
    colours: np.ndarray
    ghost: bool = False
    number: int = 0
    path: tuple[float, float, float] | None = None
    trail: bool = False


@dataclass
class Drawing:
    """What was drawn: SVG text, the view, which item stands at each pixel, and the call-outs with their anchors."""

    svg: str
    view: View
    owners: np.ndarray
    callouts: list[callouts.Callout] = field(default_factory=list)

    def png(self) -> bytes:
        """The picture with a palette, so that flat colours stay small."""
        import cairosvg

        picture = Image.open(
            io.BytesIO(cairosvg.svg2png(bytestring=self.svg.encode(), background_color="white"))
        )
        out = io.BytesIO()
        paletted(picture).save(out, "PNG", optimize=True)
        return out.getvalue()


def draw(items: list[Item], view: View, width: int = 1280, height: int = 960, pen: float = 1.0) -> Drawing:
    """Draw the items as seen by `view`, as large as they fit; what stays empty above and below is cut off.

    `pen` makes all lines thicker or finer.
    """
    numbered = any(item.number for item in items)
    side = CALLOUT_MARGIN_PX if numbered else MARGIN_PX
    points = np.concatenate([item.surface.corners.reshape(-1, 3) for item in items])
    fitted = view.fitted(points, width, height, (side, MARGIN_PX, side, MARGIN_PX))
    spread = np.ptp(fitted.pixels(points)[:, 1]) + 2 * MARGIN_PX
    height = min(height, int(np.ceil(spread / 2)) * 2)
    fitted = view.fitted(points, width, height, (side, MARGIN_PX, side, MARGIN_PX))
    fine = View(
        fitted.right,
        fitted.up,
        fitted.toward,
        fitted.scale * SUPERSAMPLING,
        (fitted.shift[0] * SUPERSAMPLING, fitted.shift[1] * SUPERSAMPLING),
    )
    owners, colours, depths = _painted(items, fine, width * SUPERSAMPLING, height * SUPERSAMPLING)
    strokes = []
    farthest = lines.farthest_around(depths)
    for index, item in enumerate(items):
        segments = np.concatenate([item.surface.edges, lines.horizons(item.surface, fine.toward)])
        strokes.append(lines.visible(segments, index, fine, owners, farthest, SLACK_MM))
    coarse = owners[::SUPERSAMPLING, ::SUPERSAMPLING]
    found = []
    for number in sorted({item.number for item in items if item.number}):
        places = [
            (index, callouts.anchor(coarse, index))
            for index, item in enumerate(items)
            if item.number == number
        ]
        seen = [(index, place) for index, place in places if place is not None]
        if seen:
            index, place = max(seen, key=lambda entry: (int((coarse == entry[0]).sum()), -entry[0]))
            found.append((number, index, place))
    marks = callouts.placed(found, coarse) if found else []
    svg = _svg(items, fitted, colours, strokes, marks, (width, height), pen, coarse)
    return Drawing(svg, fitted, coarse, marks)


def _painted(
    items: list[Item], view: View, width: int, height: int
) -> tuple[np.ndarray, Image.Image, np.ndarray]:
    """Item at each fine pixel, the picture at half that size, and the fine depth buffer."""
    corners = np.concatenate([item.surface.corners for item in items])
    normals = np.concatenate([item.surface.normals for item in items]).mean(axis=1)
    owner_of = np.repeat(np.arange(len(items)), [len(item.surface.corners) for item in items])
    front = normals @ view.toward > -0.2
    corners, normals, owner_of = corners[front], normals[front], owner_of[front]
    triangles, depths = raster.nearest(view.pixels(corners), view.depth(corners), width, height)
    light = LIGHT[0] * view.right + LIGHT[1] * view.toward + LIGHT[2] * view.up
    light /= np.linalg.norm(light)
    shade = 0.62 + 0.38 * np.clip(normals @ light, 0, 1)
    shade = np.round(shade * SHADES) / SHADES
    base = np.concatenate(
        [
            np.broadcast_to(GHOST, item.colours.shape) if item.ghost else item.colours * 0.78 + 0.22
            for item in items
        ]
    )[front]
    strength = np.array([0.55 if item.ghost else 1.0 for item in items])
    table = base * (1 - (1 - shade) * strength[owner_of])[:, None]
    there = triangles >= 0
    picture = np.ones((height, width, 3), np.float32)
    picture[there] = table[triangles[there]]
    picture *= _hollows(depths, there, view.scale)[:, :, None]
    owners = np.where(there, owner_of[np.maximum(triangles, 0)], raster.BACKGROUND)
    image = Image.fromarray((picture.clip(0, 1) * 255).round().astype(np.uint8))
    return (
        owners,
        image.resize((width // SUPERSAMPLING, height // SUPERSAMPLING), Image.Resampling.BOX),
        depths,
    )


def _hollows(depths: np.ndarray, there: np.ndarray, scale: float) -> np.ndarray:
    """A little darkness where the surroundings stand nearer to the viewer: (h, w) factors. So depth is seen."""
    shadow = np.zeros(depths.shape, np.float32)
    ground = np.where(there, depths, -1e4).astype(np.float32)
    for radius_mm in (1.2, 2.6, 5.0):
        radius = max(1, round(radius_mm * scale))
        for angle in np.arange(8) * np.pi / 4:
            shifted = _shifted(ground, round(radius * np.cos(angle)), round(radius * np.sin(angle)))
            nearer = shifted - ground
            shadow += np.where(nearer < radius_mm * 2.5, np.clip(nearer / radius_mm - 0.15, 0, 1), 0)
    shadow = ndimage.uniform_filter(shadow, max(3, round(0.5 * scale)))
    factor = 1 - 0.36 * np.clip(shadow / 24 - 0.07, 0, 1)
    return np.where(there, np.round(factor * 32) / 32, 1.0)


def _shifted(values: np.ndarray, x: int, y: int) -> np.ndarray:
    padded = np.pad(values, ((abs(y), abs(y)), (abs(x), abs(x))), mode="edge")
    return padded[abs(y) + y : abs(y) + y + values.shape[0], abs(x) + x : abs(x) + x + values.shape[1]]


def _svg(
    items: list[Item],
    view: View,
    colours: Image.Image,
    strokes: list[lines.Strokes],
    marks: list[callouts.Callout],
    size: tuple[int, int],
    pen: float,
    owners: np.ndarray,
) -> str:
    width, height = size
    layer = io.BytesIO()
    paletted(colours).save(layer, "PNG", optimize=True)
    encoded = base64.b64encode(layer.getvalue()).decode()
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}">',
        f'<image width="{width}" height="{height}" xlink:href="data:image/png;base64,{encoded}"/>',
        _paths(items, view, owners),
        '<g fill="none" stroke-linecap="round" stroke-linejoin="round">',
    ]
    kinds = (
        (True, False, GHOST_INK, GHOST_PX),
        (True, True, GHOST_INK, INNER_PX),
        (False, False, INK, INNER_PX),
        (False, True, INK, OUTLINE_PX),
    )
    for ghost, outline, ink, thick in kinds:
        path = "".join(
            f"M{a[0]:.1f} {a[1]:.1f}L{b[0]:.1f} {b[1]:.1f}"
            for stroke in strokes
            if items[stroke.piece].ghost == ghost
            for a, b in stroke.ends[stroke.outline == outline] / SUPERSAMPLING
        )
        if path:
            parts.append(f'<path stroke="{ink}" stroke-width="{thick * pen:g}" d="{path}"/>')
    parts.append("</g>")
    parts += [_mark(mark) for mark in marks]
    parts.append("</svg>")
    return "\n".join(part for part in parts if part)


def _paths(items: list[Item], view: View, owners: np.ndarray) -> str:
    """Dashed lines along which pieces go to their place, with a head where they arrive."""
    drawn = []
    for index, item in enumerate(items):
        if item.path is None:
            continue
        low, high = item.surface.box
        start, end = view.pixels(np.stack([(low + high) / 2, (low + high) / 2 + np.array(item.path)]))
        length = float(np.hypot(*(end - start)))
        if length < 14:
            continue
        along = (end - start) / length
        samples = start + along * np.arange(0, length, 1.0)[:, None]
        if item.trail:
            drawn.append(_trail(samples, lines.at(owners, samples) == raster.BACKGROUND))
            continue
        inside = lines.at(owners, samples) == index
        leaves = int(np.flatnonzero(inside)[-1]) + 8 if inside.any() else 0
        if length - leaves < 10:
            continue
        first = start + along * leaves
        side = np.array([-along[1], along[0]])
        head = [end, end - along * 15 + side * 7, end - along * 15 - side * 7]
        corners = " ".join(f"{x:.1f},{y:.1f}" for x, y in head)
        stop = end - along * 12
        line = f"M{first[0]:.1f} {first[1]:.1f}L{stop[0]:.1f} {stop[1]:.1f}"
        drawn.append(
            f'<path d="{line}" stroke="#fff" stroke-width="6"/>'
            f'<path d="{line}" stroke="{ACCENT}" stroke-width="2.4" stroke-dasharray="9 6"/>'
            f'<polygon points="{corners}" fill="{ACCENT}" stroke="#fff" stroke-width="1.5"/>'
        )
    return f'<g fill="none">{"".join(drawn)}</g>' if drawn else ""


def _trail(samples: np.ndarray, free: np.ndarray) -> str:
    """A fine line through the samples (n, 2) that stand on the background."""
    ends = np.flatnonzero(np.diff(np.concatenate([[0], free.astype(int), [0]])))
    stretches = [(first, last) for first, last in ends.reshape(-1, 2) if last - first > 3]
    path = "".join(
        f"M{samples[first][0]:.1f} {samples[first][1]:.1f}L{samples[last - 1][0]:.1f} {samples[last - 1][1]:.1f}"
        for first, last in stretches
    )
    return (
        f'<path d="{path}" stroke="{GHOST_INK}" stroke-width="1.3" stroke-dasharray="7 5"/>' if path else ""
    )


def _mark(mark: callouts.Callout) -> str:
    (ax, ay), (cx, cy) = mark.anchor, mark.circle
    away = np.array([ax - cx, ay - cy])
    from_x, from_y = np.array([cx, cy]) + away / np.hypot(*away) * callouts.RADIUS_PX
    line = f"M{from_x:.1f} {from_y:.1f}L{ax:.1f} {ay:.1f}"
    return (
        f'<g><path d="{line}" stroke="#fff" stroke-width="6" fill="none"/>'
        f'<path d="{line}" stroke="{ACCENT}" stroke-width="2.6" fill="none"/>'
        f'<circle cx="{ax:.1f}" cy="{ay:.1f}" r="6.5" fill="{ACCENT}" stroke="#fff" stroke-width="2"/>'
        f'<circle cx="{cx:.1f}" cy="{cy:.1f}" r="{callouts.RADIUS_PX}" fill="{ACCENT}"/>'
        f'<text x="{cx:.1f}" y="{cy + 10:.1f}" font-family="DejaVu Sans, sans-serif" font-weight="bold" '
        f'font-size="27" fill="#fff" text-anchor="middle">{mark.number}</text></g>'
    )
