"""RATE_LIMIT is read as the library `limits` reads its strings, which many people know."""

import limits
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlapi.access.limits import MOST, SECONDS, Limit, read_limits
from mlapi.settings import SettingsError, from_env


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("600/minute", [(600, 60)]),
        ("10 per second", [(10, 1)]),
        ("10per second", [(10, 1)]),
        ("1/5 minutes", [(1, 300)]),
        ("1 PER 2 Hours", [(1, 7200)]),
        ("10/second;1000/day", [(10, 1), (1000, 86_400)]),
        (" 10/second , 5/month | 1/year ", [(10, 1), (5, 2_592_000), (1, 31_104_000)]),
        ("60/minute;60/60 seconds", [(60, 60)]),
        *((off, []) for off in ("0", "off", "OFF", " off ")),
    ],
)
def test_limits_are_read(value, expected):
    """Each once."""
    assert read_limits(value) == tuple(Limit(*each) for each in expected)


@given(
    st.lists(
        st.tuples(
            st.integers(1, 10**6),
            st.sampled_from(["/", " / ", " per ", "per", " PER "]),
            st.sampled_from(["", "2 ", "30"]),
            st.sampled_from([*SECONDS]),
            st.sampled_from(["", "s", "S"]),
        ),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from([";", "; ", ",", " | "]),
)
def test_what_both_read_is_the_same(parts, separator):
    """Calls and seconds of each limit, in order."""
    text = separator.join(f"{calls}{per}{times}{unit}{plural}" for calls, per, times, unit, plural in parts)
    theirs = [Limit(item.amount, item.get_expiry()) for item in limits.parse_many(text)]
    assert [*read_limits(text)] == [*dict.fromkeys(theirs)]


@pytest.mark.parametrize(
    "value",
    [
        *(" ", "600", "minute", "/minute", "600/", "600/fortnight", "-1/minute", "1.5/minute", "1/minute;"),
        *(
            "0/minute",
            "1/0 minutes",
            f"{MOST + 1}/minute",
            f"1/{MOST} years",
            "9" * 5000,
            "٣/minute",
            "on",
            "00",
        ),
        *("1/minute 2/hour", "1 minute", "1/minutess", "1/minute\x00"),
    ],
)
def test_what_is_no_limit_stops_the_start(value):
    """The value isn't repeated."""
    with pytest.raises(SettingsError, match=r"^RATE_LIMIT must be limits") as refused:
        from_env({"RATE_LIMIT": value})
    assert len(str(refused.value)) < 100


def test_on_vercel_there_is_one_unless_told_otherwise():
    """There everybody can reach the API; a person's own machine is not on the internet."""
    assert from_env({}).rate_limit is None
    assert from_env({"VERCEL": "1"}).rate_limit == (Limit(600, 60),)
    assert from_env({"VERCEL": "1", "RATE_LIMIT": "off"}).rate_limit == ()
    assert from_env({"RATE_LIMIT": "5/hour"}).rate_limit == (Limit(5, 3600),)
    assert [from_env(env).trust_proxy for env in ({}, {"VERCEL": "1"})] == [None, True]
    assert from_env({"VERCEL": "1", "TRUST_PROXY": "0"}).trust_proxy is False


@given(st.text(), st.sampled_from(["API_KEYS", "RATE_LIMIT", "CORS_ORIGINS", "TRUST_PROXY"]))
def test_no_value_of_a_setting_is_anything_but_good_or_named(value, name):
    """Whatever was pasted; and what is good closes the door."""
    said = refusal({name: value, "VERCEL": "1"})
    assert said is None or said.startswith(f"{name} must be ")
    if name == "API_KEYS" and value and said is None:
        assert from_env({name: value}).api_keys


def refusal(env):
    """Return what is said of settings that can't be used."""
    try:
        from_env(env)
    except SettingsError as error:
        return str(error)
    return None
