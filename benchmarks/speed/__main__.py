"""Run the measurement from a checkout: `python benchmarks/speed`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from speed.run import main

if __name__ == "__main__":
    sys.exit(main())
