"""How much is spent on each programme, week by week; and which programmes are remembered."""

from marketsim.rules.compiling import compiled
from marketsim.state.customers import accrue
from marketsim.state.layout import BRAND, CONTENT, Rows

_DAYS_PER_WEEK = 7.0


@compiled
def fund_programmes(
    p: Rows, w: Rows, programmes: Rows, per_year: float, share_of_revenue: float, structure_share: float,
    weeks: Rows, factors: Rows, common: Rows, spent: Rows, now: float,
) -> None:  # fmt: skip
    """Set what is spent per year on each programme and on structure from this week start on.

    The budget is `per_year`, or a share of recurring revenue (0 or more), times the funding that reviews have come to.
    Structure takes `structure_share` of it, the programmes their shares of the rest; changes at dates and the factor of
    a counterfactual then multiply what is spent. `spent` receives the week's money by programme, and for structure.
    """
    accrue(p, w, now)
    week = w[0].week
    budget = per_year
    if share_of_revenue >= 0.0:
        budget = share_of_revenue * (w[0].revenue_fit + w[0].revenue_unfit)
    budget *= w[0].funding
    for_programmes = budget * (1.0 - structure_share)
    total = 0.0
    for k in range(len(programmes)):
        spend = programmes[k].share * for_programmes * programmes[k].factor
        for c in range(len(weeks)):
            if weeks[c, 0] <= week < weeks[c, 1]:
                spend *= factors[c, k]
        programmes[k].spend_per_year = spend
        spent[k] = spend * (_DAYS_PER_WEEK / p[0].days_per_year)
        total += spend
    structure = structure_share * budget
    for c in range(len(weeks)):
        if weeks[c, 0] <= week < weeks[c, 1]:
            structure *= common[c]
    spent[len(programmes)] = structure * (_DAYS_PER_WEEK / p[0].days_per_year)
    w[0].structure_spend_per_day = structure / p[0].days_per_year
    w[0].budget_per_year = total + structure


@compiled
def note_names(p: Rows, w: Rows, programmes: Rows, weights: Rows) -> None:
    """Write what customers who remember us would name this week: programmes by their part of the learning of memory.

    Brand and content by their parts of the learning rate, within each the programmes by their pressure.
    """
    for k in range(len(programmes)):
        programme = programmes[k]
        weights[k] = 0.0
        whole = w[0].stage_pressure[programme.stage]
        part = 0.0
        if programme.stage == BRAND:
            part = p[0].memory_brand * w[0].brand_response
        elif programme.stage == CONTENT:
            part = p[0].memory_content * w[0].content_response
        if whole > 0.0:
            weights[k] = part * (programme.effectiveness * programme.pressure / whole)
