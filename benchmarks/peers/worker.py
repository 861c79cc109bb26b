"""One contender in a process of its own: reads what to play and writes what came of it, line by line."""

import importlib
import importlib.metadata
import json
import sys
import time
from dataclasses import asdict

from peers.c_code import NoCompiler


def main() -> None:
    """Get ready, say so, and play until the input ends."""
    module, name, package = sys.argv[1:4]
    out = sys.stdout
    sys.stdout = sys.stderr  # whatever a library prints must not get between the lines
    start, start_cpu = time.perf_counter(), time.process_time()
    try:
        play = importlib.import_module(f"peers.by_{module}").ready(name)
    except (ImportError, OSError, NoCompiler) as error:
        print(json.dumps({"missing": f"{error}"}), file=out, flush=True)
        return
    play(1, 1)
    said = {
        "version": importlib.metadata.version(package) if package else "",
        "ready_seconds": time.perf_counter() - start,
        "ready_cpu_seconds": time.process_time() - start_cpu,
    }
    print(json.dumps(said), file=out, flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        start_cpu = time.process_time()
        played = play(order["months"], order["seed"])
        seconds = time.process_time() - start_cpu
        print(json.dumps({"cpu_seconds": seconds, "played": asdict(played)}), file=out, flush=True)


if __name__ == "__main__":
    main()
