"""Receipts: what was signed comes back as it was, and nothing else does."""

import base64
import hmac
import json
import math
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlapi.receipts import AHEAD, GOOD_FOR, LONGEST, BadReceipt, ExpiredReceipt, issue, read

SECRETS = ("a secret of 16 characters",)
NOW = 1_767_225_600.5  # 2026-01-01, half a second into it.
ALPHABET = string.ascii_letters + string.digits + "-_"
PREDICTIONS = (
    st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=200)
    | st.integers(-(2**53), 2**53)
    | st.booleans()
)


def token(prediction=66.01882115262602, *, secrets=SECRETS, now=NOW, **more):
    """Return a receipt of math-score."""
    return issue(secrets, model="math-score", version="1", prediction=prediction, now=now, **more)


@given(PREDICTIONS, st.integers(0, 4_000_000_000))
def test_what_was_signed_comes_back_with_its_type(prediction, second):
    """To the last bit of a number, with the sign of a zero; the time in whole seconds."""
    receipt = read(SECRETS, token(prediction, now=second + 0.75), second)
    assert (receipt.model, receipt.version, receipt.issued_at) == ("math-score", "1", second)
    assert type(receipt.prediction) is type(prediction)
    assert receipt.prediction == prediction
    if isinstance(prediction, float):
        assert math.copysign(1, receipt.prediction) == math.copysign(1, prediction)


def test_the_format_does_not_change_unseen():
    """Receipts outlive the deployment that gave them by up to 30 days; openssl makes the same one."""
    made = token(id="AAAAAAAAAAAAAAAAAAAAAA")
    assert made == (
        "1.WyJBQUFBQUFBQUFBQUFBQUFBQUFBQUFBIiwibWF0aC1zY29yZSIsIjEiLDY2LjAxODgyMTE1MjYyNjAyLDE3NjcyMjU2MDBd"
        "NpB7SBIrmVoT5-mt7uMBju8dsDQFakyvmmvm6nsnPas"
    )


@pytest.mark.parametrize(("length", "good"), [(200, True), (LONGEST, False)], ids=["fits", "too long"])
def test_a_true_signature_does_not_excuse_the_length(length, good):
    """The token is spelled here by hand, as the format says."""
    payload = json.dumps(["id", "math-score", "1", "x" * length, int(NOW)], separators=(",", ":")).encode()
    mac = hmac.new(SECRETS[0].encode(), b"tandem receipt 1\n" + payload, "sha256").digest()
    made = "1." + base64.urlsafe_b64encode(payload + mac).decode().rstrip("=")
    if good:
        assert read(SECRETS, made, NOW).prediction == "x" * length
    else:
        with pytest.raises(BadReceipt):
            read(SECRETS, made, NOW)


def test_it_is_compact_and_fit_for_an_address():
    """For the longest spelling of a number as well."""
    made = token(-1.2345678901234567e-300)
    assert len(made) < 160
    assert set(made) <= set(ALPHABET + ".")


def test_the_longest_label_fits():
    """200 characters that JSON escapes twice each, of a model with the longest name."""
    label = "\U0001f427" * 200
    made = issue(SECRETS, model="m" * 63, version=".".join(["9" * 9] * 4), prediction=label, now=NOW)
    assert len(made) <= LONGEST
    assert read(SECRETS, made, NOW).prediction == label


def test_every_receipt_has_an_id_of_128_random_bits():
    """Of the same answer too."""
    ids = {read(SECRETS, token(), NOW).id for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(each) for each in ids} == {22}  # 128 bits in base64


def test_the_day_is_that_of_the_answer_in_utc():
    """Ids are kept by it."""
    days = [read(SECRETS, token(now=at), at).day for at in (NOW - 1, NOW, NOW + 86_399, NOW + 86_400)]
    assert days == ["2025-12-31", "2026-01-01", "2026-01-01", "2026-01-02"]


@given(st.data())
def test_any_changed_character_makes_it_no_receipt(data):
    """Another of the alphabet, of what decoders skip or take for it, or none."""
    made = token(data.draw(PREDICTIONS), id="fixed")
    at = data.draw(st.integers(0, len(made) - 1))
    other = data.draw(st.sampled_from([*ALPHABET, *"+/=. \n\0é\ud800", ""]).filter(lambda c: c != made[at]))
    with pytest.raises(BadReceipt):
        read(SECRETS, made[:at] + other + made[at + 1 :], NOW)


@pytest.mark.parametrize("prediction", [1.0, 1.25, 1.125], ids=["no rest", "rest of 1", "rest of 2"])
def test_a_receipt_has_one_spelling(prediction):
    """A replay can't be spelled anew: by padding, blanks, the other alphabet or loose last bits."""
    made = token(prediction)
    loose = [made[:-1] + last for last in ALPHABET if last != made[-1]]
    standard = made.replace("-", "+").replace("_", "/")
    others = [made + "=", made + "==", made + "\n", " " + made, made[2:], made + "A", "1." + made, *loose]
    for other in [*others, *([standard] if standard != made else [])]:
        with pytest.raises(BadReceipt):
            read(SECRETS, other, NOW)


@given(st.text(max_size=300) | st.text(ALPHABET, max_size=300).map("1.".__add__))
def test_what_nobody_signed_is_no_receipt(text):
    """Whatever it is."""
    with pytest.raises(BadReceipt):
        read(SECRETS, text, NOW)


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param("", id="empty"),
        pytest.param("1.", id="prefix alone"),
        pytest.param(token()[:-1], id="cut at the end"),
        pytest.param(token()[:2] + token()[6:], id="cut at the start"),
        pytest.param(token(secrets=("another secret of these",)), id="another secret"),
        pytest.param("2" + token()[1:], id="another format"),
        pytest.param(token() * 100, id="too long"),
        pytest.param("1." + "A" * 10_000_000, id="far too long"),
    ],
)
def test_a_forger_learns_nothing(forged):
    """One message for all that is no receipt."""
    with pytest.raises(BadReceipt) as refused:
        read(SECRETS, forged, NOW)
    assert str(refused.value) == "is no receipt of this API"


@pytest.mark.parametrize(
    ("later", "error"),
    [
        pytest.param(-AHEAD, None, id="a clock that is behind"),
        pytest.param(-AHEAD - 1, BadReceipt, id="from the future"),
        pytest.param(GOOD_FOR, None, id="30 days old"),
        pytest.param(GOOD_FOR + 0.5, ExpiredReceipt, id="older"),
        pytest.param(10 * GOOD_FOR, ExpiredReceipt, id="very old"),
    ],
)
def test_it_is_good_for_30_days(later, error):
    """And for clocks that are up to 5 minutes apart."""
    made = token(now=int(NOW))
    if error is None:
        assert read(SECRETS, made, int(NOW) + later).issued_at == int(NOW)
    else:
        with pytest.raises(error):
            read(SECRETS, made, int(NOW) + later)


def test_only_a_true_receipt_is_told_that_it_expired():
    """A forged one is not looked into."""
    old = token(secrets=("another secret of these",))
    with pytest.raises(BadReceipt):
        read(SECRETS, old, NOW + 2 * GOOD_FOR)


def test_a_secret_can_be_replaced_without_losing_receipts():
    """The first signs, both verify; the old one alone does not know the new one's."""
    old, new = "the old secret here", "the new secret here"
    before, after = token(secrets=(old,)), token(secrets=(new, old))
    assert read((new, old), before, NOW) == read((old,), before, NOW)
    assert read((new, old), after, NOW) == read((new,), after, NOW)
    with pytest.raises(BadReceipt):
        read((old,), after, NOW)
    with pytest.raises(BadReceipt):
        read((), after, NOW)


@pytest.mark.parametrize("prediction", [math.nan, math.inf, "x" * LONGEST], ids=["nan", "inf", "long"])
def test_what_could_not_be_read_back_is_not_signed(prediction):
    """An error of the program, not of a caller."""
    with pytest.raises(ValueError, match=r"JSON|too long"):
        token(prediction)
