"""Draw docs/figures/peers.png from peers.csv, which `python benchmarks/peers --publish` measures.

A dot per contender on a logarithmic axis, with the range over the rounds; ours are blue.
"""

from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from marketsim.analysis.words import joined
from marketsim.figures import frame, save_figure, style

FOLDER = Path(__file__).parent
BASELINE = "simpy"
OURS, OTHERS = style.STRATEGY_COLOURS["balanced"], style.GREY
RIVALS = {"simpy": "SimPy", "cimba": "cimba", "c_heap": "a C loop"}
WIDTH, ROW, NAMES = 9.0, 0.36, 3.0  # inches: of the picture, of a row, and left for the names


def times(ratio: float) -> str:
    """Write a ratio with two digits, or as a whole number from ten on."""
    return f"{ratio:,.0f}" if ratio >= 10.0 else f"{ratio:.2g}"


def message(table: pd.DataFrame) -> str:
    """Return the title: our quickest engine against SimPy, cimba and C."""
    ours = table[table["is_ours"] == 1].nlargest(1, "ratio").iloc[0]
    engine = ours["label"].removeprefix("marketsim, ").removesuffix(", all logs")
    known = table.set_index("name")["our_best_against"]
    parts = [f"{times(known[name])} times that of {words}" for name, words in RIVALS.items() if name in known.index]
    return f"Speed of our {engine} on a plain lead funnel: {joined(parts)}"


def count(value: float) -> str:
    """Write a power of ten as people do."""
    return f"{value / 1e6:.0f} M" if value >= 1e6 else f"{value / 1e3:.0f} k"


def named(table: pd.DataFrame) -> pd.DataFrame:
    """Add what is in front of the comma of a label: the name of the simulator."""
    return table.assign(name_of=[label.split(",")[0].removesuffix(" loop by hand") for label in table["label"]])


@style.styled
def draw(table: pd.DataFrame) -> Axes:
    """Draw the contenders that were there, slowest at the bottom."""
    there = table[table["missing"].isna()].sort_values("ratio", ignore_index=True)
    ax = frame.host(None, (WIDTH, ROW * len(there) + 2.0), right=0.75, top=0.75)
    figure = ax.get_figure(root=True)
    assert figure is not None
    place = ax.get_position()
    shift = (NAMES - 0.75) / WIDTH
    ax.set_position((place.x0 + shift, place.y0, place.width - shift, place.height))
    ax.set_xscale("log")
    base = float(there.set_index("name")["leads_per_cpu_second"][BASELINE])
    ax.axvline(base, color=style.GREY, lw=0.8, zorder=1)
    for place_y, row in there.iterrows():
        colour = OURS if row["is_ours"] else OTHERS
        ax.plot([row["leads_low"], row["leads_high"]], [place_y] * 2, color=colour, lw=2.0, alpha=0.5, zorder=2)
        ax.plot(row["leads_per_cpu_second"], place_y, "o", color=colour, ms=6, zorder=3)
        how = {"va": "center", "color": colour, "fontweight": "bold" if row["is_ours"] else "normal"}
        ax.annotate(
            row["label"], (0, place_y), xytext=(-8, 0), xycoords=("axes fraction", "data"),
            textcoords="offset points", ha="right", annotation_clip=False, fontsize=style.TEXT_SIZE - 0.5, **how,
        )  # fmt: skip
        ax.annotate(
            f"× {times(row['ratio'])}", (row["leads_high"], place_y), xytext=(8, 0), textcoords="offset points",
            fontsize=style.TEXT_SIZE - 0.5, annotation_clip=False, **how,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
        )  # fmt: skip
    ax.set_ylim(-0.6, len(there) - 0.4)
    ax.set_yticks([])
    ax.set_xlim(1e3, 3e7)
    ax.xaxis.set_major_locator(FixedLocator([10.0**k for k in range(3, 8)]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: count(value)))
    ax.grid(axis="x", color=style.FAINT, lw=0.6)
    ax.set_xlabel("leads per second of one processor")
    _say_all(ax, table)
    return ax


def _say_all(ax: Axes, table: pd.DataFrame) -> None:
    """Set title and footer over the whole width of the picture."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    whole = figure.add_axes((0.3 / WIDTH, ax.get_position().y0, 1 - 0.6 / WIDTH, ax.get_position().height))
    whole.set_axis_off()
    frame.title(whole, message(table), above=16.0)
    rounds = int(table["rounds"].max())
    missing = table[table["missing"].notna()]
    notes = [
        f"Median of {rounds} rounds in turns, each contender warm in its own process; bars: range over the rounds. "
        "× is against SimPy with a process per lead, within a round. All play the same model, which is checked."
    ]
    versions = table[table["version"].notna()].drop_duplicates("version")
    notes.append(f"{joined([f'{row.name_of} {row.version}' for row in named(versions).itertuples()])}.")
    if len(missing):
        notes.append(f"Not there: {joined(list(missing['label']))}.")
    letters = int(frame.size_inches(whole)[0] * 72 / (0.53 * style.SMALL_SIZE))
    whole.annotate(
        frame.textwrap.fill(" ".join(notes), letters), (0, 0), xytext=(0, -38), xycoords="axes fraction",
        textcoords="offset points", va="top", fontsize=style.SMALL_SIZE, color=style.GREY, linespacing=1.35,
        annotation_clip=False,
    )  # fmt: skip


if __name__ == "__main__":
    drawn = draw(pd.read_csv(FOLDER / "peers.csv")).get_figure(root=True)
    assert drawn is not None
    save_figure(drawn, FOLDER / "peers.png")
