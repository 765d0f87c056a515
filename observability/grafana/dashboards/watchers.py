"""Rows of the system's dashboard: the API's process, and who watches."""

from observability.grafana.dashboards import look
from observability.grafana.dashboards.board import Row
from observability.grafana.dashboards.panels import lines, rows, states
from observability.grafana.dashboards.promql import RATE, Query


def app() -> Row:
    """Return the row: what the API's process takes."""
    processor = lines(
        41,
        "How busy is the API?",
        Query("max by (instance) (app_cpu_usage_percent)", "{{instance}}"),
        unit="percent",
        steps=look.limit(80),
        width=8,
        alerts=("HighCPUUsage",),
        says="Of one processor; a process with threads may pass 100.",
    )
    memory = lines(
        42,
        "How much memory does the API take?",
        Query("max by (instance) (app_memory_usage_bytes)", "{{instance}}"),
        unit="bytes",
        steps=look.limit(500e6),
        width=8,
        alerts=("HighMemoryUsage",),
    )
    disk = lines(
        43,
        "How much of the disk is in use?",
        Query("max by (instance) (app_disk_usage_bytes)", "{{instance}}"),
        unit="bytes",
        width=8,
        alerts=("HighDiskUsage",),
    )
    return 40, "The API's process", (processor, memory, disk)


def watchers() -> Row:
    """Return the row: what alarms, and whether everything is watched."""
    firing = rows(
        51,
        "What alarms now?",
        Query('max by (alertname, severity, model, pipeline) (ALERTS{alertstate="firing"})', once=True),
        {"alertname": "Alert", "severity": "Severity", "model": "Model", "pipeline": "Pipeline"},
        says="Watchdog always does: it shows that alarms are judged at all.",
    )
    scraped = states(
        52,
        "Which targets answer?",
        Query("up", "{{job}} {{instance}}"),
        look.words("no", "yes"),
        alerts=("TargetDown",),
    )
    rules = lines(
        53,
        "Can every rule be judged?",
        Query(f"sum(increase(prometheus_rule_evaluation_failures_total[{RATE}]))", "rules that failed"),
        unit="short",
        width=8,
        alerts=("PrometheusRuleFailures",),
    )
    sent = lines(
        54,
        "Do notifications get through?",
        Query(f"sum(increase(alertmanager_notifications_total[{RATE}]))", "sent"),
        Query(f"sum(increase(alertmanager_notifications_failed_total[{RATE}]))", "failed"),
        unit="short",
        width=8,
        colours=(("/failed/", "red"),),
        alerts=("AlertmanagerNotificationsFailing",),
    )
    took = lines(
        55,
        "How long do scrapes take?",
        Query("max by (job) (scrape_duration_seconds)", "{{job}}"),
        unit="s",
        width=8,
        says="A scrape of the monitor may make a probe.",
    )
    return 50, "Who watches", (firing, scraped, rules, sent, took)
