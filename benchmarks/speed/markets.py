"""The markets that are played: larger and smaller ones like the default one, and one with everything on."""

STANDARD_SIZE = 20_000
SEED = 1
_SPLIT = {
    "television": 0.10, "radio": 0.02, "print": 0.02, "outdoor": 0.02, "social": 0.06, "articles": 0.05,
    "search_optimisation": 0.04, "webinars": 0.06, "comparisons": 0.03, "paid_search_brand": 0.04,
    "paid_search_nonbrand": 0.16, "gated_content": 0.03, "landing_pages": 0.03, "email": 0.03,
    "marketing_automation": 0.03, "listening": 0.05, "advocacy": 0.04, "research": 0.03, "positioning": 0.03,
    "outbound_prospecting": 0.09, "sales_enablement": 0.04,
}  # fmt: skip
EVERYTHING = (
    "strategy=balanced",
    *(f"strategy.budget_split.{name}=0" for name in ("brand", "content", "middle", "capture", "nurture")),
    *(f"strategy.budget_split.{name}={share}" for name, share in _SPLIT.items()),
    "policy=lifetime_value",
    "policy.credit=time_decay",
    "policy.review_weeks=4",
    "structure=full",
    "economy=recession",
    "contacts.consensus_enabled=true",
    "people.hiring_enabled=true",
    "strategy.targeting=0.5",
    "sales.ignore=lowest_score_first",
)


def scaled_market(accounts: int) -> list[str]:
    """Return the overrides that grow budget, staff and rivals with the market."""
    factor = accounts / STANDARD_SIZE
    return [
        f"market.accounts={accounts}",
        f"money.marketing_budget_per_year={2.4e6 * factor}",
        f"sales.development_reps={max(1, round(5 * factor))}",
        f"sales.executives={max(1, round(13 * factor))}",
        f"rivals.brand_spend_per_year={4.0e6 * factor}",
        f"rivals.usual_brand_spend_per_year={4.0e6 * factor}",
        f"rivals.usual_brand_spend_of_ours_per_year={8.64e5 * factor}",
        f"rivals.content_spend_per_year={1.0e6 * factor}",
        f"rivals.usual_content_spend_per_year={1.0e6 * factor}",
        f"middle.half_saturation_per_year={0.5e6 * factor}",
        f"enablement.half_saturation_per_year={150000.0 * factor}",
        f"advocacy.half_saturation_per_year={150000.0 * factor}",
        f"insight.half_saturation_per_year={150000.0 * factor}",
        f"targeting.half_saturation_per_year={200000.0 * factor}",
    ]
