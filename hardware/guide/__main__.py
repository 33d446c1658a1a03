"""`python -m hardware.guide` writes the made blocks of the guide's pages anew; with `--check` it only compares."""

from __future__ import annotations

import sys

from hardware.guide import gallery, pages, steps


def main(arguments: list[str]) -> int:
    """0 when all is as it should be; 1 when --check found a page that lags."""
    lagging = []
    for file, page, language in pages.files():
        text = file.read_text(encoding="utf-8")
        wanted = pages.filled(text, page, language)
        if text != wanted:
            lagging.append(f"{language}/{file.name}")
            if "--check" not in arguments:
                file.write_text(wanted, encoding="utf-8")
    for language in steps.LANGUAGES:
        gallery_file = gallery.file(language)
        if not gallery_file.exists() or gallery_file.read_text(encoding="utf-8") != gallery.text(language):
            lagging.append(gallery_file.name)
    if "--check" not in arguments:
        gallery.write()
    if "--check" in arguments and lagging:
        print(
            f"these pages lag behind steps.toml, parts.toml or the pictures: {', '.join(lagging)}; run make hardware"
        )
        return 1
    print(f"guide: {len(pages.files())} pages, {len(lagging)} written anew")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
