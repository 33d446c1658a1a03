"""Draw the guide's pictures: `python -m hardware.pictures [NAME ...]`; without names all of them.

PNG files go to hardware/guide/img with legend.json, which says what the numbers mean; the same drawings as SVG, with
vector lines, go to build/hardware/pictures.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from hardware.pictures import front, scenes
from hardware.pictures.drawing import draw

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "hardware/guide/img"
VECTORS = ROOT / "build/hardware/pictures"
LEGEND = IMAGES / "legend.json"


def main(names: list[str]) -> int:
    """Draw, and keep the legend of pictures that are not drawn now."""
    for folder in (IMAGES, VECTORS):
        folder.mkdir(parents=True, exist_ok=True)
    legend = json.loads(LEGEND.read_text(encoding="utf-8")) if names and LEGEND.exists() else {}
    for name in names or scenes.all_scenes():
        began = time.monotonic()
        scene = scenes.scene(name)
        drawing = draw(list(scene.items), scene.view, scene.width, scene.height, scene.pen)
        png = drawing.png()
        (IMAGES / f"{name}.png").write_bytes(png)
        (VECTORS / f"{name}.svg").write_text(drawing.svg, encoding="utf-8")
        seen = {mark.number for mark in drawing.callouts}
        legend[name] = [
            [number, key, count] for number, (key, count) in enumerate(scene.legend, 1) if number in seen
        ]
        print(f"{name}.png  {len(png) / 1024:.0f} KB  {time.monotonic() - began:.1f} s")
    front.write(IMAGES)
    order = [name for name in scenes.all_scenes() if name in legend]
    lines = [f"  {json.dumps(name)}: {json.dumps(legend[name])}" for name in order]
    LEGEND.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
