"""Licences, safety and manifest: figures are the program's own, links lead somewhere, texts are whole."""

from __future__ import annotations

import hashlib
import re
import tomllib
from functools import cache

import pytest

from bench.power import load_model
from hardware.pins import ROOT

HARDWARE = ROOT / "hardware"
PAGES = ("README.md", "README.ru.md", "SAFETY.md", "SAFETY.ru.md", "wiring/README.md", "wiring/README.ru.md")
# What the standard asks of a manifest; `repo` is the publisher's.
REQUIRED = ("okhv", "name", "version", "license", "licensor", "function", "documentation-language")


@cache
def constants(file: str) -> dict[str, float]:
    """NAME = number of a Python file, and NAME, OTHER = number, number."""
    found: dict[str, float] = {}
    for names, values in re.findall(
        r"^([A-Z_]+(?:, [A-Z_]+)*) = ([0-9., ]+)", (ROOT / file).read_text(encoding="utf-8"), re.M
    ):
        for name, value in zip(names.split(", "), values.split(","), strict=False):
            found[name] = float(value)
    return found


@pytest.mark.parametrize("page", ["SAFETY.md", "SAFETY.ru.md"])
def test_the_heat_rule_is_the_programs(page):
    care = constants("host/chestnut/core/care.py")
    text = (HARDWARE / page).read_text(encoding="utf-8")
    told = [int(degrees) for degrees in re.findall(r"^\| \D*(\d+) °C \|", text, re.M)]
    assert told == [
        care[name] for name in ("SLOW_C", "STOP_C", "COOL_C", "CHIP_SLOW_C", "CHIP_STOP_C", "CHIP_COOL_C")
    ]


@pytest.mark.parametrize("page", ["SAFETY.md", "SAFETY.ru.md"])
def test_other_limits_are_the_programs(page):
    text = (HARDWARE / page).read_text(encoding="utf-8")
    assert f" {constants('mcu/limits.py')['MOTOR_MAX_MS']:g} " in text
    (warn,) = re.findall(
        r"^WARN_PERCENT = \((\d+), (\d+), (\d+)\)",
        (ROOT / "host/chestnut/core/care.py").read_text(encoding="utf-8"),
        re.M,
    )
    assert re.search(rf"{warn[0]}, {warn[1]} (and|и) {warn[2]} ", text)
    (limit,) = re.findall(
        r"limit_dba: int = (\d+)", (ROOT / "host/chestnut/runtime/settings.py").read_text(encoding="utf-8")
    )
    assert re.search(rf"{limit} (dB\(A\)|дБ\(А\))", text)


@pytest.mark.parametrize(
    ("page", "unit"), [("SAFETY.md", "watts into heat"), ("SAFETY.ru.md", "ватт, в покое")]
)
def test_the_watts_are_the_power_models(page, unit):
    text = (HARDWARE / page).read_text(encoding="utf-8")
    model = load_model()
    assert f" {model.draw('thinking').likely:.0f} {unit}" in text
    assert re.search(rf"(at rest about|в покое около) {model.draw('resting').likely:.0f}\b", text)


def test_the_devices_own_page_of_safety_tells_the_same_degrees():
    told = (ROOT / "docs/safety.md").read_text(encoding="utf-8")
    care = constants("host/chestnut/core/care.py")
    for name in ("SLOW_C", "STOP_C", "COOL_C"):
        assert f"{care[name]:g} °C" in told


@pytest.mark.parametrize(
    "said",
    [
        ("Not a medical device and not a mobility aid", "не медицинское изделие и не средство передвижения"),
        ("clip that opens by itself", "замком, который раскрывается сам"),
        ("No bare cells", "Никаких голых элементов"),
        ("UN 38.3", "UN 38.3"),
        ("never printed", "никогда не печатались"),
    ],
)
def test_the_warnings_that_count_stand_in_both_languages(said):
    english = "".join((HARDWARE / page).read_text(encoding="utf-8") for page in ("README.md", "SAFETY.md"))
    russian = "".join(
        (HARDWARE / page).read_text(encoding="utf-8") for page in ("README.ru.md", "SAFETY.ru.md")
    )
    assert said[0] in re.sub(r"\s+", " ", english)
    assert said[1] in re.sub(r"\s+", " ", russian)


def test_both_languages_of_safety_have_the_same_chapters_and_as_many_points():
    english, russian = (
        (HARDWARE / page).read_text(encoding="utf-8") for page in ("SAFETY.md", "SAFETY.ru.md")
    )
    for mark in ("\n## ", "\n- ", "\n| "):
        assert english.count(mark) == russian.count(mark), mark


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere_and_pictures_are_told(page):
    text = (HARDWARE / page).read_text(encoding="utf-8")
    for shown, alt, target in re.findall(r"(!?)\[([^\]]*)\]\(([^)#\s]+)[^)]*\)", text):
        if shown:
            assert len(alt) > 30, target
        if not target.startswith("http"):
            assert ((HARDWARE / page).parent / target).exists(), target


def test_the_licences_texts_are_whole_and_unchanged():
    whole = {
        "LICENSE": "d6475a84171f0cf7ff52667dea714df268fc65cea42f0bf328b0b70d4cd0ebab",
        "LICENSE.documents": "cde7883b9050a1104f4ac19a1572aafd6e5d7323b68351aaf51fbf4beba54966",
    }
    for name, digest in whole.items():
        assert hashlib.sha256((HARDWARE / name).read_bytes()).hexdigest() == digest
    assert (
        (HARDWARE / "LICENSE")
        .read_text(encoding="utf-8")
        .startswith("CERN Open Hardware Licence Version 2 - Strongly Reciprocal")
    )


def test_every_package_that_draws_or_tests_the_hardware_has_its_licence_told():
    told = (ROOT / "LICENSES.md").read_text(encoding="utf-8").casefold()
    lines = (HARDWARE / "requirements.in").read_text(encoding="utf-8").splitlines()
    names = [re.split(r"[=<>#\s]", line)[0] for line in lines if line and not line.startswith("#")]
    of_tests = {"pytest", "pytest-xdist", "hypothesis"}  # not told of the device's own tests either
    assert [name for name in names if name not in of_tests and name not in told] == []


def test_the_manifest_has_what_the_standard_asks():
    text = (HARDWARE / "okh.toml").read_text(encoding="utf-8")
    manifest = tomllib.loads(text)
    for key in REQUIRED:
        assert manifest[key], key
    assert manifest["license"] == "CERN-OHL-S-2.0"
    assert (
        manifest["version"]
        == tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    )
    assert manifest["technology-readiness-level"] in {f"OTRL-{level}" for level in range(1, 7)}
    if "repo" in manifest:
        assert re.match(r"https?://", manifest["repo"])
    else:
        assert "`repo`, the web address" in text.replace("\n# ", " ")


def test_the_manifests_paths_lead_somewhere():
    manifest = tomllib.loads((HARDWARE / "okh.toml").read_text(encoding="utf-8"))
    keys = (
        "readme",
        "contribution-guide",
        "bom",
        "manufacturing-instructions",
        "user-manual",
        "risk-assessment",
    )
    paths = [manifest[key] for key in keys] + manifest["source"] + manifest["export"]
    paths += [image["location"] for image in manifest["image"]]
    paths += [path for software in manifest["software"] for path in software.values()]
    assert [path for path in paths if not (ROOT / path).exists()] == []
