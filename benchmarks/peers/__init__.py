"""The same small lead funnel on other simulators, side by side in one run: `python benchmarks/peers`."""
