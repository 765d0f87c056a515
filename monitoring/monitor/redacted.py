"""Keeps the parts of secret addresses out of what a library logs."""

import logging
import re
from collections.abc import Iterable
from urllib.parse import unquote

SHORTEST = 3
"""Letters; shorter parts would blot out every word, and guard nothing."""


class Redacted(logging.Filter):
    """Replaces each part of these addresses; exceptions go, since they quote addresses whole."""

    def __init__(self, addresses: Iterable[str]) -> None:
        super().__init__()
        found = {part for address in addresses for part in _parts(address)}
        longest_first = sorted(found, key=len, reverse=True)
        self._secret = re.compile("|".join(map(re.escape, longest_first)) or "(?!)", re.IGNORECASE)

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record, and let it pass."""
        record.msg, record.args = self._secret.sub("...", record.getMessage()), None
        record.exc_info = record.exc_text = record.stack_info = None
        return True


def _parts(address: str) -> set[str]:
    rest = address.partition("://")[2]
    spelled = {rest, unquote(rest)}
    return {part for each in spelled for part in re.split(r"[/:@?&=,;#\s]+", each) if len(part) >= SHORTEST}
