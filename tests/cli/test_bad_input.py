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
    ("strategy.budget_split.brnd=0.1", "There are: brand, capture, content, middle, nurture. Did you mean brand?"),
    ("+strategy.budget_split.brnd=0.1", "no programme 'brnd'"),
    ("programme.brnd.effectiveness=2", "no programme 'brnd'"),
    ("programme=[brand]", "no programme 'content'"),
    (
        "strategies=[balanced,lead_factroy]",
        "no strategy 'lead_factroy'. There are: balanced, brand_only, harvest_mix, lead_factory. "
        "Did you mean lead_factory?",
    ),
    ("strategies=balanced", "strategies must be a list"),
    ("strategies=lead_factory,balanced", "strategies=[lead_factory,balanced]"),
    ("strategies=[balanced,balanced]", "strategies names 'balanced' twice"),
    ("strategy=lead_factroy", "Did you mean lead_factory?"),
    ("strategy=_levers", "no strategy '_levers'"),
    ("market=b2b_softwar", "no market 'b2b_softwar'. There are: b2b_software. Did you mean b2b_software?"),
    ("decay=expo", "Did you mean exponential?"),
    ("history=ballanced", "Did you mean balanced?"),
    ("history.strategy=foo", "no strategy 'foo' (history.strategy)"),
    ("experiment=longrun", "Did you mean long_run?"),
    ("other_pasts=[foo]", "no history 'foo' (other_pasts)"),
    ("engine.name=compiled", "engine.name must be simpy"),
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
    (["cmpare"], "marketsim: no verb 'cmpare'. There are: compare, list, show, check, story. Did you mean compare?"),
    (["market.accounts=5"], "marketsim: a verb comes first"),
    (["show", "sales.development_reps=${nope}"], "marketsim: sales.development_reps: interpolation key 'nope'"),
    (["story", "²"], "marketsim: story needs the number of an account"),
    (["show", "--resolve"], "marketsim: --resolve goes with --cfg job only"),
    (["compare", "strategy=brand_only"], "marketsim: strategy=brand_only does not say what to compare. Write str"),
    (["list", "strategy=balanced"], "marketsim: list takes no settings"),
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


def test_a_misspelt_key_in_a_file_of_ones_own_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine" / "market").mkdir(parents=True)
    (tmp_path / "mine" / "market" / "acme.yaml").write_text("defaults: [b2b_software]\nacounts: 5000\n")
    done = marketsim("compare", "market=acme", "--config-dir", "mine", folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr == ("marketsim: market.acounts is not a setting (conf/market). Did you mean market.accounts?\n")
