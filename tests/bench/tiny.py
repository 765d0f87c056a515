"""Contenders whose server is tiny_server.py, and what they are asked."""

import json
import sys
from pathlib import Path
from typing import Any

from bench.asking import Unfit
from bench.contender import Contender

SERVER = Path(__file__).with_name("tiny_server.py")
ONE = [{"value": 4}]
MANY = [{"value": number} for number in range(50)]


def tiny(mode: str = "right", *more: str, name: str = "tiny", **other: Any) -> Contender:
    """Return a contender that behaves in a way of the server's."""
    made = {
        "name": name,
        "title": f"a {mode} server",
        "kind": "peer",
        "folder": SERVER.parent,
        "command": lambda port: [sys.executable, str(SERVER), str(port), mode, *more],
        "body": lambda rows: json.dumps(rows).encode(),
        "read": lambda answer: [float(each) for each in json.loads(answer)],
        "path": "/",
    }
    return Contender(**{**made, **other})


class Agreement:
    """Agrees with everybody who is not called wrong, and knows whom it was asked about."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, address: str, contender: Contender) -> None:
        """Raise Unfit where a contender's title says so."""
        assert address.startswith("http://127.0.0.1:")
        self.asked.append(contender.name)
        if "wrong" in contender.title:
            raise Unfit(f"{contender.name} is off by up to 1")


class Shown:
    """What a person was told."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.steps: list[str] = []

    def show(self, done: float, text: str) -> None:
        """Take note of how far it is."""
        self.steps.append(text)

    def say(self, text: str) -> None:
        """Take note of a line."""
        self.said.append(text)
