"""A monitor in a process of its own, with shortened times: monitor_child PORT API REDIS ALERT_URL."""

import sys

from werkzeug.serving import make_server

from monitor.app import create_app
from monitor.settings import Settings

if __name__ == "__main__":
    port, api, redis, channel = sys.argv[1:]
    settings = Settings(
        main_api_url=api, redis_url=redis, alert_urls=(channel,), probe_max_age=1, alert_scale=0.02
    )
    make_server("127.0.0.1", int(port), create_app(settings), threaded=True).serve_forever()
