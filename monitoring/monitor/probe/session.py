"""requests without all that it does unasked.

Redirects, proxies, cookies, .netrc and retries are off: a secret goes to the address that it is meant for,
and a call is made once.
"""

import socket
from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

AGENT = "tandem-monitor"

Open = Callable[[], socket.socket]
"""Returns a new connection, after its handshake where there is one."""


def session(opened: Open, bypass: str | None) -> requests.Session:
    """Return a session whose connections are made by `opened` alone."""
    made = _Session()
    made.trust_env = False
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    made.headers.clear()
    made.headers.update({"User-Agent": AGENT, "Accept-Encoding": "identity", "Connection": "close"})
    if bypass:
        made.headers["x-vercel-protection-bypass"] = bypass
    for scheme in ("http://", "https://"):
        made.mount(scheme, _Adapter(opened))
    return made


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Find no redirect: to look for one, requests would read the whole body, however large."""


class _Adapter(HTTPAdapter):
    def __init__(self, opened: Open) -> None:
        super().__init__()
        self.poolmanager.pool_classes_by_scheme = _pools(opened)


def _pools(opened: Open) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def connect(self) -> None:
            self.sock = opened()

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            self.sock = opened()
            self.is_verified = True

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
