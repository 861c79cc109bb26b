"""Run the comparison from a checkout: `python benchmarks/peers`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from peers.side_by_side import main

if __name__ == "__main__":
    sys.exit(main())
