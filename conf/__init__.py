"""The settings of marketsim as YAML: every knob with its unit, plausible range, source and grade of evidence."""
