"""The ids of calls."""

import uuid

from mlapi.ids import new_id


def test_an_id_is_a_random_uuid():
    """As any reader of them tells, in the one spelling that all share."""
    for _ in range(1000):
        text = new_id()
        read = uuid.UUID(text)
        assert (str(read), read.version, read.variant) == (text, 4, uuid.RFC_4122)


def test_no_two_calls_have_the_same():
    """Nor do ids that were made in a row have digits in common, beside those that say what they are."""
    ids = [new_id() for _ in range(20_000)]
    assert len({*ids}) == len(ids)
    fixed = [place for place in range(36) if len({text[place] for text in ids}) == 1]
    assert fixed == [8, 13, 14, 18, 23]
