"""Where a call comes from: what a trusted proxy wrote is believed, and no header makes an endless key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlapi.access.addresses import LONGEST, UNKNOWN, network, reader

PEER = {"REMOTE_ADDR": "198.51.100.7"}
FORGED = {
    "HTTP_X_FORWARDED_FOR": "203.0.113.9",
    "HTTP_X_REAL_IP": "203.0.113.9",
    "HTTP_X_VERCEL_FORWARDED_FOR": "203.0.113.9",
    "HTTP_FORWARDED": "for=203.0.113.9",
}
direct = reader(trusts=False, on_vercel=False)
proxied = reader(trusts=True, on_vercel=False)
vercel = reader(trusts=True, on_vercel=True)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("198.51.100.7:4711", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::1]:443", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("::ffff:c633:6407", "198.51.100.7"),
        ("203.0.113.1, 10.0.0.1 , 198.51.100.7", "198.51.100.7"),
        ("nonsense,198.51.100.7", "198.51.100.7"),
        ("198.51.100.7,", None),
        ("198.51.100.7, nonsense", None),
        (f"198.51.100.7{' ' * LONGEST}x", None),
        ("fe80::1%" + "x" * LONGEST, None),
        *(
            (said, None)
            for said in ("", ",", "1", "unknown", "256.1.1.1", "::1::", "[", "[::1", "\x00", "٣.1.1.1")
        ),
        (None, None),
    ],
)
def test_an_address_is_read_as_what_is_limited_as_one(said, expected):
    """IPv4 as it is, of IPv6 the network, of a list the last."""
    assert network(said) == (expected if said != "[::1" else "::/64")


def test_without_a_proxy_no_header_is_believed():
    """Else everybody could be somebody else with each call."""
    assert direct(PEER | FORGED) == "198.51.100.7"


def test_behind_a_proxy_its_own_entry_is_the_last():
    """Others before it were written by the caller."""
    listed = PEER | FORGED | {"HTTP_X_FORWARDED_FOR": "192.0.2.1, 203.0.113.5"}
    assert proxied(listed) == "203.0.113.5"


@pytest.mark.parametrize("header", ["HTTP_X_REAL_IP", "HTTP_X_VERCEL_FORWARDED_FOR", "HTTP_FORWARDED"])
def test_a_proxy_of_ones_own_is_believed_in_one_header_alone(header):
    """It passes the others on as they came."""
    assert proxied(PEER | {header: "203.0.113.9"}) == "198.51.100.7"


def test_behind_a_proxy_that_says_nothing_sensible_the_peer_counts():
    """All its callers are then limited as one."""
    assert proxied(PEER | {"HTTP_X_FORWARDED_FOR": "no address"}) == "198.51.100.7"


def test_on_vercel_the_runtime_says_it():
    """From the very header that the platform writes, not from one that only looks like it in WSGI."""
    assert vercel({"REMOTE_ADDR": "8.8.8.8"} | FORGED) == "8.8.8.8"


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.1.2.3", "::1", "fd00::1", "169.254.1.1", "nonsense", None])
@pytest.mark.parametrize("header", ["HTTP_X_VERCEL_FORWARDED_FOR", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP"])
def test_on_vercel_headers_say_it_where_the_peer_is_the_platform(peer, header):
    """Else all callers were one."""
    assert vercel({"REMOTE_ADDR": peer, header: "203.0.113.9"}) == "203.0.113.9"


def test_on_vercel_nobody_is_told_apart_without_trust():
    """The peer is the platform itself."""
    assert reader(trusts=False, on_vercel=True)(PEER | FORGED) == UNKNOWN


@given(st.text(), st.text(max_size=50), st.sampled_from([direct, proxied, vercel]))
def test_no_header_is_an_error_or_a_long_key(header, peer, read):
    """Whatever stands in it."""
    environ = dict.fromkeys(FORGED, header) | {"REMOTE_ADDR": peer}
    found = read(environ)
    assert found == UNKNOWN or network(found.removesuffix("/64"))
    assert len(found) < 30
    assert found.isascii()


def test_an_empty_environment_has_no_address():
    """As a unix socket's has none."""
    assert [read({}) for read in (direct, proxied, vercel)] == [UNKNOWN] * 3
