"""One training under watch: the server meanwhile, then the push, then the time to linger."""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress

from training.watch.board import Board
from training.watch.push import JOB, PushError, push
from training.watch.server import serving


@contextmanager
def watched(args: argparse.Namespace, model: str) -> Iterator[Board]:
    """Give the board that the training writes on; push and linger where it succeeded.

    Raises TrainingError before anything is trained where the port is taken.
    """
    board = Board(model)
    registry = board.registry()
    with nullcontext() if args.metrics_port is None else serving(registry, args.metrics_port) as address:
        if address:
            _say(f"metrics {address}")
        yield board
        if args.push:
            _push(args.push, board)
        if address and args.linger:
            _linger(address, args.linger)


def _push(gateway: str, board: Board) -> None:
    """Push; a failure is told and no more, since the bundle is written."""
    try:
        push(gateway, board.model, board.registry())
    except PushError as error:
        _say(f"warning: --push {gateway}: nothing was pushed ({error}); the bundle itself is written")
    else:
        _say(f"pushed  {gateway}, job {JOB}, model {board.model}")


def _linger(address: str, seconds: float) -> None:
    with suppress(KeyboardInterrupt):
        _say(f"linger  {address} for {seconds:g} s more; Ctrl-C ends it")
        time.sleep(seconds)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
