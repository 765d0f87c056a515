"""The platform's entry point: a WSGI application called `app`."""

from monitor.app import create_app
from monitor.settings import from_process

app = create_app(from_process())
