"""Where a picture is looked at from: parallel projection, so that lengths can be compared along the edges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class View:
    """Unit vectors in the model: `right` and `up` in the picture, `toward` the viewer; `scale` pixels per millimetre.

    A point p stands at pixel (p·right·scale + shift_x, −p·up·scale + shift_y); nearer has more depth, p·toward.
    """

    right: np.ndarray
    up: np.ndarray
    toward: np.ndarray
    scale: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)

    def pixels(self, points: np.ndarray) -> np.ndarray:
        """(…, 3) mm → (…, 2) pixels, y down."""
        x = points @ self.right * self.scale + self.shift[0]
        y = -(points @ self.up) * self.scale + self.shift[1]
        return np.stack([x, y], axis=-1)

    def depth(self, points: np.ndarray) -> np.ndarray:
        """(…, 3) mm → (…) mm toward the viewer."""
        return points @ self.toward

    def fitted(
        self, points: np.ndarray, width: int, height: int, margins: tuple[float, float, float, float]
    ) -> View:
        """The view in which all `points` (n, 3) fit between the `margins` (left, top, right, bottom), in pixels."""
        left, top, right, bottom = margins
        x, y = points @ self.right, points @ self.up
        wide, high = max(np.ptp(x), 1e-6), max(np.ptp(y), 1e-6)
        scale = min((width - left - right) / wide, (height - top - bottom) / high)
        middle_x, middle_y = (x.max() + x.min()) / 2, (y.max() + y.min()) / 2
        shift_x = left + (width - left - right) / 2 - middle_x * scale
        shift_y = top + (height - top - bottom) / 2 + middle_y * scale
        return View(self.right, self.up, self.toward, float(scale), (float(shift_x), float(shift_y)))


def looking_from(direction: tuple[float, float, float], up: tuple[float, float, float] = (0, 0, 1)) -> View:
    """A view from `direction`, with `up` upright in the picture as far as it can be."""
    toward = np.array(direction, float)
    toward /= np.linalg.norm(toward)
    right = np.cross(np.array(up, float), toward)
    if np.linalg.norm(right) < 1e-6:  # straight from above or below
        right = np.array([1.0, 0.0, 0.0])
    right /= np.linalg.norm(right)
    return View(right, np.cross(toward, right), toward)
