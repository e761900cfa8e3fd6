"""Start-up: `propolis --help` against a bare interpreter, measured in turns in one run."""

import statistics
import subprocess
import sys
import time

ROUNDS = 15
LIMIT = 0.200
"""Seconds that `propolis --help` may take beyond `python -c pass`."""

BARE = [sys.executable, "-c", "pass"]
HELP = [sys.executable, "-m", "propolis", "--help"]


def seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> int:
    seconds(BARE), seconds(HELP)  # the first run compiles and fills caches
    pairs = [(seconds(BARE), seconds(HELP)) for _ in range(ROUNDS)]
    bare = statistics.median(pair[0] for pair in pairs)
    helped = statistics.median(pair[1] for pair in pairs)
    print(f"python -c pass   {bare * 1000:6.0f} ms   (median of {ROUNDS}, taken in turns)")
    print(f"propolis --help  {helped * 1000:6.0f} ms")
    print(f"difference       {(helped - bare) * 1000:6.0f} ms   limit {LIMIT * 1000:.0f} ms")
    print(f"ratio            {helped / bare:6.1f}")
    return 0 if helped - bare < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
