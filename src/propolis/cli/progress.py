"""One line on a terminal's stderr while work takes longer than a second."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 1.0
"""Seconds without a word."""


@contextmanager
def progress(doing: str) -> Iterator[None]:
    """Say what is being done, and for how long, from the second second on; leave no trace."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    ticker = threading.Thread(target=_tick, args=(doing, done), daemon=True)
    ticker.start()
    try:
        yield
    finally:
        done.set()
        ticker.join()


def _tick(doing: str, done: threading.Event) -> None:
    started = time.monotonic()
    said = False
    while not done.wait(PATIENCE):
        said = True
        sys.stderr.write(f"\r\x1b[K{doing} … {time.monotonic() - started:.0f} s")
        sys.stderr.flush()
    if said:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
