"""What callers notice: the API is down, fails, is slow, or uses up what it may fail."""

from monitor.alerting import checks
from monitor.alerting.rule import DAY, HOUR, MINUTE, MODEL, SHARE, WHOLE, Rule, asked, value

BUDGET = 0.01
"""The share of calls that may fail in 30 days."""


def _burns(long: str, short: str, times: float) -> str:
    """Return what holds while the budget burns this much faster than it may, lately and still."""
    most = f"{times} * {BUDGET}"
    ratio = "job:ml_request_errors:ratio_rate"
    return f"({ratio}{long} > {most} and {ratio}{short} > {most})"


def _failed(window: str) -> str:
    return asked(f"job:ml_request_errors:ratio_rate{window}", "job", form=SHARE)


RULES = (
    Rule(
        name="EndpointDown",
        severity="critical",
        after=2 * MINUTE,
        expr="probe_success == 0",
        summary="The API is down",
        description=(
            "The monitor's probes don't get the right answers any more. Status code of its last call: "
            + asked("probe_http_status_code", "job", "instance", form=WHOLE)
            + " (0: no answer). The dashboard says why."
        ),
        check=checks.endpoint_down,
    ),
    Rule(
        name="TLSCertificateExpiringSoon",
        severity="warning",
        after=HOUR,
        expr=f"probe_ssl_earliest_cert_expiry - time() < {14 * DAY:.0f}",
        summary=f"The API's certificate ends in {value('humanizeDuration')}",
        description="Once it has ended, no caller that checks certificates gets an answer.",
        check=checks.certificate,
        unseen=checks.no_certificate,
    ),
    Rule(
        name="HighErrorRate",
        severity="critical",
        after=5 * MINUTE,
        # The second line: one failure among three calls at night is no reason to wake somebody.
        expr="job:ml_request_errors:ratio_rate5m > 0.05\n  and job:ml_requests:rate5m * 60 > 1",
        summary=f"{value(SHARE)} of the API's answers are errors of its own",
        description=(
            "More than 5% of the last 5 minutes' requests were answered with a 5xx status, of "
            + asked("job:ml_requests:rate5m", "job", form='printf "%.3g"')
            + " requests a second."
        ),
    ),
    Rule(
        name="HighPredictionErrorRate",
        severity="warning",
        after=5 * MINUTE,
        expr="model:model_prediction_errors:ratio_rate5m > 0.05",
        summary=f"{MODEL} fails {value(SHARE)} of its calls",
        description=(
            "More than 5% of the last 5 minutes' calls for predictions failed for a reason of the model's "
            "own. What callers get wrong is not among them."
        ),
    ),
    Rule(
        name="HighRequestLatency",
        severity="warning",
        after=10 * MINUTE,
        expr="job:ml_request_duration_seconds:p95_rate5m > 1",
        summary=f"One request in twenty takes longer than {value('humanizeDuration')}",
        description="The 95th percentile of the last 5 minutes' requests is above 1 s.",
    ),
    Rule(
        name="ErrorBudgetBurnFast",
        severity="critical",
        after=2 * MINUTE,
        expr=f"{_burns('1h', '5m', 14.4)}\n  or {_burns('6h', '30m', 6)}",
        summary="At this rate the error budget of 30 days is gone in 5 days or less",
        description=(
            f"{_failed('5m')} of the last 5 minutes' requests failed; 1% may, over 30 days. "
            "It was 14.4 times as much for an hour, or 6 times for 6 hours."
        ),
    ),
    Rule(
        name="ErrorBudgetBurnSlow",
        severity="warning",
        after=15 * MINUTE,
        expr=f"{_burns('1d', '2h', 3)}\n  or {_burns('3d', '6h', 1)}",
        summary="At this rate the error budget of 30 days does not last",
        description=(
            f"{_failed('6h')} of the last 6 hours' requests failed; 1% may, over 30 days. "
            "It was 3 times as much for a day, or more than 1% for 3 days."
        ),
    ),
)
