"""`python -m propolis`: the same as the command `propolis`."""

import sys

from propolis.cli import main

if __name__ == "__main__":
    sys.exit(main())
