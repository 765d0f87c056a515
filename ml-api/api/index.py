"""The platform's entry point: a WSGI application called `app`."""

import gc

from mlapi.access import announce
from mlapi.settings import from_process, keep_to_one_thread

keep_to_one_thread()
gc.disable()  # What loads now stays: the collector would look through all of it again and again.

from mlapi.app import create_app  # noqa: E402 - it loads all the rest

settings = from_process()
app = create_app(settings)
announce(settings)
gc.freeze()  # Nor need it be looked through later.
gc.enable()
