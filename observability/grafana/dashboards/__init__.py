"""The four Grafana dashboards as code; `make dashboards` writes them to ../rendered/ as JSON."""

import warnings

with warnings.catch_warnings():
    # At its import it recommends the next schema, which is experimental in the Grafana that is pinned.
    warnings.filterwarnings("ignore", "Prefer using dashboardv2", DeprecationWarning)
    from grafana_foundation_sdk.builders import bargauge, dashboard  # noqa: F401
