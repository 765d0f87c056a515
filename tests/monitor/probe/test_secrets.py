"""What is sent, to whom, and to nobody else."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.probe import Api
from monitor.probe.run import probe
from tests.monitor.fake_api import MATH, FakeApi, says, says_json
from tests.monitor.probe.seen import look

ROOT = Path(__file__).resolve().parents[3]
SECRETS = {"key": "the-key", "metrics_token": "the-token", "bypass": "the-bypass"}


def test_each_secret_goes_where_it_belongs() -> None:
    """The key to the goldens, the token to the metrics, the bypass everywhere."""
    with FakeApi() as api:
        assert look(api, **SECRETS)["state"] == "up"
    sent = {received.path: received.headers for received in api.received}
    assert {path: headers.get("authorization") for path, headers in sent.items()} == {
        "/api/health": None,
        "/api/models": None,
        "/api/model-info": None,
        "/api/metrics": "Bearer the-token",
        "/api/predict": "Bearer the-key",
    }
    assert {headers["x-vercel-protection-bypass"] for headers in sent.values()} == {"the-bypass"}
    assert {headers["user-agent"] for headers in sent.values()} == {"tandem-monitor"}
    assert [path for path, headers in sent.items() if "x-tandem-canary" in headers] == ["/api/predict"]
    assert sent["/api/predict"]["x-tandem-canary"] == "goldens"


def test_the_goldens_are_sent_as_they_are() -> None:
    """One list of the inputs, for a model and version that are named."""
    with FakeApi() as api:
        look(api)
    call = next(received for received in api.received if received.path == "/api/predict")
    assert (call.query("model"), call.query("version")) == ("math-score", "1")
    assert call.json() == [golden["input"] for golden in MATH.goldens]


def test_without_secrets_nothing_is_sent() -> None:
    """Not even an empty header."""
    with FakeApi() as api:
        look(api)
    names = {name for received in api.received for name in received.headers}
    assert names == {
        *("host", "user-agent", "accept", "accept-encoding", "connection"),
        *("content-type", "content-length", "x-tandem-canary"),
    }


def test_a_redirect_is_not_followed() -> None:
    """The other host gets no request, and so no secret."""
    with FakeApi() as other, FakeApi() as api:
        api.on("*", says(b"x" * 100, 307, headers={"Location": f"{other.url}/api/health"}))
        sample = look(api, **SECRETS)
        assert other.received == []
    assert (sample["state"], sample["checks"][0]["status"]) == ("down", 307)
    assert "it answers 307 to 127.0.0.1: MAIN_API_URL must be" in sample["reason"]


def test_no_cookie_is_kept() -> None:
    """Each call stands alone."""
    with FakeApi() as api:
        listed = says_json({"models": [MATH.listed(default=True)]}, headers={"Set-Cookie": "a=b; Path=/"})
        api.on("/api/models", listed)
        assert look(api)["state"] == "up"
    assert all("cookie" not in received.headers for received in api.received)


def test_proxies_and_netrc_of_the_environment_are_not_used(tmp_path: Path) -> None:
    """The monitor's environment may be set for something else."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password secret\n")
    (tmp_path / ".netrc").chmod(0o600)
    look_at = (
        "import sys; from monitor.probe import Api; from monitor.probe.run import probe\n"
        "print(probe(Api(sys.argv[1]), {}, {}, remembers=False).sample['state'])"
    )
    with FakeApi() as proxy, FakeApi() as api:
        proxies = dict.fromkeys(("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"), proxy.url)
        home = {"HOME": str(tmp_path), "PYTHONPATH": str(ROOT / "monitoring"), "no_proxy": ""}
        command = [sys.executable, "-c", look_at, api.url]
        done = subprocess.run(
            command,
            env={**os.environ, **proxies, **home},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert proxy.received == []
    assert done.stdout == "up\n"
    assert all("authorization" not in received.headers for received in api.received)


def test_requests_go_below_a_prefix() -> None:
    """An API may live at a path, and its address may end with a slash."""
    with FakeApi() as api:
        sample = look(api, pins=api.pins())
        below = look_below(api)
    assert (sample["state"], below) == ("up", "up")
    assert {received.path.rsplit("/api/")[0] for received in api.received} == {"", "/some/prefix"}


def look_below(api: FakeApi) -> str:
    """Return the state of the API at an address with a path."""
    return probe(Api(f"{api.url}/some/prefix/"), api.pins(), {}, remembers=False).sample["state"]


def test_a_login_in_the_address_is_not_sent() -> None:
    """It would take the key's place."""
    with FakeApi() as api:
        address = Api(api.url.replace("://", "://me:secret@"), key="the-key")
        assert "secret" not in json.dumps(probe(address, api.pins(), {}, remembers=False).sample)
    sent = {received.headers.get("authorization") for received in api.received}
    assert sent == {None, "Bearer the-key"}


@pytest.mark.parametrize(
    "secret", ["a b", "a\r\nX: y", "ü", "", "\x00"], ids=["blank", "header", "umlaut", "empty", "nul"]
)
@pytest.mark.parametrize(
    ("told", "variable"),
    [
        ("key", "MAIN_API_KEY"),
        ("metrics_token", "MAIN_API_METRICS_TOKEN"),
        ("bypass", "VERCEL_AUTOMATION_BYPASS_SECRET"),
    ],
)
def test_a_secret_that_no_header_can_carry_is_refused_at_once(told: str, variable: str, secret: str) -> None:
    """The variable is named, and its value is not."""
    with pytest.raises(ValueError, match=f"^{variable} must be visible ASCII") as refused:
        Api("http://127.0.0.1", **{told: secret})
    assert not secret.strip() or secret not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "localhost:8000",
        "ftp://x",
        "https://",
        "http://[::1",
        "http://x:99999",
        "http://x:0",
        "http://x:y",
        "",
    ],
)
def test_an_address_that_can_not_be_called_is_refused_at_once(url: str) -> None:
    """The variable is named."""
    with pytest.raises(ValueError, match=r"^MAIN_API_URL must be an address"):
        Api(url)


def test_secrets_are_not_shown() -> None:
    """Where an Api is logged."""
    assert "the-" not in repr(Api("http://127.0.0.1", **SECRETS))
