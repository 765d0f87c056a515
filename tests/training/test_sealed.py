"""Sealed files: every changed byte is found."""

import json

import pytest

from training.sealed import SealError, seal, sha256, unseal

CONTENT = {"name": "Zoë", "numbers": [1, 2.5, -3e-7], "nested": {"b": None, "a": True}}


def test_it_gives_back_what_was_sealed() -> None:
    """Sealing loses nothing."""
    assert unseal(seal(CONTENT)) == CONTENT


def test_it_is_spelled_as_the_contract_says() -> None:
    """The file is indented JSON with sorted keys; the hash is that of the compact spelling."""
    compact = json.dumps(CONTENT, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    whole = CONTENT | {"sha256": sha256(compact)}
    assert seal(CONTENT) == (json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def test_it_finds_every_flipped_bit() -> None:
    """No byte of a sealed file is free."""
    sealed = seal(CONTENT)
    for position in range(len(sealed)):
        for bit in range(8):
            changed = bytearray(sealed)
            changed[position] ^= 1 << bit
            with pytest.raises(SealError):
                unseal(bytes(changed))


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"[]", id="list"),
        pytest.param(b'{"a": 1}', id="unsealed"),
        pytest.param(b'{"a": NaN, "sha256": ""}', id="not finite"),
        pytest.param(b'{"a": 1e999, "sha256": ""}', id="infinite"),
        pytest.param(b'{"a": "\\ud800", "sha256": ""}', id="surrogate"),
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b"\xff\xfe", id="not UTF-8"),
        pytest.param(seal(CONTENT) + b"\n", id="longer"),
        pytest.param(seal(CONTENT)[:-1], id="shorter"),
    ],
)
def test_it_refuses_what_is_not_sealed(data: bytes) -> None:
    """Nothing but the one spelling is taken."""
    with pytest.raises(SealError):
        unseal(data)


def test_it_seals_no_number_that_json_does_not_have() -> None:
    """A NaN stops the writing, not the reading."""
    with pytest.raises(ValueError, match="Out of range float"):
        seal({"a": float("nan")})
