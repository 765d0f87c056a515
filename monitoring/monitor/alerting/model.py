"""What a model is worth, by its card, its known answers, its inputs and true outcomes, and its training."""

from monitor import live_rules
from monitor.alerting import checks
from monitor.alerting.rule import BY_MODEL, MINUTE, MODEL, SHARE, WHOLE, Rule, asked, label, value

SCORE = f"min {BY_MODEL} (ml_model_r2_score or ml_model_accuracy)"
BY_FEATURE = "by (model, model_version, feature)"
WORST = "max by (model, model_version)"


def _below(severity: str) -> str:
    return f'{SCORE}\n  < {WORST} (ml_model_score_floor{{severity="{severity}"}})'


def _floor(severity: str) -> str:
    return asked("ml_model_score_floor", "model", "model_version", fixed=f'severity="{severity}"')


RULES = (
    Rule(
        name="GoldenMismatch",
        severity="critical",
        after=2 * MINUTE,
        expr=f"min {BY_MODEL} (ml_golden_match_ratio) < 1",
        summary=f"{MODEL} gives wrong answers",
        description=(
            f"Only {value(SHARE)} of the rows whose answers are known were answered right, the worst off by "
            + asked("ml_golden_max_abs_error", "model", "model_version")
            + ". Callers get such answers too."
        ),
        check=checks.golden_mismatch,
        unseen=checks.not_answered,
    ),
    Rule(
        name="ModelAccuracyCritical",
        severity="critical",
        after=MINUTE,
        expr=_below("critical"),
        summary=f"The score of {MODEL} is {value()}, below {_floor('critical')}",
        description=(
            "The hold-out score on the model's card (R2, for classes accuracy) is below its critical floor: "
            "this version should not answer."
        ),
        check=checks.accuracy_critical,
    ),
    Rule(
        name="ModelAccuracyDrop",
        severity="warning",
        after=5 * MINUTE,
        expr=_below("warning"),
        summary=f"The score of {MODEL} is {value()}, below {_floor('warning')}",
        description=(
            "The hold-out score on the model's card (R2, for classes accuracy) is below its warning floor. "
            "ModelAccuracyCritical, if it fires too, silences this."
        ),
        check=checks.accuracy_drop,
        unseen=checks.below_critical,
    ),
    Rule(
        name="LiveAccuracyDrop",
        severity="warning",
        after=10 * MINUTE,
        expr=(
            "(\n"
            f"  {WORST} (ml_live_rmse) > {live_rules.WORSE} * {WORST} (ml_model_rmse)\n"
            "  or\n"
            f"  {WORST} (ml_live_accuracy_high) < {WORST} (ml_model_accuracy_low or ml_model_accuracy)\n"
            ")\n"
            f"and {WORST} (ml_live_labels) >= {live_rules.FEWEST_LABELS}"
        ),
        summary=f"True outcomes say that {MODEL} is worse than its card",
        description=(
            f"Over 7 days and {asked('ml_live_labels', 'model', 'model_version', form=WHOLE)} true outcomes: "
            f"{value()}, a live RMSE of more than {live_rules.WORSE} times the card's, or, for classes, the "
            "most that live accuracy can be, below the least on the card."
        ),
        check=checks.live_drop,
    ),
    Rule(
        name="ModelInputDrift",
        severity="warning",
        after=0,
        # The monitor compares two windows running; the PSI is only what the alert says.
        expr=(f"max {BY_FEATURE} (ml_feature_drift_psi)\n  and max {BY_FEATURE} (ml_feature_drifted) == 1"),
        summary=f"{label('feature')} of {MODEL} has moved away from training",
        description=(
            f"In two windows running. PSI {value()}, threshold "
            + asked("ml_feature_drift_threshold", "model", "model_version", "feature")
            + ", over "
            + asked("ml_drift_rows", "model", "model_version", "feature", form=WHOLE)
            + " rows. What the card promises was measured on other inputs."
        ),
        check=checks.input_drift,
    ),
    Rule(
        name="ModelMetricsMissing",
        severity="warning",
        after=15 * MINUTE,
        expr="absent(ml_model_r2_score) and absent(ml_model_accuracy)",
        summary="No model's score is known",
        description="Neither R2 nor accuracy of any model is exposed: no alert on them can fire.",
        check=checks.metrics_missing,
        unseen=checks.is_down,
    ),
    Rule(
        name="HighTrainingLoss",
        severity="warning",
        after=5 * MINUTE,
        expr="training_loss > 0.5",
        summary=f"The training of {label('model')} has a loss of {value()}",
        description="Mean loss over the training rows in the last epoch, above 0.5.",
    ),
    Rule(
        name="LowValidationAccuracy",
        severity="warning",
        after=5 * MINUTE,
        expr="validation_accuracy < 0.8",
        summary=f"The training of {label('model')} has {value(SHARE)} of held-out rows right",
        description="Share of held-out rows that were classified right after the last epoch, below 80%.",
    ),
)
