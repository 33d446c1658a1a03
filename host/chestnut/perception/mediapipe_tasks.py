"""Opening a MediaPipe task, and handing it a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chestnut_models import ModelDamaged, ModelMissing

from chestnut.core.scene import Frame
from chestnut.perception.frames import Picture, picture_of

# Narrower pictures make the graph fail, or say nothing about the world.
SHORTEST_SIDE_PX = 8


def open_task(kind: Any, options: Any, path: Path) -> Any:
    """Create a task. Raises ModelMissing, also where MediaPipe itself cannot be loaded, or ModelDamaged, with the
    remedy."""
    if not path.is_file():
        raise ModelMissing(f"model file {path.name} is missing: run make models")
    try:
        return kind.create_from_options(options)
    except OSError as error:  # the model is there: it is MediaPipe's own library, or one that it needs
        raise ModelMissing(
            f"MediaPipe cannot be loaded ({error}): sudo apt install libgles2 libegl1, or run make setup"
        ) from error
    except (RuntimeError, ValueError) as error:
        raise ModelDamaged(f"model file {path.name} is damaged: run make models") from error


def usable_picture(frame: Frame, longest_side_px: int) -> Picture | None:
    """The frame's picture, or None when it is too small to hold anything. Raises ValueError for no picture."""
    picture = picture_of(frame, longest_side_px)
    return picture if min(picture.shape[:2]) >= SHORTEST_SIDE_PX else None
