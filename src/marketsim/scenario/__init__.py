"""What a scenario is: frozen dataclasses with hard limits, and their loading from conf/."""
