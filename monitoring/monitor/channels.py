"""The channels that alerts are told through: Apprise addresses, each known by its place in ALERT_URLS."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

from monitor.redacted import Redacted

Weight = Literal["failure", "warning", "success"]


@dataclass(frozen=True)
class Channel:
    """One address; `id` tells it in the store without telling its secrets, `name` tells it to people."""

    id: str
    name: str
    send: Callable[[str, str, Weight], bool]
    """Sends title and body; tells whether the other side took them. Its own time limits hold."""


class ChannelFault(ValueError):
    """Names the addresses that can't be used by their places, and never an address."""


def opened(urls: Sequence[str]) -> list[Channel]:
    """Return a channel per address. Raises ChannelFault."""
    if not urls:
        return []
    # It takes longer to import than all else, and most monitors tell nobody.
    import apprise

    # It logs whole addresses that it can't read, and hosts that it can't reach.
    logging.getLogger("apprise").addFilter(Redacted(urls))
    found, wrong = [], []
    for place, url in enumerate(urls, 1):
        target = apprise.Apprise.instantiate(url, suppress_exceptions=True)
        if target is None:
            wrong.append(str(place))
            continue
        name = f"{place} ({url.partition('://')[0].lower()})"
        found.append(Channel(sha256(url.encode()).hexdigest()[:12], name, _sender(target)))
    if wrong:
        said = "address" if len(wrong) == 1 else "addresses"
        raise ChannelFault(f"ALERT_URLS: Apprise can't use {said} number {', '.join(wrong)}")
    return found


def _sender(target: Any) -> Callable[[str, str, Weight], bool]:
    def send(title: str, body: str, weight: Weight) -> bool:
        import apprise

        sender = apprise.Apprise()
        sender.add(target)
        # It catches and logs what its channel raises, and answers False.
        return bool(sender.notify(title=title, body=body, notify_type=weight, body_format="text"))

    return send
