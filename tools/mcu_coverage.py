"""Which statements of the firmware the tests execute under MicroPython. Run: make mcu-coverage.

The interpreter has no sys.settrace, so a copy of the firmware is made in build/covered in which each statement says
its number first; the tests of the pod run on it (CHESTNUT_FIRMWARE) and the numbers are gathered. The pure parts are
tested under CPython as well; that is not counted here.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict

from tools.pod_files import NOT_ON_THE_POD, PROJECT

COPY = PROJECT / "build" / "covered"
REPORT = PROJECT / "build" / "mcu_coverage.json"
TESTS = ("tests/mcu", "tests/contract/test_pod.py")
ELSEWHERE = ("tests/mcu/test_flash.py", "tests/mcu/test_endurance.py")  # they compile or count the originals

RECORDER = '''
"""Notes each statement once; allocates nothing, for an interrupt may be running."""
_seen = bytearray(%d)
_number = bytearray(2)
_file = open(%r, "ab")


def hit(number):
    if not _seen[number]:
        _seen[number] = 1
        _number[0] = number & 255
        _number[1] = number >> 8
        _file.write(_number)
'''


class _Marked(ast.NodeTransformer):
    """Puts `covered.hit(n)` before each statement. lines: the line of each number so far, with its file."""

    def __init__(self, file: str, lines: list[tuple[str, int]]) -> None:
        self._file = file
        self._lines = lines

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                setattr(node, name, self._marked(block))
        return node

    def visit_If(self, node: ast.If) -> ast.AST:  # the name is ast's
        if ast.unparse(node.test) == "MYPY":
            return node  # read by the type checker alone
        return self.generic_visit(node)

    def _marked(self, block: list[ast.stmt]) -> list[ast.stmt]:
        marked: list[ast.stmt] = []
        for statement in block:
            words = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            if not words:
                marked += ast.parse(f"covered.hit({len(self._lines)})").body
                self._lines.append((self._file, statement.lineno))
            marked.append(statement)
        return marked


def copy() -> list[tuple[str, int]]:
    """Write the marked copy; the file and line of each number."""
    shutil.rmtree(COPY, ignore_errors=True)
    shutil.copytree(PROJECT / "mcu" / "sim", COPY / "mcu" / "sim")
    lines: list[tuple[str, int]] = []
    for folder in ("mcu", "shared/chestnut_wire"):
        (COPY / folder).mkdir(parents=True, exist_ok=True)
        for path in sorted((PROJECT / folder).glob("*.py")):
            if path.name in NOT_ON_THE_POD:
                continue
            tree = _Marked(f"{folder}/{path.name}", lines).visit(ast.parse(path.read_text(encoding="utf-8")))
            text = "import covered\n" + ast.unparse(ast.fix_missing_locations(tree)) + "\n"
            (COPY / folder / path.name).write_text(text, encoding="utf-8")
    recorder = RECORDER % (len(lines), str(COPY / "hits"))
    (COPY / "mcu" / "sim" / "covered.py").write_text(recorder, encoding="utf-8")
    return lines


def main() -> int:
    lines = copy()
    command = [sys.executable, "-m", "pytest", *TESTS, *(f"--ignore={name}" for name in ELSEWHERE)]
    done = subprocess.run(
        command, cwd=PROJECT, env={**os.environ, "CHESTNUT_FIRMWARE": str(COPY)}, check=False
    )
    hits = COPY / "hits"
    data = hits.read_bytes() if hits.exists() else b""
    seen = {int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)}
    missed: defaultdict[str, list[int]] = defaultdict(list)
    total: defaultdict[str, int] = defaultdict(int)
    for number, (file, line) in enumerate(lines):
        total[file] += 1
        if number not in seen:
            missed[file].append(line)
    for file, count in total.items():
        lacking = ", ".join(map(str, sorted(set(missed[file]))))
        print(f"{file:38} {count - len(missed[file]):4} of {count:4}  {lacking}")
    shares = {}
    for title, room in (("mcu", "mcu/"), ("chestnut_wire with the host's halves", "shared/"), ("both", "")):
        count = sum(of for file, of in total.items() if file.startswith(room))
        executed = count - sum(len(lacks) for file, lacks in missed.items() if file.startswith(room))
        shares[title] = round(100 * executed / count, 1)
        print(f"statements executed under MicroPython, {title}: {executed} of {count}, {shares[title]} %")
    REPORT.write_text(json.dumps({"percent": shares, "missed": missed}, indent=1), encoding="utf-8")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
