"""What `marketsim truth` finds where the answer is known: made-up arms, and a small market with a mechanism off."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from marketsim.analysis.attribution import RULES, VALUES, attribution, credit_by_every_rule
from marketsim.analysis.shapley import antithetic_orders, coalitions_of
from marketsim.engines import simulate
from marketsim.experiments.counterfactual import Design, designs_of, multiplied, with_money
from marketsim.experiments.truth_tables import (
    MEASURES,
    NPV,
    WITH_REMAINING,
    Measured,
    attribution_table,
    credited,
    errors_table,
    measured,
    returns_table,
    shapley_table,
)
from marketsim.outcomes import Outcome
from marketsim.outcomes.metrics import yearly
from marketsim.scenario.errors import BadInput
from marketsim.scenario.load import load_experiment, load_scenario

SMALL = (
    "market.accounts=400", "history.years=0", "run.horizon_years=2", "money.marketing_budget_per_year=2e5",
    "sales.development_reps=1", "sales.executives=1", "run.replications=2",
)  # fmt: skip
COUNT = 12
TWO = ("brand", "capture")


def _arm(value: np.ndarray, spend: np.ndarray) -> dict[str, np.ndarray]:
    return {**dict.fromkeys(MEASURES, value), "spend": spend, "spend_discounted": spend}


def _row(table: pd.DataFrame, **where: object) -> pd.Series:
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


def _game(worth: Mapping[int, np.ndarray], spend: float = 100.0) -> dict[int, Measured]:
    return {mask: _arm(value, np.full(COUNT, spend * mask.bit_count())) for mask, value in worth.items()}


def _noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=COUNT)


def test_in_a_linear_case_the_next_unit_brings_what_every_unit_brought() -> None:
    slope = 3.0 + _noise(1)
    spend = np.full(COUNT, 200.0)
    at = {times: _arm(50.0 + slope * spend * times, spend * times) for times in (0.0, 0.9, 1.0, 1.1)}
    table = returns_table(at[1.0], at[0.0], {"brand": at[0.0]}, {"brand": (at[1.1], at[0.9])})
    average = _row(table, kind="average", programme="brand", measure=NPV)
    marginal = _row(table, kind="marginal", programme="brand", measure=NPV)
    for part in ("return", "return_low", "return_high"):
        assert average[part] == pytest.approx(marginal[part], rel=1e-9)
    assert average["return"] == pytest.approx(slope.mean(), rel=1e-12)
    assert average["spend_change"] == 200.0


def test_the_interval_of_a_return_covers_the_truth_as_often_as_it_says() -> None:
    """Effect and spend both vary and depend on each other: the ratio of their means is 2."""
    random = np.random.default_rng(5)
    inside = 0
    for _ in range(400):
        spend = 100.0 + 20.0 * random.normal(size=COUNT)
        effect = 2.0 * spend + 30.0 * random.normal(size=COUNT)
        nothing = np.zeros(COUNT)
        table = returns_table(_arm(effect, spend), _arm(nothing, nothing), {}, {})
        row = _row(table, measure=NPV)
        inside += row["return_low"] <= 2.0 <= row["return_high"]
    assert 0.92 <= inside / 400 <= 0.98


def test_spend_that_may_not_have_changed_has_no_return() -> None:
    spend = _noise(2)
    table = returns_table(_arm(np.ones(COUNT), spend), _arm(np.zeros(COUNT), np.zeros(COUNT)), {}, {})
    assert np.isnan(_row(table, measure=NPV)["return"])


def test_a_pure_interaction_is_split_in_two_and_lost_twice() -> None:
    zero, both = np.zeros(COUNT), 40.0 + _noise(3)
    table = shapley_table(_game({0: zero, 1: zero, 2: zero, 3: both}), TWO, ())
    for name in TWO:
        row = _row(table, measure=NPV, programme=name)
        assert row["value"] == pytest.approx(both.mean() / 2.0)
        assert row["switched_off"] == pytest.approx(both.mean())
        assert (row["share"], row["share_low"], row["share_high"]) == pytest.approx((0.5, 0.5, 0.5))
    whole = _row(table, measure=NPV, programme="all")
    assert (whole["share"], whole["share_low"], whole["share_high"]) == pytest.approx((2.0, 2.0, 2.0))
    assert whole["value"] == pytest.approx(both.mean())


def test_sampled_orders_widen_the_interval_and_still_add_up() -> None:
    names = tuple("abcdefgh")
    orders = antithetic_orders(8, 4, np.random.default_rng(1))
    masks = {*coalitions_of(orders), *(255 & ~(1 << k) for k in range(8))}
    pull = 1.0 + 0.1 * _noise(4)
    game = _game({mask: pull * float(mask.bit_count() ** 2 + 9.0 * (mask & 7 == 7)) for mask in masks})
    table = shapley_table(game, names, orders)
    part = table[table["measure"] == NPV].set_index("programme")
    assert part.loc[list(names), "value"].sum() == pytest.approx(part.loc["all", "value"])
    first = part.loc["a"]
    assert first["sampling_error"] > 0.0
    assert first["value_high"] - first["value"] > first["sampling_error"]


def test_credit_that_is_the_truth_has_no_error() -> None:
    base, one, two = 10.0 + _noise(6), 30.0 + _noise(7), 60.0 + _noise(8)
    game = _game({0: base, 1: base + one, 2: base + two, 3: base + one + two})
    credit = np.repeat(np.column_stack([one, two, base])[:, :, None], len(VALUES), axis=2)
    rules = {("exact", False): credit, ("nobody", False): credit * [[0.0], [0.0], [1.0]]}
    errors = errors_table(game, TWO, (), rules, years=4.0)
    for value in VALUES:
        row = _row(errors, rule="exact", value=value)
        for truth in ("shapley", "switched_off"):
            ends = (row[f"misplaced_{truth}"], row[f"misplaced_{truth}_low"], row[f"misplaced_{truth}_high"])
            assert ends == pytest.approx((0.0, 0.0, 0.0), abs=1e-12)
        assert row["credited"] == pytest.approx(row["brought"], rel=1e-12)
        assert np.isnan(_row(errors, rule="nobody", value=value)["misplaced_shapley"])
    shares = attribution_table(game, TWO, (), rules)
    for name in (*TWO, "none"):
        exact, true = (_row(shares, value=VALUES[1], programme=name, rule=rule) for rule in ("exact", "shapley"))
        assert exact["share"] == pytest.approx(true["share"], rel=1e-12)


def test_money_in_the_wrong_place_is_the_part_of_the_budget_that_would_move() -> None:
    zero, own = np.zeros(COUNT), np.full(COUNT, 50.0)
    game = _game({0: zero, 1: own, 2: own, 3: 2.0 * own}, spend=400.0)
    credit = np.zeros((COUNT, 3, len(VALUES)))
    credit[:, 0] = 100.0
    row = _row(errors_table(game, TWO, (), {("last", False): credit}, years=4.0), value=VALUES[0])
    assert row["misplaced_shapley"] == 0.5
    assert row["money_shapley"] == 100.0  # of 800 in four years


# ---- a small market ----


@pytest.fixture(scope="module")
def runs() -> list[Outcome]:
    scenario = load_scenario([*SMALL, "strategy=balanced"])
    return [simulate(scenario, 1, replication) for replication in range(2)]


def test_the_table_of_credit_is_that_of_each_rule(runs: list[Outcome]) -> None:
    table = credit_by_every_rule(runs[0])
    for rule in RULES:
        for recorded_only in (False,) if rule == "self_reported" else (False, True):
            part = table[(table["rule"] == rule) & (table["recorded_only"] == recorded_only)]
            single = attribution(runs[0], rule, recorded_only=recorded_only)
            for column in ("programme", *VALUES):
                assert part[column].tolist() == single[column].tolist()


def test_credit_of_programmes_that_are_not_judged_goes_to_nobody(runs: list[Outcome]) -> None:
    tables = [credit_by_every_rule(run).assign(replication=k) for k, run in enumerate(runs)]
    found = credited(pd.concat(tables), ["capture"], 2)
    whole = attribution(runs[1], "last")
    capture = whole.set_index("programme").loc["capture", "new_recurring_revenue"]
    assert found["last", False][1, :, 1].tolist() == pytest.approx(
        [capture, whole["new_recurring_revenue"].sum() - capture]
    )


def test_sums_are_those_of_the_yearly_metrics(runs: list[Outcome]) -> None:
    monthly = pd.concat([run.monthly.assign(replication=k) for k, run in enumerate(runs)])
    rate = runs[0].scenario.world.money.discount_rate_per_year
    found, table = measured(monthly, rate), yearly(monthly, rate)
    last = table[table["year"] == 2]
    for name in (NPV, WITH_REMAINING):
        assert found[name] == pytest.approx(last[name].to_numpy(), rel=1e-12)
    won = table.groupby("replication")["customers_won"].sum()
    assert found["customers_won"].tolist() == won.tolist()


def test_a_programme_whose_mechanism_is_off_brings_nothing_at_all() -> None:
    """Nurture is paid for and does nothing: whoever switches it off saves its money, and nothing else changes."""
    scenario = load_scenario([*SMALL, "strategy=balanced", "nurture.enabled=false"])
    arms = {}
    for times in (0.0, 0.9, 1.0, 1.1):
        played = [simulate(multiplied(scenario, {"nurture": times}), 1, k, logs=False).monthly for k in range(3)]
        rows = pd.concat([monthly.assign(replication=k) for k, monthly in enumerate(played)])
        arms[times] = measured(rows, scenario.world.money.discount_rate_per_year)
    table = returns_table(arms[1.0], arms[0.0], {"nurture": arms[0.0]}, {"nurture": (arms[1.1], arms[0.9])})
    for kind in ("average", "marginal"):
        for measure in ("customers_won", "new_recurring_revenue", "gross_profit"):
            row = _row(table, programme="nurture", kind=kind, measure=measure)
            assert (row["return"], row["return_low"], row["return_high"]) == (0.0, 0.0, 0.0)
        row = _row(table, programme="nurture", kind=kind, measure=NPV)
        assert (row["return"], row["return_low"], row["return_high"]) == pytest.approx((-1.0, -1.0, -1.0))


def test_more_than_six_programmes_are_sampled() -> None:
    words = [f"strategy.budget_split.{name}=.05" for name in ("email", "social", "webinars")]
    experiment = load_experiment([*SMALL, "strategies=[balanced]", *words, "strategy.rescale=true"])
    design = designs_of(experiment)[0]
    assert len(design.programmes) == 8
    assert len(design.orders) == 12
    assert set(design.coalitions) >= {0, 255, *(255 & ~(1 << k) for k in range(8))}
    assert len(design.coalitions) < 100
    assert designs_of(experiment)[0].orders == design.orders


def test_up_to_six_every_coalition_is_played() -> None:
    design = designs_of(load_experiment([*SMALL, "strategies=[lead_factory]"]))[0]
    assert design.programmes == ("capture", "nurture")
    assert list(design.arms) == [
        "lead_factory without capture, nurture", "lead_factory without nurture", "lead_factory without capture",
        "lead_factory, capture +0.1", "lead_factory, capture -0.1",
        "lead_factory, nurture +0.1", "lead_factory, nurture -0.1",
    ]  # fmt: skip


def test_scaling_multiplies_the_factor_that_is_there() -> None:
    scenario = load_scenario([*SMALL, "strategy=balanced", "strategy.spend_factor.brand=0.5"])
    assert multiplied(scenario, {"brand": 1.1}).plan.spend_factor["brand"] == pytest.approx(0.55)
    assert "brand" not in with_money(multiplied(scenario, {"brand": 0.0}))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["truth.programmes=[brnd]"], "no programme 'brnd' (truth.programmes; with money in 'lead_factory')"),
        (["truth.programmes=[brand]"], "no programme 'brand'"),
        (["money.marketing_budget_per_year=0"], "gives no programme any money"),
    ],
)
def test_what_cannot_be_judged_is_refused_in_one_line(words: list[str], said: str) -> None:
    experiment = load_experiment([*SMALL, "strategies=[lead_factory]", *words])
    with pytest.raises(BadInput) as error:
        designs_of(experiment)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_a_coalition_is_named_by_what_it_lacks() -> None:
    design = Design("mine", load_scenario([*SMALL, "strategy=lead_factory"]), TWO, 0.1, ())
    assert [design.arm(mask) for mask in range(4)] == [
        "mine without brand, capture", "mine without capture", "mine without brand", "mine",
    ]  # fmt: skip
