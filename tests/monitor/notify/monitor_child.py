"""A monitor in a process of its own, with shortened times: monitor_child PORT API REDIS ALERT_URL.

It ends cleanly, as granian does: what it is about to send is sent and recorded.
"""

import signal
import sys
import threading

from werkzeug.serving import make_server

from monitor.app import create_app
from monitor.settings import Settings

if __name__ == "__main__":
    port, api, redis, channel = sys.argv[1:]
    settings = Settings(
        main_api_url=api, redis_url=redis, alert_urls=(channel,), probe_max_age=1, alert_scale=0.02
    )
    server = make_server("127.0.0.1", int(port), create_app(settings), threaded=True)
    server.daemon_threads = False
    # From a thread: it waits for the loop, which this handler interrupts.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    server.serve_forever()
    server.server_close()
