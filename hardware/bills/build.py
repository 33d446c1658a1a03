"""Writes the bill. Run: python -m hardware.bills.build [--check]; first asks the slicer, where there is one."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from hardware import parts
from hardware.bills import page, printed, slicing

HERE = Path(__file__).parent


def texts() -> dict[str, str]:
    """File name -> its text. Raises BadParts, BadPrinted."""
    options = tuple(option.id for option in parts.load().options)
    return {
        "bom.csv": page.sheet(),
        "bom_options.csv": page.sheet(*options, only=True),
        "bom.md": page.page("en"),
        "bom.ru.md": page.page("ru"),
    }


def build(out: Path) -> None:
    """For `make hardware`; the bill is kept with the project, so nothing goes to `out`."""
    if shutil.which("prusa-slicer"):
        slicing.main()
        printed.load.cache_clear()
    for name, text in texts().items():
        if not (HERE / name).exists() or (HERE / name).read_text(encoding="utf-8") != text:
            (HERE / name).write_text(text, encoding="utf-8")


def stale() -> list[str]:
    """Files that are not as they would be written now."""
    return [
        name
        for name, text in texts().items()
        if not (HERE / name).exists() or (HERE / name).read_text(encoding="utf-8") != text
    ]


def main(arguments: list[str] | None = None) -> int:
    """0 written or fresh, 1 stale, 2 one of its sources is wrong."""
    parser = argparse.ArgumentParser(description="Write the bill of materials.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file is stale")
    check = parser.parse_args(arguments).check
    try:
        if not check:
            build(HERE)
        late = stale()
    except (parts.BadParts, printed.BadPrinted) as error:
        print(error, file=sys.stderr)
        return 2
    for name in late:
        print(f"{name}: older than its sources; run make hardware ROOM=bills", file=sys.stderr)
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
