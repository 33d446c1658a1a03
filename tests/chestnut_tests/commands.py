"""chestnut's commands, run in this process as people and scripts run them."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

from chestnut.cli.main import main


def chestnut(*arguments: str | Path) -> tuple[int, str, str]:
    """Status, standard output, standard error."""
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        status = main([*map(str, arguments)])
    return status, out.getvalue(), err.getvalue()


def answer(*arguments: str | Path) -> dict[str, Any]:
    """The one JSON object of what was answered, or honestly refused."""
    status, out, err = chestnut(*arguments, "--json")
    assert status == 0, err
    (line,) = out.splitlines()
    data: dict[str, Any] = json.loads(line)
    return data


def error(*arguments: str | Path) -> str:
    """The one line of a wrong use."""
    status, out, err = chestnut(*arguments)
    assert status == 2, (out, err)
    (line,) = err.splitlines()
    return line
