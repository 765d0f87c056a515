"""Sends one row to a versioned address of the API and shows what it answers."""

import signal
import sys

if __name__ == "__main__":  # Ctrl-C while it loads ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import json
from pathlib import Path

if not __package__:  # Run as a file, it finds the modules beside it by the root.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools import arguments, terminal
from tools.client import Client, NoReply, Reply
from tools.settings import ASKS_FOR_KEY, api_key_from_process
from tools.terminal import ToolError, printable

ROW = '{"time_spent": 30, "doors_in_route": 50, "assessed_value": 200000}'
EXAMPLE = f"python tools/check_api.py --data '{ROW}' --port 8000"
LONGEST = 100_000


def main() -> int:
    """Return 0 where the API answered with a status of 200 to 299."""
    options = _parser().parse_args()
    base = options.url or f"http://127.0.0.1:{options.port}"
    path = f"/{options.version}/predict"
    key = api_key_from_process()
    _check_json(options.data)
    print(f"Request: POST {base}{path}\n{options.data}", flush=True)
    with Client(base, {"User-Agent": "tandem-check-api"}, key=key) as client:
        try:
            reply = client.post(path, options.data.encode())
        except NoReply as error:
            said = (
                f"{base} gives no answer: {error}. Start it with `make run`, or name another --port or --url."
            )
            raise ToolError(said) from error
    print(f"Status code: {reply.status}\nResponse:\n{pretty(reply)}")
    if said := client.locked_out(reply):
        raise ToolError(said)
    return 0 if 200 <= reply.status < 300 else 1


def _parser() -> arguments.Parser:
    parser = arguments.Parser(
        description="Send one row to the API, show the status code and the answer; exit code 0 for a 2xx. "
        + ASKS_FOR_KEY,
        example=EXAMPLE,
    )
    parser.add_argument("--data", required=True, help="the row, as a JSON object (or a list of them)")
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--port", type=arguments.port, default=8000, help="port on this machine (8000)")
    place.add_argument("--url", type=arguments.base_url, help="address of an API elsewhere")
    parser.add_argument("--version", choices=("v1", "v2"), default="v1", help="version of the model (v1)")
    return parser


def _check_json(data: str) -> None:
    try:
        json.loads(data, parse_constant=_refuse)
        data.encode()
    except (ValueError, RecursionError) as error:
        raise ToolError(f"--data is not JSON, nothing was sent: {printable(error)}") from error


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no number in JSON")


def pretty(reply: Reply) -> str:
    """Return an answer's JSON with indents, or its text in one line."""
    if reply.body is None:
        return printable(reply.text, 2_000)
    # Escapes keep what a foreign server says from steering the terminal.
    return json.dumps(reply.body, indent=2)[:LONGEST]


if __name__ == "__main__":
    sys.exit(terminal.finish(main))
