"""What a metric's own help text is too short for."""

API = {
    "ml_requests_total": "`endpoint` is the route, `other` for what is none.",
    "model_prediction_requests_total": "`status` is `success`, or `error` where the caller is not at fault.",
    "ml_predictions_total": "`species` is the predicted class, empty for regression.",
    "ml_feature_bin_total": (
        "`bin` is a position among the card's `edges`, a category, `other` or `missing`; a category of one of"
        " these two names stands in quotes."
    ),
    "ml_input_faults_total": (
        "`kind` is `missing`, `unknown`, `type`, `range`, `category`, `length`, `not-finite`, `repeated` or"
        " `shape`. The first 100 of a call are counted."
    ),
    "ml_feedback_absolute_error_sum": "In the target's unit; stored in thousandths of its deviation.",
    "ml_feedback_squared_error_sum": "In the target's unit, squared.",
    "ml_feedback_correct_total": "For classes alone.",
    "ml_canary_requests_total": "A monitor's goldens are kept out of all other counts.",
    "ml_simulated_requests_total": (
        "They carry the header `X-Tandem-Simulated`; the dashboard says that they were simulated."
    ),
    "ml_store_late_requests_total": "A kill may lose these, and no others.",
    "ml_store_up": "Of the instance that answers.",
    "ml_store_info": 'At `shared="false"` each instance would count by itself, so nothing is counted.',
    "ml_model_load_seconds": "Of the instance that answers.",
}
MONITOR = {
    "ml_monitor_configured": "At 0, there is no other metric.",
    "ml_store_info": "`shared` is `false` where it ends with the process.",
    "probe_ssl_earliest_cert_expiry": "Of an API behind TLS alone.",
    "ml_golden_match_ratio": "Absent for a model whose golden call got no answer.",
    "ml_model_accuracy_low": "Absent where the card has no interval.",
    "ml_model_score_floor": "The score is R2, and accuracy for classes.",
    "ml_pipeline_max_age_seconds": "Absent while `PIPELINE_MAX_AGE` is unset.",
    "ml_live_labels": "Absent below 20, as everything else that is live.",
    "ml_feature_drifted": "[The monitor](../monitor.md#drift) says when an input has.",
}
ARTIFACTS = {
    "ml_bundle_verified": "At 0, the bundle has no other family, and `/status` has the reason.",
    "system_cpu_usage_percent": "With `--system`, as the next two; over a second or more.",
}
TRAININGS = {
    "training_loss": "Absent before the first epoch, as accuracy is.",
}
REPLAYS = {
    "model_result": 'Its one value has `prediction="prediction_value"`; absent before the first answer.',
    "http_requests_total": "`status` is `none` for a call that got no answer.",
}
RECORDED = {
    "job:ml_requests:rate5m": "Requests a second, without what monitors ask and what is no address.",
    "job:ml_request_duration_seconds:p95_rate5m": "Seconds in which 95% of them are answered.",
    "model:ml_predictions:rate5m": "Rows a second.",
    "model:model_prediction_errors:ratio_rate5m": "Share of calls that failed.",
    "app_cpu_usage_percent": "Of the API's process; 100% is one processor.",
    "app_memory_usage_bytes": "Of the API's process.",
    "app_disk_usage_bytes": "Used on the file system `/`.",
    "system_cpu_usage_percent": "Of the machine, from node_exporter.",
    "system_memory_usage_percent": "Of the machine, from node_exporter.",
    "system_disk_usage_percent": "Of what ordinary users may use, as `df` has it.",
} | {
    f"job:ml_request_errors:ratio_rate{window}": f"Share of requests with a 5xx status, over {window}."
    for window in ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
}
