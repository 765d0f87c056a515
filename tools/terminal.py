"""How every command ends: one line on stderr for what went wrong, an exit code, no traceback for Ctrl-C."""

import errno
import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

INTERRUPTED = 130
NOBODY_READS = (errno.EPIPE, errno.EIO)
"""What a write ends with where `| head` has gone, and where the terminal has."""
NOT_A_FOLDER = (FileExistsError, NotADirectoryError)
"""What Python raises where a folder is to be made and a file is in the way."""
SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")


class ToolError(RuntimeError):
    """What a person must know or change before the tool can go on, in one line."""


def finish(main: Callable[[], int]) -> int:
    """Run a command and return its exit code; a ToolError is said on stderr and is 1."""
    _open_what_is_closed()
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
        code = _code(main)
        sys.stdout.flush()
    except ToolError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        if error.errno in NOBODY_READS and error.filename is None:
            _drop_output()
        else:
            print(f"error: {_reason(error)}", file=sys.stderr)
        return 1
    return code


def _code(main: Callable[[], int]) -> int:
    """Return the exit code of a command, or that with which argparse ended it."""
    try:
        return main()
    except SystemExit as ended:
        if isinstance(ended.code, int):
            return ended.code
        raise


def _reason(error: OSError) -> str:
    """Return which file could not be used and why; raises the error again where it is about no file."""
    if error.errno == errno.ENOSPC and error.filename is None:
        _drop_output()
        return "what there is to show can't be written: the disk is full"
    if error.filename is None or not error.strerror:
        raise error
    says = "a folder is needed there, and it is none" if isinstance(error, NOT_A_FOLDER) else error.strerror
    return f"{printable(error.filename)}: {says}"


def _drop_output() -> None:
    """Let what is left of the output go nowhere: Python would stumble over it once more as it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _open_what_is_closed() -> None:
    """Give a command that was started without stdout or stderr (>&-) one that leads nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 - open until the end


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
