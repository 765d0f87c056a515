"""The composition root: settings in, a WSGI application out."""

from collections.abc import Iterable
from threading import Lock
from typing import TYPE_CHECKING

from mlapi import telemetry
from mlapi.lane import Lane
from mlapi.service import Service, start
from mlapi.settings import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment
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

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request."""
        answer = self._lane(environ, start_response)
        return self.flask(environ, start_response) if answer is None else answer

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
