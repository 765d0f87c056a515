"""Certificates: when a good one ends, and what is wrong with a bad one."""

import shutil
import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.probe import Api
from monitor.probe.run import probe
from monitor.probe.tls import Verify
from monitor.sample import Sample
from tests.conftest import Require
from tests.monitor.fake_api import Answer, FakeApi, drips, never_answers
from tests.monitor.probe.certificates import Authority
from tests.monitor.probe.seen import fault_of, look

DAY = 86_400


@pytest.fixture
def authority(tmp_path: Path, require_real: Require) -> Authority:
    """Return a certificate authority of our own."""
    require_real(shutil.which("openssl"), "openssl is not on PATH")
    return Authority(tmp_path)


def seen(api: FakeApi, verify: Verify, total: float = 3) -> Sample:
    """Return a sample of an API over TLS."""
    return probe(Api(api.url), api.pins(), {}, remembers=False, verify=verify, total=total).sample


def test_a_good_certificate_is_up_and_its_end_is_told(authority: Authority) -> None:
    """In seconds since the epoch."""
    with FakeApi(tls=authority.context(days=30)) as api:
        sample = seen(api, str(authority.file))
    assert (sample["state"], sample["reason"]) == ("up", "all 3 goldens of math-score 1 were answered right")
    assert sample["tls_expires_at"] == pytest.approx(time.time() + 30 * DAY, abs=120)


def test_an_expired_one_is_down_with_its_date(authority: Authority) -> None:
    """The end is told, so that an alert on it sees it too; nothing was sent."""
    with FakeApi(tls=authority.context(days=-1)) as api:
        sample = seen(api, str(authority.file))
        assert api.received == []
    ended = datetime.now(UTC) - timedelta(days=1)
    assert sample["state"] == "down"
    assert sample["reason"] == f"the certificate expired on {ended:%Y-%m-%d}"
    assert fault_of(sample, "health")[0] == "tls"
    assert sample["tls_expires_at"] == pytest.approx(ended.timestamp(), abs=120)


def test_one_for_another_name_is_down(authority: Authority) -> None:
    """The name that was asked for is said."""
    with FakeApi(tls=authority.context(name="DNS:other.example")) as api:
        sample = seen(api, str(authority.file))
        assert api.received == []
    assert (sample["state"], sample["reason"]) == (
        "down",
        "the certificate is for another name than 127.0.0.1",
    )


@pytest.mark.parametrize("verify", [True, "own"], ids=["the world's authorities", "another authority"])
def test_a_self_signed_one_is_down(authority: Authority, verify: Verify) -> None:
    """It is told apart from an unknown issuer."""
    with FakeApi(tls=authority.self_signed()) as api:
        sample = seen(api, str(authority.file) if verify == "own" else True)
        assert api.received == []
    assert sample["reason"] == "the certificate is self-signed: no authority vouches for it"


def test_an_unknown_authority_is_down(authority: Authority) -> None:
    """Nobody but us knows this one."""
    with FakeApi(tls=authority.context()) as api:
        sample = seen(api, True)
        assert api.received == []
    assert sample["state"] == "down"
    assert "issuer is not known" in sample["reason"]


def test_http_where_tls_is_expected() -> None:
    """The scheme is the likely mistake."""
    with FakeApi() as api:
        sample = probe(Api(api.url.replace("http:", "https:")), {}, {}, remembers=False).sample
    assert sample["state"] == "down"
    assert sample["reason"].startswith(
        "what answers there speaks no TLS: should MAIN_API_URL begin with http://"
    )


def test_tls_where_http_is_expected(authority: Authority) -> None:
    """It is no HTTP, or the connection is closed."""
    with FakeApi(tls=authority.context()) as api:
        sample = probe(Api(api.url.replace("https:", "http:")), {}, {}, remembers=False).sample
    assert sample["state"] == "down"
    assert fault_of(sample, "health")[0] in ("not-http", "cut-short")


def test_a_handshake_that_never_ends() -> None:
    """A server that takes the connection and says nothing of TLS."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        begun = time.monotonic()
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        sample = probe(Api(url), {}, {}, remembers=False, connect=0.3, total=2).sample
    assert time.monotonic() - begun < 3
    assert (sample["state"], sample["reason"]) == ("down", "the TLS handshake did not end within 0.3 s")


@pytest.mark.parametrize(
    "answer", [never_answers, drips(b"A: b\r\n", first=b"HTTP/1.1 200 OK\r\n")], ids=["silent", "drip"]
)
def test_the_deadline_holds_inside_tls(authority: Authority, answer: Answer) -> None:
    """Reading is another code path there."""
    with FakeApi(tls=authority.context()) as api:
        api.on("*", answer)
        begun = time.monotonic()
        sample = seen(api, str(authority.file), total=1)
    assert time.monotonic() - begun < 2
    assert fault_of(sample, "health")[0] == "timeout"


def test_plain_http_has_no_certificate() -> None:
    """Null, not zero."""
    with FakeApi() as api:
        assert look(api)["tls_expires_at"] is None
