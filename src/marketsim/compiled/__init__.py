"""The same story as `world`, as one compiled event loop: what waits lies in tables, not in processes."""
