"""Where packs are: what a package manager installed, and the folders of the settings. Nothing of them is run."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from chestnut.runtime.packs.pack import PREFIX, Found

GROUP = "chestnut.skills"
MOST = 20  # packs


def find(folders: Iterable[str], installed: Iterable[EntryPoint] | None = None) -> tuple[Found, ...]:
    """folders: each a pack itself, or a folder of packs. installed: of GROUP, by default those of this environment.
    One that cannot be found has a lack."""
    points = entry_points(group=GROUP) if installed is None else installed
    found = [_installed(point) for point in sorted(points, key=lambda point: point.name)]
    for folder in folders:
        found += _in_folder(Path(folder).expanduser())
    return tuple(found[:MOST])


def _installed(point: EntryPoint) -> Found:
    module = point.value.partition(":")[0]
    again = f"install the package of {point.name} again, or remove it with pip"
    if module != PREFIX + point.name:
        wanted = f'{point.name} = "{PREFIX}{point.name}" under [project.entry-points."{GROUP}"]'
        return Found(point.name, Path(), True, f"its entry point names {point.value}; write {wanted}")
    try:
        spec = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        spec = None
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    if not places:
        return Found(point.name, Path(), True, f"there is no package {module}; {again}")
    return Found(point.name, Path(places[0]), True)


def _in_folder(folder: Path) -> Iterator[Found]:
    try:
        inside = [folder] if (folder / "__init__.py").is_file() else sorted(folder.iterdir())
    except OSError as error:
        why = f"cannot read {folder}: {error.strerror}; correct packs.folders in the settings"
        yield Found(folder.name or str(folder), folder, lack=why)
        return
    packs = [path for path in inside if path.name.startswith(PREFIX) and (path / "__init__.py").is_file()]
    for path in packs:
        yield Found(path.name.removeprefix(PREFIX), path)
    if not packs:
        why = f"no pack is in {folder}: put a folder {PREFIX}NAME with an __init__.py there"
        yield Found(folder.name or str(folder), folder, lack=why)
