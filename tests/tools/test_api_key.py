"""The tools that send something, before an API that asks for a key: one way to give it, shown nowhere."""

import itertools
import time
from collections.abc import Iterator

import pytest

from tests.conftest import Servers
from tests.monitor.fake_api import FakeApi, says, says_json, says_problem
from tests.tools.cards import HOUSE, info
from tests.tools.conftest import RECEIPTS, ROOT
from tests.tools.script import Said, run
from tools import local_server
from tools.make_key import pair
from tools.settings import SettingsError, api_key_from_env

KEY = "a-key-of-the-tests-that-is-shown-nowhere"
OTHER = "another-key-that-the-api-does-not-know"
HOUSES = "rooms,area,heating,price\n3,80,gas,3500\n4,90,oil,4500\n"
STUDENTS = (
    "gender,race_ethnicity,parental_level_of_education,lunch,test_preparation_course,"
    "reading_score,writing_score,math_score\n"
    "female,group B,bachelor's degree,standard,none,72,74,72\n"
    "male,group C,some college,standard,completed,69,69,66\n"
)
ROW = '{"time_spent": 30, "doors_in_route": 50, "assessed_value": 200000}'
TOOLS = ("check_api", "replay", "simulate")
every_tool = pytest.mark.parametrize("tool", TOOLS)


@pytest.fixture(scope="module")
def keyed_api() -> Iterator[str]:
    """Serve ml-api with receipts, for one key alone; yields its address."""
    servers = Servers()
    try:
        yield servers.serve(ROOT / "ml-api", RECEIPTS | {"API_KEYS": pair("tests", KEY)})
    finally:
        servers.stop()


@pytest.fixture
def use(tmp_path):
    """Give `use(tool, url, key, rows=)`: runs a tool against an API with a key in the environment."""

    def use(tool: str, url: str, key: str, *more: object, rows: str = STUDENTS) -> Said:
        file = tmp_path / "rows.csv"
        file.write_text(rows)
        replayed = ("--csv", file, "--port", local_server.free_port(), "--every", 0, "--batch", 10)
        options = {
            "check_api": ("--data", ROW),
            "replay": replayed,
            "simulate": ("--rate", 10, "--seconds", 0.5, "--feedback"),
        }
        return run(tool, "--url", url, *options[tool], *more, env={"MAIN_API_KEY": key})

    return use


@every_tool
def test_with_its_key_an_api_answers(tool, keyed_api, use):
    """And takes the true values; the key is not among what is said."""
    said = use(tool, keyed_api, KEY)
    assert (said.code, said.err) == (0, "")
    words = {
        "check_api": "Status code: 200",
        "replay": "2 rows, 0 errors",
        "simulate": "truths     5 sent back",
    }
    assert words[tool] in said.out
    assert KEY not in said.out


@every_tool
@pytest.mark.parametrize(
    ("key", "words"),
    [("", "asks for a key (401): set MAIN_API_KEY"), (OTHER, "refuses the key (401): check MAIN_API_KEY")],
    ids=["none", "another"],
)
def test_without_it_one_line_says_what_to_set(tool, key, words, keyed_api, use):
    """It is the only line on stderr, and repeats no key."""
    said = use(tool, keyed_api, key)
    assert said.code == 1
    assert words in said.err
    assert len(said.err.splitlines()) == 1
    assert not key or key not in said.out + said.err


@every_tool
@pytest.mark.parametrize(
    "key",
    ["two words", "new\nline", "umlaut-\u00fc", "x" * 1001],
    ids=["blank", "line", "umlaut", "endless"],
)
def test_what_no_header_can_carry_is_refused_before_anything_is_sent(tool, key, use):
    """The variable is named, and its value is not."""
    with FakeApi() as api:
        said = use(tool, api.url, key)
        assert api.received == []
    assert said.code == 1
    assert said.err == "error: MAIN_API_KEY can't be used: a key is plain text without blanks.\n"
    assert key not in said.out


@every_tool
def test_its_help_names_the_variable(tool):
    """There is no option for it: what is typed stands in the list of processes."""
    said = run(tool, "--help")
    assert "MAIN_API_KEY in the environment" in " ".join(said.out.split())
    assert "--key" not in said.out


@every_tool
def test_a_key_that_is_repeated_by_the_api_is_not_shown(tool, use):
    """A proxy at fault may show the headers that it got."""
    with FakeApi() as api:
        api.on("/api/model-info", says_json(info(HOUSE)))
        api.on("*", lambda exchange: says_problem(400, f"Got {exchange.received.headers}")(exchange))
        said = use(tool, api.url, KEY, rows=HOUSES)
        assert api.received[-1].headers["authorization"] == f"Bearer {KEY}"
    assert said.code == 1
    assert "Bearer (the key)" in said.out + said.err
    assert KEY not in said.out + said.err


@every_tool
def test_a_login_that_something_else_asks_for_is_no_matter_of_keys(tool, use):
    """As a platform's protection of deployments does, with a page."""
    with FakeApi() as api:
        api.on("/api/model-info", says_json(info(HOUSE)))
        api.on("*", says(b"<h1>Log in</h1>", 401))
        said = use(tool, api.url, "", rows=HOUSES)
    assert said.code == 1
    assert "asks for a login (401)" in said.err
    assert "MAIN_API_KEY" not in said.err


@pytest.mark.parametrize("tool", ["replay", "simulate"])
def test_true_values_that_lack_a_key_end_it_too(tool, use):
    """One may be taken from the list in the middle."""
    answer = {"prediction": 1000.0, "receipt": "r"}
    with FakeApi() as api:
        api.on("/api/model-info", says_json(info(HOUSE)))
        api.on("/api/predict", says_json(answer if tool == "simulate" else {"predictions": [answer] * 2}))
        api.on("/api/feedback", says_problem(401, "No key.", "unauthorized"))
        said = use(tool, api.url, KEY, rows=HOUSES)
    assert said.code == 1
    assert "refuses the key (401): check MAIN_API_KEY" in said.err


def test_a_simulation_that_is_locked_out_ends_with_its_summary(use):
    """It does not go on asking for the time that was asked for."""
    answers = itertools.chain(
        [says_json({"prediction": 5.0})] * 2, itertools.repeat(says_problem(401, "No."))
    )
    with FakeApi() as api:
        api.on("/api/model-info", says_json(info(HOUSE)))
        api.on("/api/predict", lambda exchange: next(answers)(exchange))
        began = time.monotonic()
        said = run("simulate", "--url", api.url, "--seconds", 600, "--workers", 1, env={"MAIN_API_KEY": KEY})
        assert time.monotonic() - began < 60
    assert said.code == 1
    assert "answered   2 calls" in said.out
    assert "1 times: 401 No." in said.out
    assert said.err.count("check MAIN_API_KEY") == 1


def test_an_empty_variable_counts_as_unset():
    """As it does for the deployments."""
    assert api_key_from_env({}) is None
    assert api_key_from_env({"MAIN_API_KEY": ""}) is None
    assert api_key_from_env({"MAIN_API_KEY": KEY}) == KEY
    with pytest.raises(SettingsError, match=r"^MAIN_API_KEY can't be used"):
        api_key_from_env({"MAIN_API_KEY": " "})
