"""A device that lives inside the tests' own process lives without a network too, as every command of it does."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from chestnut.engine.offline import forbid_network

Result = TypeVar("Result")


def sealed(work: Callable[[], Result]) -> Result:
    """Done in a thread that is refused every socket but local ones, with all the threads and processes it begins. It
    ends with the work; the rest of the process, such as a browser beside the page, keeps its network."""
    with ThreadPoolExecutor(1, "sealed", forbid_network) as thread:
        return thread.submit(work).result()
