"""The composition root: settings in, a WSGI application out."""

from collections.abc import Iterable
from threading import Lock
from typing import TYPE_CHECKING

from mlapi import telemetry
from mlapi.lane import Lane
from mlapi.service import Service, start
from mlapi.settings import Settings
from mlapi.turns import Turns

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment
    from flask import Flask


class Api:
    """The API: plain calls take the lane; all others go to Flask, which is imported for the first of them.

    Thus a cold start that has to predict pays for no address but that one.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self._lane = Lane(service)
        self._flask: Flask | None = None
        self._making = Lock()
        # What takes the lane is too little to take turns for. The platform waits for a body before it asks.
        on_vercel = service.settings.on_vercel
        self._others: WSGIApplication = self._by_flask if on_vercel else Turns(self._by_flask)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        environ.pop("HTTP_UPGRADE", None)  # Else a WebSocket would look for an address of its own.
        answer = self._lane(environ, start_response)
        return self._others(environ, start_response) if answer is None else answer

    def _by_flask(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        return self.flask(environ, start_response)

    @property
    def flask(self) -> "Flask":
        """The application with every address, made once; who asks meanwhile waits."""
        if self._flask is None:
            with self._making:
                if self._flask is None:
                    from mlapi.web import create_web

                    self._flask = create_web(self.service)
        return self._flask


def create_app(settings: Settings | None = None) -> Api:
    """Return the API over verified bundles.

    A broken bundle doesn't stop the start: health tells. Raises SettingsError.
    """
    service = start(settings or Settings())
    service.ledger.begins_with({telemetry.key(telemetry.COLD_STARTS): 1})
    return Api(service)
