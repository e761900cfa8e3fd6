"""A worker: one request on stdin, its answer on stdout."""

import gc
import sys

from propolis.recall.workers import answer


def main() -> int:
    gc.disable()  # the process ends with its answer
    found = answer(sys.stdin.buffer.read())
    if found is None:
        return 1
    sys.stdout.buffer.write(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
