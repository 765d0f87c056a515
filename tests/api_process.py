"""One process of the API on one port, which a test may kill: `python -m tests.api_process PORT`."""

import logging
import sys

from werkzeug.serving import make_server

from mlapi.app import create_app
from mlapi.settings import from_process
from tools.local_server import HOST

if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    make_server(HOST, int(sys.argv[1]), create_app(from_process()), threaded=True).serve_forever()
