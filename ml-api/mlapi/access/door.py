"""The door that every call goes through that is more than a question: whose is it, and is it one too many?"""

from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import replace
from typing import Any

from mlapi.access import keys
from mlapi.access.keys import Key
from mlapi.access.limiter import Headers, Limiter
from mlapi.problems import Refusal

QUESTIONS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that pass without it."""
JUDGED = "mlapi.judged"
"""In a request's environ: what became of it, so that it counts once, whoever asks."""
CANARY = "HTTP_X_TANDEM_CANARY"
NO_KEY = (
    "This address asks for a key, as Authorization: Bearer KEY or X-API-Key: KEY, and got none that it knows."
)

Environ = MutableMapping[str, Any]


class Door:
    """Keys, if there are any, and limits, if there are any."""

    def __init__(
        self, known: Sequence[Key], limiter: Limiter | None, address: Callable[[Environ], str]
    ) -> None:
        self._known = known
        self._limiter = limiter
        self._address = address

    def admit(self, environ: Environ) -> Headers:
        """Return what the answer to a call says of its limits. Raises Refusal 401 or 429."""
        if not self.opens(environ):
            raise replace(environ[JUDGED])
        headers: Headers = environ[JUDGED]
        return headers

    def opens(self, environ: Environ) -> bool:
        """Return whether a call is admitted."""
        if JUDGED not in environ:
            environ[JUDGED] = self._judged(environ)
        return not isinstance(environ[JUDGED], Refusal)

    def _judged(self, environ: Environ) -> Headers | Refusal:
        try:
            name = self._holder(environ)
            return self._limiter(self._caller(name, environ)) if self._limiter else ()
        except Refusal as refusal:
            return refusal.with_traceback(None)  # Which would hold the environ that holds it.

    def _holder(self, environ: Environ) -> str | None:
        if not self._known:
            return None
        name = keys.holder(self._known, keys.given(environ))
        if name is None:
            # One answer for all that is wrong: it tells nobody what a key looks like.
            raise Refusal(401, "unauthorized", NO_KEY, headers={"WWW-Authenticate": "Bearer"})
        return name

    def _caller(self, name: str | None, environ: Environ) -> str:
        caller = f"key:{name}" if name else f"from:{self._address(environ)}"
        # A monitor's known rows are counted apart, so that traffic doesn't make it look as if all were down.
        return f"canary:{caller}" if CANARY in environ else caller


def told(environ: Environ) -> Headers:
    """Return what the answer to an admitted call says; a refusal says it by itself."""
    verdict = environ.get(JUDGED, ())
    return () if isinstance(verdict, Refusal) else verdict
