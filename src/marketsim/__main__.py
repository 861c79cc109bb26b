"""Let `python -m marketsim` do what `marketsim` does."""

import sys

from marketsim.cli import main

if __name__ == "__main__":
    sys.exit(main())
