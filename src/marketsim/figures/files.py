"""All figures of a comparison as files: SVG, PNG and the table behind each."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from marketsim.figures import links, market, money, plays, style
from marketsim.figures.data import Compared, others


class Chart(NamedTuple):
    """A chart and the table it plots.

    `paired` charts need a second arm, `valued` ones a complete year as well; `columns` are those of the monthly table
    that `run.keep=summary` may leave out.
    """

    draw: Callable[[Any, Axes | None], Axes]
    table: Callable[[Any], pd.DataFrame]
    paired: bool = False
    valued: bool = False
    columns: tuple[str, ...] = ()

    def fits(self, comparison: Compared) -> bool:
        """Return whether the chart can be drawn of a comparison, and of the columns that were kept of it."""
        if not set(self.columns) <= set(comparison.monthly.columns):
            return False
        if self.valued and not getattr(comparison, "years", 0):
            return False
        return not self.paired or len(others(comparison)) > 0


CHARTS = {
    "leads_by_quality": Chart(market.leads_by_quality, market.leads_by_quality_table, columns=tuple(market.QUALITIES)),
    "cost_per_good_lead": Chart(money.cost_per_good_lead, money.cost_per_good_lead_table),
    "memory_and_pool": Chart(market.memory_and_pool, market.memory_and_pool_table, columns=("pool_accounts",)),
    "response_and_trust": Chart(market.response_and_trust, market.response_and_trust_table),
    "recurring_revenue": Chart(money.recurring_revenue, money.recurring_revenue_table),
    "cumulative_profit": Chart(money.cumulative_profit, money.cumulative_profit_table, paired=True),
    "chain": Chart(links.chain, links.chain_table, columns=links.ALL_COLUMNS),
    "risk": Chart(plays.risk, plays.risk_table, paired=True, valued=True),
}
FLOATS = "%.9g"  # digits that are the same on every processor


@style.styled
def save_figure(figure: Figure, path: Path) -> Path:
    """Write a figure as .svg or .png, by the ending of `path`: whole or not at all, the same bytes every time."""
    FigureCanvasAgg(figure)
    metadata = {"Date": None, "Creator": None} if path.suffix == ".svg" else {"Software": None}
    part = path.with_name(f".{path.name}.part")
    figure.savefig(part, format=path.suffix[1:], dpi=style.DOTS_PER_INCH, metadata=metadata)
    os.replace(part, path)
    return path


@style.styled
def picture(comparison: Compared) -> bytes:
    """Return the one picture a notebook shows as PNG: the headline, or recurring revenue if there is only one arm."""
    draw = money.headline if others(comparison) else money.recurring_revenue
    figure = draw(comparison).get_figure(root=True)
    assert figure is not None
    FigureCanvasAgg(figure)
    sink = io.BytesIO()
    figure.savefig(sink, format="png", dpi=style.SCREEN_DOTS_PER_INCH, metadata={"Software": None})
    return sink.getvalue()


def save_all(comparison: Compared, folder: str | os.PathLike[str]) -> list[Path]:
    """Write every figure of a comparison into a folder, each as NAME.svg, NAME.png and NAME.csv (the numbers plotted).

    Parameters
    ----------
    comparison : the runs. With a single arm the charts of differences are left out.
    folder : where to write; made if it is not there.

    Returns
    -------
    The files written, in the order of `CHARTS`.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    for name, chart in CHARTS.items():
        if not chart.fits(comparison):
            continue
        figure = chart.draw(comparison, None).get_figure(root=True)
        assert figure is not None
        paths += [save_figure(figure, folder / f"{name}{ending}") for ending in (".svg", ".png")]
        path = folder / f"{name}.csv"
        part = path.with_name(f".{path.name}.part")
        chart.table(comparison).to_csv(part, index=False, float_format=FLOATS, lineterminator="\n")
        os.replace(part, path)
        paths.append(path)
    return paths


def save_study(ax: Axes, table: pd.DataFrame, folder: str | os.PathLike[str]) -> list[Path]:
    """Write the picture of a study as figure.svg and figure.png, and what it plots as figure.csv, into its folder."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    paths = [save_figure(figure, Path(folder) / f"figure{ending}") for ending in (".svg", ".png")]
    path = Path(folder) / "figure.csv"
    table.to_csv(path, index=False, float_format=FLOATS, lineterminator="\n")
    return [*paths, path]
