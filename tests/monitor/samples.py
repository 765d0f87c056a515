"""Samples as a probe makes them, with what a test wants to be different."""

from typing import Any

from monitor.sample import FORMAT, Goldens, Model, Run, Sample, Traffic

SHA = "0728" + "a" * 60
NOW = 1_800_000_000.0


def run(**other: Any) -> Run:
    """Return a training run that went well."""
    stages = [
        {"name": name, "success": True, "seconds": 0.1, "errors": []}
        for name in ("data_ingestion", "data_validation", "model_training")
    ]
    made = {
        "pipeline": "math-score",
        "success": True,
        "seconds": 2.3,
        "finished_at": NOW - 3600,
        "stages": stages,
    }
    return made | other


def failed_run(stage: str, **other: Any) -> Run:
    """Return a run that failed in a stage."""
    failed = {"name": stage, "success": False, "seconds": 0.1, "errors": ["rows 12, 40"]}
    return run(success=False, stages=[failed], **other)


def model(**other: Any) -> Model:
    """Return the default model's card."""
    score = {"value": 0.86, "low": 0.84, "high": 0.88, "dummy": -0.01}
    made = {
        "name": "math-score",
        "version": "1",
        "default": True,
        "title": "Math score of a student",
        "task": "regression",
        "engine": "onnx",
        "sha256": SHA,
        "target": "math_score",
        "unit": "points",
        "features": ["reading_score", "writing_score"],
        "scores": {"r2": score, "rmse": {"value": 5.6, "low": None, "high": None, "dummy": 15.0}},
        "scoring": "5 times 5-fold cross-validation",
        "floors": {"score": "r2", "warning": 0.8, "critical": 0.7},
        "data": {
            "source": "a generator",
            "licence": "none",
            "rows": 1000,
            "synthetic": True,
            "note": "made up",
        },
        "run": run(),
        "failed_run": None,
    }
    return made | other


def goldens(**other: Any) -> Goldens:
    """Return eight goldens, all answered right."""
    made = {
        "model": "math-score",
        "version": "1",
        "default": True,
        "expected_from": "goldens.json",
        "expected_sha256": SHA,
        "received_sha256": SHA,
        "total": 8,
        "matching": 8,
        "max_abs_error": 1e-6,
        "differing": [],
        "examples": [{"golden": 1, "expected": 66.0, "received": 66.0}],
        "fault": None,
    }
    return made | other


def traffic(predictions: float = 100.0, fast: float = 80.0, all_calls: float = 100.0) -> Traffic:
    """Return counters of calls that took up to 10 ms, up to 100 ms, or longer."""
    seconds = {"0.01": fast, "0.1": all_calls, "+Inf": all_calls}
    return {"predictions": predictions, "requests": all_calls, "failures": 0.0, "seconds": seconds}


def sample(at: float = NOW, **other: Any) -> Sample:
    """Return a sample of an API that is up."""
    made = {
        "format": FORMAT,
        "at": at,
        "state": "up",
        "reason": "all 8 goldens of math-score 1 were answered right",
        "seconds": 0.2,
        "latency": 0.04,
        "status": 200,
        "tls_expires_at": None,
        "checks": [{"name": "health", "seconds": 0.01, "status": 200, "fault": None}],
        "models": [model()],
        "goldens": [goldens()],
        "traffic": None,
        "traffic_missing": "The API exposes no metrics yet.",
    }
    return made | other


def down(at: float = NOW, **other: Any) -> Sample:
    """Return a sample of an API that can't be reached."""
    reason = "the connection to 127.0.0.1 port 8000 was refused: nothing listens there"
    nothing = {"latency": None, "status": None, "models": [], "goldens": []}
    return sample(at, **{"state": "down", "reason": reason, **nothing, **other})
