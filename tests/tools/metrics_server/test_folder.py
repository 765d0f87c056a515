"""What the metrics server says of a folder, whole and damaged in every way."""

import json
import shutil

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from tools.bundles.app import app
from tools.bundles.folder import read
from tools.bundles.fresh import Fresh
from tools.bundles.metrics import Exposition
from training.index import read_index
from training.sealed import seal, sha256, unseal

MATHS = {"model": "math-score", "model_version": "1"}
PIPELINE = (
    "ml_pipeline_success",
    "ml_pipeline_duration_seconds",
    "ml_data_ingestion_success",
    "ml_data_validation_success",
)


@pytest.fixture
def ask(artifacts):
    """Give `ask(path)`: an answer of the server about the folder as it is then."""
    client = app(Fresh(artifacts)).test_client()
    return client.get


def samples(ask):
    """Return (name, labels) -> value of all samples."""
    families = text_string_to_metric_families(ask("/metrics").get_data(as_text=True))
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def value(ask, name, **labels):
    """Return a sample, None where there is none."""
    return samples(ask).get((name, tuple(sorted(labels.items()))))


def names(ask, labels):
    """Return the families that have a sample with these labels."""
    return {name for name, found in samples(ask) if labels.items() <= dict(found).items()}


def test_a_whole_folder_has_its_scores_floors_and_runs(ask, artifacts):
    """The cards' own numbers."""
    card = json.loads((artifacts / "math-score" / "1" / "bundle.json").read_text())
    run = unseal((artifacts / "math-score" / "1" / "run.json").read_bytes())
    for score, name in (("r2", "r2_score"), ("rmse", "rmse"), ("mae", "mae")):
        assert value(ask, f"ml_model_{name}", **MATHS) == card["scores"][score]["value"]
    assert value(ask, "ml_model_accuracy", **MATHS) is None
    assert 0.9 < value(ask, "ml_model_accuracy", model="penguins", model_version="1") <= 1
    assert value(ask, "ml_model_score_floor", **MATHS, severity="critical") == card["floors"]["critical"]
    assert value(ask, "ml_bundle_verified", **MATHS) == 1
    assert value(ask, "ml_artifacts_verified") == 1
    assert value(ask, "ml_pipeline_duration_seconds", pipeline="math-score") == run["seconds"]
    assert [value(ask, name, pipeline="penguins") for name in PIPELINE if "seconds" not in name] == [1, 1, 1]
    said = ask("/status").json
    assert [(each["name"], each["state"]) for each in said["bundles"]] == [
        ("math-score", "verified"),
        ("penguins", "verified"),
    ]
    assert said["pipelines"][0]["finished_at"] == run["finished_at"]
    assert [stage["name"] for stage in said["pipelines"][0]["stages"]] == [s["name"] for s in run["stages"]]
    assert ask("/health").json == {"status": "healthy", "verified": 2, "listed": 2, "reasons": {}}


def flip(path):
    """Change one byte, and not the length."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("file", ["bundle.json", "run.json", "model.joblib", "model.onnx"])
@pytest.mark.parametrize("damage", ["flipped", "gone"])
def test_a_broken_bundle_is_a_zero_and_a_reason(ask, artifacts, file, damage):
    """It has no score, no floor and no run; the other model has all of its own."""
    assert value(ask, "ml_bundle_verified", **MATHS) == 1
    path = artifacts / "math-score" / "1" / file
    flip(path) if damage == "flipped" else path.unlink()
    assert value(ask, "ml_bundle_verified", **MATHS) == 0
    assert names(ask, MATHS) == {"ml_bundle_verified"}
    assert names(ask, {"pipeline": "math-score"}) == set()
    assert names(ask, {"pipeline": "penguins"}) >= set(PIPELINE)
    assert value(ask, "ml_artifacts_verified") == 0
    (broken, well) = ask("/status").json["bundles"]
    assert broken["state"] == "broken"
    assert f"math-score/1/{file}" in broken["reason"]
    assert well["state"] == "verified"
    health = ask("/health")
    assert (health.status_code, health.json["status"]) == (200, "degraded")
    assert list(health.json["reasons"]) == ["math-score/1"]


@pytest.mark.parametrize(
    "content", [None, b"", b"{}", b"\xff", seal({"bundles": {}}), seal({"bundles": []}), seal({"other": 1})],
    ids=["gone", "empty", "unsealed", "no text", "nothing listed", "a list", "no bundles"],
)  # fmt: skip
def test_without_an_index_nothing_is_known(ask, artifacts, content):
    """A zero, a reason and 503; no family of any model."""
    path = artifacts / "index.json"
    path.unlink() if content is None else path.write_bytes(content)
    assert samples(ask) == {("ml_artifacts_verified", ()): 0}
    health = ask("/health")
    assert (health.status_code, health.json["status"]) == (503, "unhealthy")
    assert "index.json" in health.json["reasons"]
    assert ask("/status").json["bundles"] == []


def test_a_folder_that_is_not_there_is_a_reason(tmp_path):
    """The server answers all the same, and sees it when it comes."""
    client = app(Fresh(tmp_path / "none")).test_client()
    assert client.get("/health").status_code == 503
    assert "ml_artifacts_verified 0.0" in client.get("/metrics").get_data(as_text=True)


def failed(artifacts, **changed):
    """Write the record of a run that failed in its validation."""
    stages = [
        {"name": "data_ingestion", "success": True, "seconds": 0.5},
        {"name": "data_validation", "success": False, "seconds": 0.5, "errors": ["rows 12, 40"]},
    ]
    said = {"pipeline": "math-score", "success": False, "seconds": 1.5, "python": "3.12", "stages": stages}
    times = {"started_at": "2026-01-31T12:00:00Z", "finished_at": "2026-01-31T12:00:02Z"}
    (artifacts / "math-score" / "failed-run.json").write_bytes(seal(said | times | changed))


def test_the_last_run_counts_though_an_older_bundle_serves(ask, artifacts):
    """A failed training is told, the last success keeps its time, the scores stay."""
    before = value(ask, "ml_pipeline_last_success_timestamp_seconds", pipeline="math-score")
    failed(artifacts)
    assert [value(ask, name, pipeline="math-score") for name in PIPELINE] == [0, 1.5, 1, 0]
    assert value(ask, "ml_pipeline_last_success_timestamp_seconds", pipeline="math-score") == before
    assert value(ask, "ml_model_r2_score", **MATHS) > 0.8
    assert [run["success"] for run in ask("/status").json["pipelines"]] == [False, True]


@pytest.mark.parametrize("changed", [{"stages": 3}, {"finished_at": "yesterday"}, {"seconds": "long"}])
def test_a_record_that_says_nothing_is_broken(ask, artifacts, changed):
    """Whether the last run succeeded is not known then."""
    failed(artifacts, **changed)
    assert names(ask, {"pipeline": "math-score"}) == {"ml_pipeline_last_success_timestamp_seconds"}
    assert ask("/health").json["status"] == "degraded"
    assert value(ask, "ml_artifacts_verified") == 0


def test_a_damaged_record_is_broken(ask, artifacts):
    """Its seal tells."""
    failed(artifacts)
    flip(artifacts / "math-score" / "failed-run.json")
    assert "math-score/failed-run.json" in ask("/health").json["reasons"]
    assert names(ask, {"pipeline": "math-score"}) == {"ml_pipeline_last_success_timestamp_seconds"}


def rewrite(artifacts, change):
    """Write another card in place of math-score 1, with every hash right."""
    path = artifacts / "math-score" / "1" / "bundle.json"
    card = json.loads(path.read_text())
    change(card)
    path.write_text(json.dumps(card))
    index = read_index(artifacts)
    index["math-score"]["1"] = {"bytes": path.stat().st_size, "sha256": sha256(path.read_bytes())}
    (artifacts / "index.json").write_bytes(seal({"bundles": index}))


@pytest.mark.parametrize("key", ["scores", "floors", "data"])
@pytest.mark.parametrize("content", [None, [], {"r2": {"value": "high"}}], ids=["null", "list", "words"])
def test_a_card_that_lacks_something_is_broken_though_its_hash_is_right(ask, artifacts, key, content):
    """No score is made of it."""
    rewrite(artifacts, lambda card: card.update({key: content}))
    assert value(ask, "ml_bundle_verified", **MATHS) == 0
    assert names(ask, MATHS) == {"ml_bundle_verified"}


def test_an_older_version_does_not_speak_for_a_broken_newer_one(artifacts):
    """Its scores are its own, but whether the last run succeeded is not known."""
    shutil.copytree(artifacts / "math-score" / "1", artifacts / "math-score" / "2")
    index = read_index(artifacts)
    index["math-score"]["2"] = {"bytes": 1, "sha256": "0" * 64}
    (artifacts / "index.json").write_bytes(seal({"bundles": index}))
    ask = app(Fresh(artifacts)).test_client().get
    assert value(ask, "ml_model_r2_score", **MATHS) > 0.8
    assert value(ask, "ml_bundle_verified", model="math-score", model_version="2") == 0
    assert value(ask, "ml_pipeline_success", pipeline="math-score") is None
    assert value(ask, "ml_pipeline_success", pipeline="penguins") == 1


def test_the_folder_is_read_again_only_after_a_change(artifacts):
    """And then at the next question."""
    fresh = Fresh(artifacts)
    first = fresh()
    assert fresh() is first
    flip(artifacts / "penguins" / "1" / "model.onnx")
    second = fresh()
    assert second is not first
    assert fresh() is second


def test_reading_twice_says_the_same(artifacts):
    """Same bytes for the same folder."""
    assert generate_latest(Exposition(read(artifacts))) == generate_latest(Exposition(read(artifacts)))


def test_links_are_followed_each_time(artifacts, tmp_path):
    """A bundle behind one, the folder itself exchanged by one, and circles of them."""
    elsewhere = artifacts / "elsewhere"
    (artifacts / "penguins").rename(elsewhere)
    (artifacts / "penguins").symlink_to(elsewhere)
    (artifacts / "circle").symlink_to(artifacts)
    current = tmp_path / "current"
    current.symlink_to(artifacts)
    fresh = Fresh(current)
    assert fresh().whole
    flip(elsewhere / "1" / "model.onnx")
    assert not fresh().whole
    (tmp_path / "empty").mkdir()
    current.unlink()
    current.symlink_to(tmp_path / "empty")
    assert not fresh().versions
