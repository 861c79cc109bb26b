"""What a run remembers: packed parameters, tables, and the compiled transitions that change them, for all engines."""
