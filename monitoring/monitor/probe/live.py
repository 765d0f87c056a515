"""The API's counters alone, asked once a second while somebody watches; nothing of it is kept."""

from time import monotonic

from monitor.probe.api import Api, LiveReading
from monitor.probe.asking import call_metrics
from monitor.probe.counters import Counters, read_counters
from monitor.probe.faults import Failed
from monitor.probe.line import Line
from monitor.probe.tls import Verify
from monitor.shapes import WrongShape


def read_traffic(api: Api, *, connect: float = 1.0, total: float = 2.0, verify: Verify = True) -> LiveReading:
    """Ask for the metrics once, and return within the time whatever the API does."""
    line = Line(api, connect=connect, deadline=monotonic() + total, verify=verify)
    try:
        reply = call_metrics(line, api)
    finally:
        line.close()
    if reply.fault:
        return LiveReading(None, None, f"The API's metrics can't be read: {reply.fault['says']}.")
    try:
        counters = read_counters(reply, token=api.metrics_token, bypass=api.bypass, bins=False)
    except Failed as failed:
        counters = Counters(None, f"The API's metrics can't be read: {failed}.")
    except WrongShape as error:
        counters = Counters(None, f"The API's metrics can't be read: {error}.")
    return LiveReading(reply.latency, counters.traffic, counters.missing, counters.tallies)
