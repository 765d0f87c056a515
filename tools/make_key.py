"""Makes a key for the API: prints it once, with the pair that a deployment keeps in its place."""

import signal
import sys

if __name__ == "__main__":  # Ctrl-C while it loads ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import argparse
import secrets
from hashlib import sha256
from pathlib import Path

if not __package__:  # Run as a file, it finds the modules beside it by the root.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
sys.path.append(str(Path(__file__).resolve().parent.parent / "ml-api"))  # What a name may be is read there.

from mlapi.access.keys import NAME
from tools import arguments, terminal

EXAMPLE = "python tools/make_key.py partner"
BYTES = 32
WORDS = """\
Key, shown once and kept nowhere:

  {key}

Add this pair to API_KEYS of the API, with a comma after those that are there, and deploy:

  {pair}

In a terminal, for the API here:  API_KEYS='{pair}' make run
On Vercel, in the folder ml-api:  vercel env add API_KEYS production

Then a call needs the key, as this header or as X-API-Key (YOUR_API and ROW are yours to fill in):

  curl https://YOUR_API/api/predict -H 'Authorization: Bearer {key}' \\
    -H 'Content-Type: application/json' -d 'ROW'

A monitor that is to send it gets it as MAIN_API_KEY, and so do check_api, replay and simulate. To revoke
it, remove the pair and deploy."""


def main() -> int:
    """Print a new key and how to use it."""
    options = _parser().parse_args()
    key = secrets.token_urlsafe(BYTES)
    print(WORDS.format(key=key, pair=pair(options.name, key)))
    return 0


def pair(name: str, key: str) -> str:
    """Return what API_KEYS holds of a key."""
    return f"{name}:{sha256(key.encode()).hexdigest()}"


def _parser() -> arguments.Parser:
    parser = arguments.Parser(
        description="Make a key for the API's predictions and print it, with the pair for API_KEYS.",
        example=EXAMPLE,
    )
    parser.add_argument(
        "name", metavar="NAME", type=_name, help="whose key it is: letters, digits, dots, dashes, underscores"
    )
    return parser


def _name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"{terminal.printable(text)!r} is no name: up to 64 letters, digits, dots, dashes and"
            " underscores, the first a letter or a digit"
        )
    return text


if __name__ == "__main__":
    sys.exit(terminal.finish(main))
