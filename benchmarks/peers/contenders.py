"""Who takes part, and what each needs."""

from dataclasses import dataclass

from marketsim.engines.session import ENGINES


@dataclass(frozen=True)
class Contender:
    """One way to play the funnel.

    Parameters
    ----------
    name : as it is written in tables and on the command line.
    module : the file by_MODULE.py that plays it.
    label : what it is, in a few words.
    package : the distribution whose version is told, if any.
    """

    name: str
    module: str
    label: str
    package: str | None = None

    @property
    def may_be_missing(self) -> bool:
        """Tell whether the comparison goes on without it."""
        return not self.is_ours and self.name not in (BASELINE, YARDSTICK)

    @property
    def is_ours(self) -> bool:
        """Tell whether this is one of our engines."""
        return self.module == "marketsim"


BASELINE = "simpy"
YARDSTICK = "numba"  # what the others have to agree with: quick enough for many replications, and always there


def _ours() -> list[Contender]:
    """Return our engines, those first that are quick; where logs can be switched off, with and without."""
    found = []
    for engine in ENGINES:
        if engine == "simpy":
            found.append(Contender("marketsim_simpy", "marketsim", "marketsim, SimPy engine"))
        else:
            found.append(Contender(f"marketsim_{engine}", "marketsim", f"marketsim, {engine} engine"))
            found.append(Contender(f"marketsim_{engine}_logs", "marketsim", f"marketsim, {engine} engine, all logs"))
    return found


CONTENDERS = (
    Contender("salabim", "salabim", "salabim, a component per lead", "salabim"),
    Contender("ciw", "ciw", "Ciw, a network of two nodes", "ciw"),
    Contender("simpy", "simpy", "SimPy, a process per lead", "simpy"),
    Contender("simpy_clock", "simpy", "SimPy as a clock with callbacks", "simpy"),
    Contender("cimba", "cimba", "cimba, leanest form", "cimba"),
    Contender("numba", "numba", "numba loop by hand, lean", "numba"),
    Contender("c_heap", "c", "C loop by hand, every event in a heap"),
    Contender("c_lean", "c", "C loop by hand, lean"),
    *_ours(),
)
