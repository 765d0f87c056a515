"""Keys: what a deployment is told of them, and which of them opens."""

from hashlib import sha256

import pytest

from mlapi.access.keys import bearer, given, holder, read_keys, same
from mlapi.settings import SettingsError, from_env
from tests.mlapi.access.conftest import KEYS, PAIRS

HASH = sha256(b"a key").hexdigest()


def test_pairs_are_read_with_blanks_and_capitals():
    """As people paste them."""
    (one, other) = read_keys(f" first:{HASH.upper()} ,\nsecond.2-x:{'0' * 64}")
    assert (one.name, one.digest) == ("first", sha256(b"a key").digest())
    assert (other.name, other.digest) == ("second.2-x", bytes(32))


@pytest.mark.parametrize(
    "value",
    [
        *(" ", ",", f"a:{HASH},", f":{HASH}", HASH, f"a={HASH}", f"a:{HASH[1:]}", f"a:{HASH}0"),
        *(f"a b:{HASH}", f"-a:{HASH}", f"{'a' * 65}:{HASH}", f"ä:{HASH}", "a:the-key-itself", f"a::{HASH}"),
        *(f"a:{HASH},b:{HASH}", f"a:{HASH},a:{HASH.upper()}", f"a:{HASH[:-1]}\u0660"),
    ],
)
def test_what_is_no_pair_stops_the_start_and_is_not_repeated(value):
    """It may be the key itself."""
    with pytest.raises(SettingsError, match=r"^API_KEYS must be name:sha256 pairs") as refused:
        from_env({"API_KEYS": value})
    assert "the-key-itself" not in str(refused.value)
    assert HASH not in str(refused.value)


def test_one_name_may_have_two_keys():
    """While its holder changes from one to the other."""
    both = read_keys(f"a:{HASH},a:{'1' * 64}")
    assert holder(both, "a key") == "a"


def test_settings_do_not_show_what_they_know_of_keys():
    """A log may hold them."""
    assert HASH not in repr(from_env({"API_KEYS": f"a:{HASH}"}))
    assert HASH not in repr(read_keys(f"a:{HASH}"))


def test_each_key_opens_as_its_holder(known):
    """And no other."""
    assert {name: holder(known, key) for name, key in KEYS.items()} == {name: name for name in KEYS}
    assert [holder(known, key) for key in ("", "x", PAIRS, HASH, "\ud800", "\xff", "x" * 100_000)] == [
        None
    ] * 7


def test_nothing_is_no_key_even_if_its_hash_stands_there():
    """Whoever hashed an empty variable has closed the API, not opened it."""
    assert holder(read_keys(f"a:{sha256(b'').hexdigest()}"), "") is None


@pytest.mark.parametrize(
    ("header", "token"),
    [
        *(("Bearer abc", "abc"), ("bearer abc", "abc"), ("BEARER  abc", "abc")),
        *(("", ""), ("abc", ""), ("Bearer", ""), ("Bearer ", ""), ("Basic abc", ""), ("xBearer abc", "")),
        *(("Bearer a b", "a b"), ("Bearer\tabc", ""), ("Bearer \ud800", "\ud800")),
    ],
)
def test_a_bearer_token_is_what_stands_behind_the_word(header, token):
    """The word in any case, as RFC 9110 has it."""
    assert bearer(header) == token


def test_the_header_of_its_own_comes_first():
    """A proxy may use Authorization for itself."""
    basic = {"HTTP_AUTHORIZATION": "Basic eDp5", "HTTP_X_API_KEY": "abc"}
    assert given(basic) == "abc"
    assert given({"HTTP_AUTHORIZATION": "Bearer abc", "HTTP_X_API_KEY": ""}) == "abc"
    assert given({}) == ""


@pytest.mark.parametrize("other", ["", "toke", "token ", "\udcff", "tokeñ"])
def test_texts_are_the_same_or_not_whatever_they_hold(other):
    """No character of a header is an error."""
    assert same("token", "token")
    assert not same(other, "token")
