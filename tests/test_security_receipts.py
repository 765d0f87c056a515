"""Of a million forged receipts and keys none is accepted; tests/test_security_keys.py has its share."""

import base64
import random
from collections.abc import Callable, Iterator
from itertools import cycle, islice

import pytest

from mlapi.receipts import BadReceipt, ExpiredReceipt, issue, read

RECEIPTS = 950_000
SECRETS = ("the secret that signs now", "the secret that signed before")
NOW = 1_767_225_600
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
TRUE = [
    issue(SECRETS[at % 2 :], model="math-score", version="1", prediction=guess, now=NOW - at)
    for at, guess in enumerate([66.0, -1.25e-300, "Adelie", True, 3, "x" * 200])
]
Forger = Callable[[random.Random], str]


def spelled(data: bytes) -> str:
    """Spell bytes as a receipt is spelled, so that only the signature can tell."""
    return "1." + base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def parts(token: str) -> tuple[bytes, bytes]:
    """Return what a receipt says, and its signature."""
    signed = base64.urlsafe_b64decode(token[2:] + "==")
    return signed[:-32], signed[-32:]


def noise(rng: random.Random) -> str:
    """Bytes of chance, from none to more than a receipt has."""
    return spelled(rng.randbytes(rng.randrange(200)))


def signed_by_chance(rng: random.Random) -> str:
    """What an answer said, under a signature of chance."""
    return spelled(parts(rng.choice(TRUE))[0] + rng.randbytes(32))


def one_bit(rng: random.Random) -> str:
    """A true receipt with one bit turned over, in what it says or in its signature."""
    signed = bytearray(b"".join(parts(rng.choice(TRUE))))
    signed[rng.randrange(len(signed))] ^= 1 << rng.randrange(8)
    return spelled(bytes(signed))


def one_character(rng: random.Random) -> str:
    """A true receipt with one character put in, taken out or changed."""
    token = rng.choice(TRUE)
    at = rng.randrange(len(token))
    rest = token[at + rng.randrange(2) :]
    return token[:at] + rng.choice([*ALPHABET, "", "=", " ", "\n", "é"]) + rest


def of_two(rng: random.Random) -> str:
    """What one receipt says, under the signature of another."""
    said, signature = rng.sample(TRUE, 2)
    return spelled(parts(said)[0] + parts(signature)[1])


def cut(rng: random.Random) -> str:
    """A true receipt that lacks its beginning or its end."""
    signed = b"".join(parts(rng.choice(TRUE)))
    at = rng.randrange(1, len(signed))
    return spelled(rng.choice([signed[:at], signed[at:]]))


def of_another_api(rng: random.Random) -> str:
    """A receipt that another secret signed."""
    secret = rng.randbytes(16).hex()
    return issue([secret], model="math-score", version="1", prediction=rng.random(), now=NOW)


FORGERS: list[Forger] = [noise, signed_by_chance, one_bit, one_character, of_two, cut, of_another_api]


def forged(rng: random.Random, forgers: list[Forger]) -> Iterator[str]:
    """Yield forged receipts without end; what came out as a true one is none."""
    true = {*TRUE}
    return (token for forge in cycle(forgers) if (token := forge(rng)) not in true)


def accepted(tokens: Iterator[str]) -> list[str]:
    """Return the tokens that are taken for receipts, in time or too late."""
    found = []
    for token in tokens:
        try:
            read(SECRETS, token, NOW)
        except BadReceipt:
            continue
        except ExpiredReceipt:
            pass  # Only a true receipt is told that: this forger knows the secret.
        found.append(token)
    return found


def test_true_receipts_are_accepted() -> None:
    """Or else what follows would mean nothing."""
    assert accepted(iter(TRUE)) == TRUE


@pytest.mark.parametrize("forger", FORGERS, ids=lambda forger: forger.__name__)
def test_no_way_to_forge_a_receipt_succeeds(forger: Forger) -> None:
    """Each of these ways, some thousand times."""
    assert accepted(islice(forged(random.Random(8), [forger]), 5_000)) == []


@pytest.mark.slow
def test_of_so_many_forged_receipts_none_is_accepted() -> None:
    """The seed is new in each run, and told by a failure."""
    seed = random.SystemRandom().randrange(2**32)
    tokens = islice(forged(random.Random(seed), FORGERS), RECEIPTS)
    assert accepted(tokens) == [], f"seed {seed}"
