"""The platform's entry point: a WSGI application called `app`."""

import gc

from mlapi.app import create_app
from mlapi.settings import from_process

app = create_app(from_process())
gc.freeze()  # What is loaded now stays; the collector need not walk it again.
