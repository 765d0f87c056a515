"""One look at the API from outside: is it there, and are its answers right?

run       probe(): the whole of it
plan      which calls can be made, given what is known (pure)
drive     makes them side by side until the time is over
asking    what each call sends, and how its answer is read
line      one HTTP call within a deadline: session, connect, tls, sockets, body, broken
health, listing, card, baseline, answers, counters, exposed, tallies   from an answer to what it means
goldens, judged, verdict, squeezed         from that to a sample (pure)
live      the counters alone, for the live chart
"""

from monitor.probe.api import Api, LiveReading, Probed

# Not probe() itself: what it needs is imported when there is one to make.
__all__ = ["Api", "LiveReading", "Probed"]
