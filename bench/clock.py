"""How long something takes, as several benchmarks measure it."""

import gc
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def seconds(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds of the processor, and what came of it."""
    gc.collect()
    gc.freeze()
    begun = time.process_time()
    found = work()
    return time.process_time() - begun, found
