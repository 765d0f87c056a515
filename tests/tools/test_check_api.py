"""`tools/check_api.py`: what it sends, what it shows, and its exit code."""

import json

import pytest

from tests.monitor.fake_api import FakeApi, says, says_json, says_problem
from tests.tools.script import run
from tools import local_server

ROW = '{"time_spent": 30, "doors_in_route": 50, "assessed_value": 200000}'


@pytest.mark.parametrize(("flags", "path"), [((), "/v1/predict"), (("--version", "v2"), "/v2/predict")])
def test_it_sends_the_row_as_typed_and_shows_the_answer(flags, path, tmp_path):
    """From any folder: request, status code, and JSON with indents."""
    with FakeApi() as api:
        api.on(path, says_json({"prediction": [12.5]}))
        said = run("check_api", "--data", ROW, "--port", api.port, *flags, cwd=tmp_path)
    (received,) = api.received
    assert (received.method, received.path, received.body) == ("POST", path, ROW.encode())
    assert received.headers["content-type"] == "application/json"
    assert (said.code, said.err) == (0, "")
    assert f"POST {api.url}{path}" in said.out
    assert "Status code: 200" in said.out
    assert '{\n  "prediction": [\n    12.5\n  ]\n}' in said.out


@pytest.mark.parametrize(
    "answer",
    [
        says_problem(422, "The input has 1 fault."),
        says(b"", 308, headers={"Location": "/"}),
        says(b"oops", 500),
    ],
    ids=["problem", "redirect", "no JSON"],
)
def test_any_other_status_is_1(answer):
    """What was answered is shown all the same."""
    with FakeApi() as api:
        api.on("/v1/predict", answer)
        said = run("check_api", "--data", ROW, "--url", f"{api.url}/")
    assert said.code == 1
    assert "Status code: " in said.out
    assert len(api.received) == 1


def test_an_answer_can_not_steer_the_terminal():
    """Neither as JSON nor as text."""
    with FakeApi() as api:
        for body in (json.dumps({"detail": "\x1b[2J"}).encode(), b"\x1b[2J\x07"):
            api.on("/v1/predict", says(body))
            said = run("check_api", "--data", ROW, "--port", api.port)
            assert "\x1b" not in said.out
            assert "\x07" not in said.out


@pytest.mark.parametrize("data", ["{", '{"a": NaN}', "", "[" * 100_000], ids=["cut", "NaN", "empty", "deep"])
def test_what_is_no_json_is_named_and_not_sent(data):
    """One line on stderr."""
    with FakeApi() as api:
        said = run("check_api", "--data", data, "--port", api.port)
    assert said.code == 1
    assert "--data is not JSON" in said.err
    assert len(said.err.splitlines()) == 1
    assert api.received == []


def test_no_answer_says_what_to_do():
    """The connection is refused."""
    said = run("check_api", "--data", ROW, "--port", local_server.free_port())
    assert said.code == 1
    assert "the connection was refused" in said.err
    assert "--port" in said.err
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--data", ROW, "--port", "0"),
        ("--data", ROW, "--url", "localhost:8000"),
        ("--data", ROW, "--version", "v3"),
    ],
    ids=["no data", "port", "address", "version"],
)
def test_wrong_usage_is_2(arguments):
    """argparse says what would do."""
    said = run("check_api", *arguments)
    assert said.code == 2
    assert said.err.startswith("error: ")


def test_an_answer_without_end_is_not_kept():
    """Past 64 MB it is none."""
    with FakeApi() as api:
        api.on("/v1/predict", says(b" " * 64_000_001))
        said = run("check_api", "--data", ROW, "--port", api.port)
    assert said.code == 1
    assert "over 64,000,000 bytes" in said.err


def test_a_proxy_of_the_environment_has_no_say():
    """What is named is asked."""
    proxy = f"http://127.0.0.1:{local_server.free_port()}"
    env = {"http_proxy": proxy, "HTTP_PROXY": proxy, "no_proxy": "", "NO_PROXY": ""}
    with FakeApi() as api:
        api.on("/v1/predict", says_json({"prediction": [12.5]}))
        said = run("check_api", "--data", ROW, "--port", api.port, env=env)
    assert said.code == 0
