"""Whether the watching itself works: scrapes, rules, deliveries."""

from monitor.alerting.rule import MINUTE, Rule, label, value

RULES = (
    Rule(
        name="TargetDown",
        severity="warning",
        after=5 * MINUTE,
        # These two come and go with a person's command.
        expr='up{job!~"training|metrics-server"} == 0',
        summary=f"Prometheus can't scrape {label('job')}",
        description=f"{label('instance')} does not answer, or with something else than metrics. "
        "No alert on what it exposes can fire.",
    ),
    Rule(
        name="PrometheusRuleFailures",
        severity="warning",
        after=5 * MINUTE,
        expr="increase(prometheus_rule_evaluation_failures_total[5m]) > 0",
        summary="Prometheus can't evaluate some of its rules",
        description=f"{value('printf `%.0f`')} evaluations failed in 5 minutes, in {label('rule_group')}. "
        "Alerts of that group may be silent.",
    ),
    Rule(
        name="AlertmanagerNotificationsFailing",
        severity="critical",
        after=5 * MINUTE,
        expr=("sum by (job, instance, integration) (rate(alertmanager_notifications_failed_total[5m])) > 0"),
        summary=f"Alertmanager can't deliver by {label('integration')}",
        description="Notifications by that channel fail: people don't hear of alerts.",
    ),
    Rule(
        name="Watchdog",
        severity="none",
        after=0,
        expr="vector(1)",
        summary="Alerting works",
        description="Fires always. Whoever no longer receives it knows that alerts don't reach them.",
    ),
)
