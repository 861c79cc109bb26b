"""Mistakes: one line on standard error, exit code 2, no traceback, nothing left behind."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from marketsim.scenario.errors import BadInput
from marketsim.scenario.load import load_experiment

REFUSED = [
    ("market.acounts=500", "market.acounts is not a setting (conf/market). Did you mean market.accounts?"),
    ("+market.acounts=500", "market.acounts is not a setting (conf/market). Did you mean market.accounts?"),
    ("++market.acounts=500", "market.acounts is not a setting (conf/market). Did you mean market.accounts?"),
    ("accounts=500", "accounts is not a setting (conf/market). Did you mean market.accounts?"),
    ("+foo=1", "foo is not a setting"),
    ("+market={foo: 1}", "no market"),
    ("markt.accounts=5", "Did you mean market.accounts?"),
    ("markets=b2b_software", "Did you mean market?"),
    ("market@world=b2b_software", "market@world is not a setting"),
    ("market.accounts.foo=1", "market.accounts.foo is not a setting"),
    ("market.accounts=abc", "market.accounts must be a whole number, got 'abc' (conf/market)"),
    ("market.accounts=", "market.accounts must be a whole number, got ''"),
    ("market.accounts=1.5", "market.accounts must be a whole number, got 1.5"),
    ("market.accounts=true", "market.accounts must be a whole number, got true"),
    ("market.accounts=null", "market.accounts must be a whole number, got null"),
    ("market.accounts=[1,2]", "market.accounts must be a whole number"),
    ("market.accounts={a:1}", "market.accounts must be a whole number"),
    ("market.segments=5", "market.segments must be a group of settings, got 5"),
    ("memory.enabled=off", "memory.enabled must be true or false, got 'off'"),
    ("market.accounts=1", "market.accounts must be between 10 and 20,000,000, got 1"),
    ("market.good_fit_share=1.4", "market.good_fit_share must be between 0 and 1, got 1.4"),
    ("market.good_fit_share=nan", "market.good_fit_share must be a number, got nan"),
    ("run.seed=-1", "run.seed must be between 0 and"),
    ("run.workers=0", "run.workers must be between 1 and 256, got 0"),
    ("run.replications=1", "run.replications must be between 2 and"),
    ("sales.queue=hand_raiser_first", "Did you mean hand_raisers_first?"),
    ("market.entry_interval_months=5", "leave a small account no time between two journeys"),
    ("market.segments.small.share=0.5", "shares of accounts add up to 0.9, not 1 (small .50, mid_market .30"),
    (
        "strategy.budget_split.brand=0.5",
        "strategy 'balanced': budget shares add up to 1.14, not 1 (brand .50, content .10, middle .12, capture .34, "
        "nurture .08). Set the others too, or use strategy.rescale=true to shrink them in proportion.",
    ),
    ("strategy.budget_split.brand=0.3", "use strategy.rescale=true to stretch them in proportion."),
    ("strategy.budget_split.brand=-0.1", "strategy.budget_split.brand must be 0 or more"),
    (
        "strategy.budget_split.brnd=0.1",
        "no programme 'brnd' (strategy 'balanced', strategy.budget_split). Did you mean brand? All ",
    ),
    ("+strategy.budget_split.brnd=0.1", "no programme 'brnd'"),
    ("programme.brnd.effectiveness=2", "no programme 'brnd'"),
    ("programme=[brand]", "no programme 'content'"),
    (
        "strategies=[balanced,lead_factroy]",
        "no strategy 'lead_factroy'. There are: balanced, brand_only, even_split, growth_architect, harvest_mix, "
        "lead_factory, lead_factory_counted, lead_factory_driven, quality_leads, sales_led, sales_led_upstream, "
        "switch_year_3, volume_leads. Did you mean lead_factory?",
    ),
    ("strategies=balanced", "strategies must be a list"),
    ("strategies=lead_factory,balanced", "strategies=[lead_factory,balanced]"),
    ("strategies=[balanced,balanced]", "strategies names 'balanced' twice"),
    ("strategy=lead_factroy", "Did you mean lead_factory?"),
    ("strategy=_levers", "no strategy '_levers'"),
    (
        "market=b2b_softwar",
        "no market 'b2b_softwar'. There are: b2b_enterprise, b2b_software, consumer_durables, smb_software. "
        "Did you mean b2b_software?",
    ),
    ("decay=expo", "Did you mean exponential?"),
    ("history=ballanced", "Did you mean balanced?"),
    ("history.strategy=foo", "no strategy 'foo' (history.strategy)"),
    ("experiment=longrun", "Did you mean long_run?"),
    ("other_pasts=[foo]", "no history 'foo' (other_pasts)"),
    ("engine.name=fortran", "engine.name must be one of compiled, simpy"),
    ("arms.x=[run.seed=3]", "arm 'x': run.seed is the same for all arms"),
    ("arms.x=[sales.development_rep=3]", "arm 'x': sales.development_rep is not a setting"),
    ("arms.x=[sales.development_reps=-3]", "sales.development_reps must be between 0 and 100,000, got -3"),
    ("arms.x=3", "arms.x must be a list of overrides, such as arms.x=["),
    ("arms.x=[strategy=balanced", "cannot read 'arms.x=[strategy=balanced'"),
    ("output_dir=3", "output_dir must be a text"),
    ("market.accounts=${foo}", "market.accounts: interpolation key 'foo' not found"),
    ("market.accounts=???", "market.accounts has no value"),
    ("~market.accounts", "market.accounts has no value"),
    ("~market", "market cannot be left out"),
    ("market.accounts", "Write settings as name=value"),
    ("market.accounts=[", "cannot read 'market.accounts=['"),
    ("strategies=[]", "strategies=[] leaves nothing to play"),
    ("strategy=[balanced,brand_only]", "write strategies=[balanced,brand_only]"),
    ("decay=[none,weibull]", "it takes one choice only, or -m for a sweep"),
    ("money=a,b", "it takes one choice only, or -m for a sweep"),
    ("arms.größer=[strategy=balanced]", "letters a to z, digits, _ and - are allowed"),
    ("arms.a/b=[strategy=balanced]", "letters a to z, digits, _ and - are allowed"),
    ("sales.development_reps = 7", "Write sales.development_reps=7, without spaces"),
    ("sales.development_reps==7", "Write sales.development_reps=7, without spaces"),
    ("strategy=Balanced", "Did you mean balanced?"),
    ("strategy.budget_spilt.brand=0.3", "Did you mean strategy.budget_split?"),
    ("+market.accounts=5", "market.accounts is a setting already; leave out the +"),
    ("arms.x=[sales.development_reps=-4]", "arm 'x': sales.development_reps must be between"),
    ("=3", "cannot read '=3'"),
    ("", "cannot read ''"),
]

CHANGE = "from_month:3,until_month:6,factor:.5,programmes:[]"
REFUSED += [
    ("policy=lead_cuont", "no policy 'lead_cuont'. There are: attributed_return, bookings, fixed, lead_count,"),
    ("policy=lead_cuont", "Did you mean lead_count?"),
    ("policy=lead_count,bookings", "it takes one choice only, or -m for a sweep"),
    ("policy=null", "no policy 'null'"),
    ("policy.review_weeks=5", "policy.review_weeks must be one of 1, 4, 13, 52, got 5 (conf/policy)"),
    ("policy.credit=frist", "got 'frist' (conf/policy). Did you mean first?"),
    ("policy.target=.1", "policy.target is not a setting (conf/policy). Did you mean policy.target_growth_per_year?"),
    ("strategy.policy=x", "no policy 'x' (strategy.policy). There are: attributed_return,"),
    ("strategy.policy=[a,b]", "strategy.policy must be a word, got ['a', 'b'] (conf/strategy)"),
    ("strategy.policy=null", "strategy.policy must be a word, got null (conf/strategy)"),
    (
        "strategy.structure=ful",
        "no structure 'ful' (strategy.structure). There are: basic, full, none. Did you mean full?",
    ),
    ("strategy.schedule=go_drak", "(strategy.schedule)"),
    ("strategy.credit=frist", "Did you mean first?"),
    ("strategy.ratchet=maybe", "strategy.ratchet must be true or false, got 'maybe'"),
    ("strategy.definition=plan", "Did you mean plain?"),
    ("strategy.targeting=2", "strategy.targeting must be between 0 and 1, got 2"),
    ("strategy.price_ratio=0", "strategy.price_ratio must be above 0 and at most 100, got 0"),
    ("strategy.floors.brnad=.1", "no programme 'brnad' (strategy 'balanced', strategy.floors). Did you mean brand?"),
    ("strategy.floors.brand=-1", "strategy 'balanced': strategy.floors.brand must be between 0 and 1, got -1"),
    ("strategy.floors.brand=1.2", "strategy 'balanced': strategy.floors.brand must be between 0 and 1, got 1.2"),
    (
        "strategy.floors={brand:.6,content:.6}",
        "strategy 'balanced': strategy.floors add up to 1.2, more than the whole",
    ),
    ("strategy.floors.brand=abc", "strategy.floors.brand must be a number, got 'abc'"),
    ("strategy.floors={brnad:.1}", "no programme 'brnad'"),
    ("strategy.floors=[brand]", "strategy.floors must be a group of settings, not a list (conf/strategy)"),
    ("strategy.floor.brand=.1", "Did you mean strategy.floors?"),
    ("strategy.spend_factor.brand=-1", "strategy.spend_factor.brand must be 0 or more, got -1"),
    ("strategy.spend_factor.brnad=0", "no programme 'brnad' (strategy 'balanced', strategy.spend_factor)"),
    ("strategy.open_programmes=brand", "strategy.open_programmes must be a list of names such as [brand,content], got"),
    ("strategy.open_programmes=[brnad]", "no programme 'brnad' (strategy 'balanced', strategy.open_programmes)"),
    ("strategy.open_programmes=[brand,brand]", "strategy 'balanced': strategy.open_programmes names 'brand' twice"),
    ("strategy.switch_to=brand_only", "would switch to 'brand_only' before it starts; set strategy.switch_month"),
    ("strategy.switch_month=12", "nothing takes over in month 12 (strategy.switch_month); set strategy.switch_to too"),
    ("policy.kpi=bookings", "policy 'fixed' steers nothing; choose policy=bookings (policy.kpi)"),
    (
        "arms.x=[strategy.switch_month=9,strategy.switch_to=nobody]",
        "no strategy 'nobody' (strategy.switch_to). There are: balanced,",
    ),
    (
        "arms.x=[strategy.switch_month=9,strategy.switch_to=switch_year_3]",
        "which switches itself (strategy.switch_to). Switch to one that stays",
    ),
    ("strategy.switch_month=-1", "strategy.switch_month must be between 0 and 1,200, got -1"),
    ("~strategy.floors", "A strategy file begins with defaults: [_levers], which gives every lever its usual value"),
    ("history.strategy=switch_year_3", "switches after day 0, which the past never reaches (history.strategy)."),
    ("strategies=[sales_lead]", "Did you mean sales_led?"),
    ("structure=yes", "no structure 'yes'. There are: basic, full, none."),
    ("structure.matching=yes", "structure.matching must be true or false, got 'yes' (conf/structure)"),
    ("structure.maching=true", "Did you mean structure.matching?"),
    (
        "economy=recesion",
        "no economy 'recesion'. There are: growth, recession, seasonal, steady. Did you mean recession?",
    ),
    ("economy.recession_depth=2", "economy.recession_depth must be between 0 and 1, got 2"),
    ("economy.season_amplitude=.8", "demand rises to 1.8 times its mean, above market.demand_ceiling 1.5"),
    ("schedule=go_drak", "Did you mean go_dark?"),
    ("schedule.changes.x={from_month:3}", "schedule.changes.x.until_month has no value (conf/schedule)"),
    ("schedule.changes.x.factor=.5", "schedule.changes.x.from_month has no value (conf/schedule)"),
    (f"schedule.changes.x={{{CHANGE},facter:1}}", "Did you mean schedule.changes.x.factor?"),
    (
        f"schedule.changes.x={{{CHANGE.replace('[]', '[brnad]')}}}",
        "no programme 'brnad' (strategy 'balanced', schedule.",
    ),
    (f"schedule.changes.x={{{CHANGE.replace('[]', 'brand')}}}", "programmes must be a list of names such as [brand,"),
    (f"schedule.changes.x={{{CHANGE.replace('.5', '-1')}}}", "schedule.changes.x.factor must be between 0 and 100"),
    (f"schedule.changes.x={{{CHANGE.replace('6', '3')}}}", "a change from month 3 until month 3 never holds"),
    ("schedule.changes.x=3", "schedule.changes.x must be a group of settings, got 3 (conf/schedule)"),
    ("schedule.changes=[]", "schedule.changes must be a group of settings, not a list (conf/schedule)"),
    ("schedule.budget_share_of_revenue=-1", "schedule.budget_share_of_revenue must be between 0 and 10, got -1"),
    ("programme.televison.lag_weeks=3", "no programme 'televison'. Did you mean television?"),
    ("programme.television.stage=brnd", "programme.television.stage must be one of brand, content, middle, capture,"),
    ("programme.television.lag_weeks=1.5", "programme.television.lag_weeks must be a whole number, got 1.5"),
    ("insight.enabld=false", "Did you mean insight.enabled?"),
    ("sales.calendar=buisness_hours", "Did you mean business_hours?"),
    ("sales.opens_at_hour=18", "sales.closes_at_hour 17 is not after sales.opens_at_hour 18"),
    ("crm.position_first=.7", "crm.position_first and crm.position_last add up to 1.1, more than all the credit"),
    ("steering.threshold_lowest=2", "steering.threshold_lowest 2 lies above steering.threshold_highest 1.5"),
    ("steering.smallest_share=.3", "for the rest of the 5 programmes, add up to 1.5, more than the whole budget"),
    ("people.shrink_below_load=.9", "people.shrink_below_load 0.9 lies above people.hire_above_load 0.85"),
    ("arms.x=[policy=lead_cuont]", "arm 'x': no policy 'lead_cuont'."),
    ("arms.x=[strategy.floors.brnad=.1]", "arm 'x': no programme 'brnad'"),
    ("market=consumer", "Did you mean consumer_durables?"),
]
"""What the settings of the whole company refuse."""


@pytest.mark.parametrize(("override", "words"), REFUSED, ids=[override for override, _ in REFUSED])
def test_a_mistake_is_bad_input_in_one_line(override: str, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        load_experiment([override])
    assert words in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    "overrides", ["market.accounts=5", ["market.accounts=5", 3], [None]], ids=["a text", "a number", "null"]
)
def test_overrides_of_another_kind_are_bad_input(overrides: object) -> None:
    with pytest.raises(BadInput):
        load_experiment(overrides)  # type: ignore[arg-type]


def marketsim(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the real command in a folder."""
    environment = {key: value for key, value in os.environ.items() if key != "HYDRA_FULL_ERROR"}
    return subprocess.run(
        [sys.executable, "-m", "marketsim", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


COMMANDS = [
    (["compare", "market.acounts=500"], "marketsim: market.acounts is not a setting (conf/market). Did you mean"),
    (["compare", "+foo=1"], "marketsim: foo is not a setting"),
    (["compare", "market.good_fit_share=1.4"], "marketsim: market.good_fit_share must be between 0 and 1, got 1.4"),
    (["compare", "strategies=[balanced,lead_factroy]"], "marketsim: no strategy 'lead_factroy'."),
    (["compare", "strategy.budget_split.brand=0.5"], "marketsim: strategy 'balanced': budget shares add up to 1.14"),
    (["compare", "-m", "market.accounts=abc"], "marketsim: market.accounts must be a whole number"),
    (["compare", "-m", "market.acounts=1,2"], "marketsim: market.acounts is not a setting"),
    (["compare", "--config-dir", "nowhere"], "marketsim: no folder 'nowhere' (--config-dir)"),
    (["compare", "output_dir=a_file/inside"], "marketsim: cannot write to a_file/inside: not a directory. Choose"),
    (["compare", "output_dir=a_file"], "marketsim: cannot write to a_file: not a directory. Choose"),
    (["compare", "--workers", "3"], "marketsim: no option '--workers'."),
    (["compare", "market.accounts=${"], "marketsim: cannot read"),
    (["show", "market.accounts=abc"], "marketsim: market.accounts must be a whole number"),
    (["story"], "marketsim: story needs the number of an account"),
    (["story", "20000"], "marketsim: no account 20000; they are numbered 0 to 19999"),
    (
        ["cmpare"],
        "marketsim: no verb 'cmpare'. There are: compare, claims, truth, report, list, show, ",
    ),
    (["market.accounts=5"], "marketsim: a verb comes first"),
    (["show", "sales.development_reps=${nope}"], "marketsim: sales.development_reps: interpolation key 'nope'"),
    (["story", "²"], "marketsim: story needs the number of an account"),
    (["show", "--resolve"], "marketsim: --resolve goes with --cfg job only"),
    (["compare", "strategy=brand_only"], "marketsim: strategy=brand_only does not say what to compare. Write str"),
    (["list", "strategy=balanced"], "marketsim: list takes no settings"),
    (["claims", "A99"], "marketsim: no claim 'A99'"),
    (
        ["claims", "A4", "strategy=balanced"],
        "marketsim: strategy=balanced: claims are tested with the arms of their own",
    ),
    (
        ["claims", "A4", "ledger.worlds=-1"],
        "marketsim: ledger.worlds must be between 0 and 10,000, got -1 (conf/ledger)",
    ),
    (["claims", "A4", "ledger.markets=[mars]"], "marketsim: no market 'mars'"),
]


@pytest.mark.parametrize(("words", "answer"), COMMANDS, ids=[" ".join(words) for words, _ in COMMANDS])
def test_the_command_refuses_in_one_line_and_leaves_nothing(words: list[str], answer: str, tmp_path: Path) -> None:
    (tmp_path / "a_file").write_text("")
    done = marketsim(*words, folder=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(answer)
    assert [path.name for path in tmp_path.iterdir()] == ["a_file"]


def test_a_broken_file_of_ones_own_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "mine" / "market").mkdir(parents=True)
    (tmp_path / "mine" / "market" / "acme.yaml").write_text("accounts: 5000\nsegments: [\n")
    done = marketsim("compare", "market=acme", "--config-dir", "mine", folder=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "acme.yaml" in done.stderr


@pytest.mark.parametrize("first", ["stage: brand", "# @package programme.fairs\nstage: brand"])
def test_a_programme_file_that_does_not_name_itself_is_refused(first: str, tmp_path: Path) -> None:
    (tmp_path / "programme").mkdir()
    (tmp_path / "programme" / "fair.yaml").write_text(f"{first}\neffectiveness: 1\n")
    with pytest.raises(BadInput) as caught:
        load_experiment(["strategies=[balanced]"], config_dir=tmp_path)
    assert str(caught.value) == "programme/fair.yaml must begin with the line: # @package programme.fair"


@pytest.mark.parametrize(
    ("group", "text", "words"),
    [
        ("policy", "name: mine\nkpi: lead_count\n", "policy.credit has no value (conf/policy)"),
        ("policy", "defaults: [lead_count]\nkip: bookings\n", "Did you mean policy.kpi?"),
        ("structure", "defaults: [basic]\nmatching: 3\n", "structure.matching must be true or false, got 3"),
        (
            "schedule",
            "defaults: [none]\nchanges:\n  a: {from_month: 3}\n",
            "schedule.changes.a.until_month has no value",
        ),
        ("strategy", "name: mine\nbudget_split: {brand: 1}\n", "A strategy file begins with defaults: [_levers]"),
        ("strategy", "defaults: [balanced]\npolicy: bokings\n", "Did you mean bookings?"),
        ("strategy", "defaults: [balanced]\nfloors: {brnad: .1}\n", "Did you mean brand?"),
    ],
)
def test_a_mistake_in_a_file_of_ones_own_is_bad_input(group: str, text: str, words: str, tmp_path: Path) -> None:
    (tmp_path / group).mkdir()
    (tmp_path / group / "mine.yaml").write_text(text)
    with pytest.raises(BadInput) as caught:
        load_experiment([f"arms.x=[{group}=mine]"], config_dir=tmp_path)
    assert words in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_a_misspelt_key_in_a_file_of_ones_own_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine" / "market").mkdir(parents=True)
    (tmp_path / "mine" / "market" / "acme.yaml").write_text("defaults: [b2b_software]\nacounts: 5000\n")
    done = marketsim("compare", "market=acme", "--config-dir", "mine", folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr == ("marketsim: market.acounts is not a setting (conf/market). Did you mean market.accounts?\n")
