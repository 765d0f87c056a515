"""How the last run of a pipeline went, and how long ago one succeeded."""

from monitor.alerting import checks
from monitor.alerting.rule import MINUTE, Rule, asked, label, value

PIPELINE = label("pipeline")
MAX_AGE = "max(ml_pipeline_max_age_seconds)"


def _failed(metric: str) -> str:
    return f"min by (pipeline) ({metric}) == 0"


RULES = (
    Rule(
        name="DataIngestionFailure",
        severity="critical",
        after=MINUTE,
        expr=_failed("ml_data_ingestion_success"),
        summary=f"{PIPELINE} could not read its data",
        description="The stage data_ingestion of its last run failed. The version before goes on answering.",
        check=checks.stage_failed("data_ingestion"),
    ),
    Rule(
        name="DataValidationFailure",
        severity="warning",
        after=MINUTE,
        expr=_failed("ml_data_validation_success"),
        summary=f"The data of {PIPELINE} did not pass their checks",
        description=(
            "The stage data_validation of its last run failed; the dashboard shows which rows. "
            "The version before goes on answering."
        ),
        check=checks.stage_failed("data_validation"),
    ),
    Rule(
        name="PipelineFailure",
        severity="critical",
        after=MINUTE,
        expr=_failed("ml_pipeline_success"),
        summary=f"The last run of {PIPELINE} failed",
        description="It made no new version; the one before goes on answering.",
        check=checks.pipeline_failed,
    ),
    Rule(
        name="PipelineExecutionTime",
        severity="warning",
        after=0,
        expr=f"max by (pipeline) (ml_pipeline_duration_seconds) > {checks.SLOWEST}",
        summary=f"The last run of {PIPELINE} took {value('humanizeDuration')}",
        description=f"More than {checks.SLOWEST} s.",
        check=checks.pipeline_slow,
    ),
    Rule(
        name="PipelineStale",
        severity="warning",
        after=10 * MINUTE,
        # While PIPELINE_MAX_AGE is unset there is none: scalar() is NaN, and nothing is stale.
        expr=(
            f"time() - max by (pipeline) (ml_pipeline_last_success_timestamp_seconds)\n  > scalar({MAX_AGE})"
        ),
        summary=f"{PIPELINE} last succeeded {value('humanizeDuration')} ago",
        description=f"PIPELINE_MAX_AGE allows {asked(MAX_AGE, form='humanizeDuration')}.",
        check=checks.pipeline_stale,
    ),
)
