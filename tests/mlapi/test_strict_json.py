"""What Python's JSON reader lets pass is found and named."""

import pytest

from mlapi.strict_json import NotJson, decode, faults


def test_proper_json_is_decoded_and_gives_no_cause_for_suspicion():
    """Pairs of surrogates are proper: json.dumps writes them for every emoji."""
    assert decode(b'\xef\xbb\xbf{"a": [1, 2.5, -0.0, null, true, "\\ud83d\\ude00"]}') == (
        {"a": [1, 2.5, -0.0, None, True, "\U0001f600"]},
        False,
    )


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"{'a': 1}", "not JSON"),
        (b'{"a": 01}', "not JSON"),
        (b'{"a": 1} x', "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"a": "\\ud800"}', "lone surrogate"),
        (b'{"\\ud800": 1}', "lone surrogate"),
    ],
)
def test_it_refuses_what_is_no_json_and_quotes_nothing(body, said):
    """The message tells where, not what."""
    with pytest.raises(NotJson, match=said):
        decode(body)


def test_every_improper_entry_is_named():
    """All at once, each by its key."""
    row, suspicious = decode(b'{"a": NaN, "b": 1e400, "c": -Infinity, "d": 1, "d": 2, "e": 1e308}')
    assert suspicious
    assert list(faults(row)) == [
        ("d", "stands more than once"),
        ("a", "must be a finite number"),
        ("b", "must be a finite number"),
        ("c", "must be a finite number"),
    ]


def test_a_whole_number_of_any_length_is_a_number_or_not_finite():
    """Python itself refuses to read whole numbers of more than 4,300 digits."""
    row, suspicious = decode(b'{"a": 1' + b"0" * 299 + b', "b": -1' + b"0" * 5000 + b"}")
    assert suspicious
    assert row["a"] == 1e299
    assert list(faults(row)) == [("b", "must be a finite number")]
