"""The platform's entry point: a WSGI application called `app`."""

from monitor.app import create_app
from monitor.doors import announce
from monitor.settings import from_process

settings = from_process()
app = create_app(settings)
announce(settings)
