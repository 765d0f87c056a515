"""The series that Prometheus computes from others: for alerts and panels, some by older systems' names."""

from dataclasses import dataclass

UNASKED = "other|/(api/)?health|/health_status|/api/model(s|-info)"
"""What callers don't ask for: monitors do, or it is no address. With it a quiet API would look better."""
ASKED = f'endpoint!~"{UNASKED}"'
WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
"""Those of the burn-rate alerts."""
LONG = ("2h", "6h", "1d", "3d")
DISKS = 'fstype!~"tmpfs|ramfs"'
BY_MODEL = "by (model, model_version)"
API = 'job="api"'
"""Memory and processor time are of the process that answers the scrape: where one process is the service."""
ON = "by (job, instance)"


@dataclass(frozen=True)
class Recorded:
    """A series by its name, and what it is."""

    record: str
    expr: str


def _requests(window: str, more: str = "") -> str:
    return f"sum by (job) (rate(ml_requests_total{{{ASKED}{more}}}[{window}]))"


def _errors(window: str) -> Recorded:
    """Return the share of requests with a 5xx status; 0, not nothing, where there never was one."""
    failed = _requests(window, ',status=~"5.."')
    return Recorded(
        f"job:ml_request_errors:ratio_rate{window}",
        f"(\n  {failed}\n  or 0 * {_requests(window)}\n)\n/ {_requests(window)}",
    )


def _calls(more: str = "") -> str:
    return f"sum {BY_MODEL} (rate(model_prediction_requests_total{more}[5m]))"


_REQUESTS = (
    Recorded("job:ml_requests:rate5m", _requests("5m")),
    Recorded(
        "job:ml_request_duration_seconds:p95_rate5m",
        "histogram_quantile(\n"
        f"  0.95, sum by (job, le) (rate(ml_request_duration_seconds_bucket{{{ASKED}}}[5m]))\n"
        ")",
    ),
    Recorded("model:ml_predictions:rate5m", f"sum {BY_MODEL} (rate(ml_predictions_total[5m]))"),
    Recorded(
        "model:model_prediction_errors:ratio_rate5m",
        _calls('{status="error"}') + "\n/ " + _calls(),
    ),
)
_APP = (
    Recorded("app_cpu_usage_percent", f"100 * rate(process_cpu_seconds_total{{{API}}}[1m])"),
    Recorded("app_memory_usage_bytes", f"process_resident_memory_bytes{{{API}}}"),
    Recorded(
        "app_disk_usage_bytes",
        'node_filesystem_size_bytes{mountpoint="/"} - node_filesystem_free_bytes',
    ),
)
_SYSTEM = (
    Recorded(
        "system_cpu_usage_percent",
        f'100 * (1 - sum {ON} (rate(node_cpu_seconds_total{{mode=~"idle|iowait"}}[1m]))\n'
        f"  / sum {ON} (rate(node_cpu_seconds_total[1m])))",
    ),
    Recorded(
        "system_memory_usage_percent",
        "100 * (1 - node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes)",
    ),
    Recorded(
        "system_disk_usage_percent",
        # As df has it: of what is there for ordinary users.
        f"100 * (1 - node_filesystem_avail_bytes{{{DISKS}}}\n"
        "  / (node_filesystem_size_bytes - node_filesystem_free_bytes + node_filesystem_avail_bytes))",
    ),
)
GROUPS = {
    "requests": _REQUESTS,
    "slo": tuple(_errors(window) for window in WINDOWS if window not in LONG),
    # They change slowly and read much: once a minute is enough.
    "slo-long": tuple(_errors(window) for window in LONG),
    "app": _APP,
    "system": _SYSTEM,
}
INTERVALS = {"slo-long": "1m"}
