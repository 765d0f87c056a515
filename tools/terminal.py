"""How every tool ends: one line on stderr for what went wrong, an exit code, and no traceback for Ctrl-C."""

import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

INTERRUPTED = 130
SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


class ToolError(RuntimeError):
    """What a person must know or change before the tool can go on, in one line."""


def finish(main: Callable[[], int]) -> int:
    """Run a tool and return its exit code; a ToolError is said on stderr and is 1."""
    _say_what_can_not_be_written()
    _on_signals(signal.default_int_handler)
    try:
        return _run(main)
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        # Whoever asks again while Python ends has it at once, and without a traceback.
        _on_signals(signal.SIG_DFL)


def _run(main: Callable[[], int]) -> int:
    try:
        code = main()
        sys.stdout.flush()
    except ToolError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # Whoever read the output has gone; what is left of it goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _say_what_can_not_be_written() -> None:
    """Let a character that the terminal's encoding lacks be shown as its number."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _on_signals(what: Any) -> None:
    for number in wishes_to_stop():
        signal.signal(number, what)


def wishes_to_stop() -> Iterator[signal.Signals]:
    """Yield the signals that ask to stop: a SIGINT that a shell ignores too, no SIGHUP that nohup does."""
    for name in SIGNALS:
        number = getattr(signal, name, None)
        if number and not (name == "SIGHUP" and signal.getsignal(number) is signal.SIG_IGN):
            yield number


def printable(text: object, most: int = 300) -> str:
    """Return foreign text in one line that can't steer a terminal, cut where it gets long."""
    plain = "".join(each if each.isprintable() else " " for each in str(text)[: most + 1])
    return plain if len(plain) <= most else plain[: most - 3] + "..."


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 row, 5,000 rows."""
    return f"{number:,} {noun if number == 1 else noun + 's'}"
