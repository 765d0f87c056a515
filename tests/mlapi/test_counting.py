"""What is counted of which request, and what /api/metrics says of it."""

import shutil
import subprocess
from pathlib import Path
from time import process_time

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families

from mlapi.bins import Bins
from mlapi.counters import Flush, StoreError
from mlapi.counters.ledger import Ledger
from mlapi.counters.sqlite import SqliteStore

ROOT = Path(__file__).resolve().parents[2]
CANARY = {"X-Tandem-Canary": "goldens"}


@pytest.fixture
def client(counting):
    """Return a client of an API that counts."""
    return counting()


def counted(client, name: str = "") -> dict[tuple, float]:
    """Return what is counted and not zero: (name, label values by label) -> value."""
    text = client.get("/api/metrics").text
    return {
        (one.name, *(one.labels[label] for label in sorted(one.labels))): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
        if one.name.startswith(name) and one.value
    }


def bins(client, feature: str, model: str = "math-score") -> dict[str, float]:
    """Return a feature's rows by bin."""
    found = counted(client, "ml_feature_bin_total")
    return {key[1]: value for key, value in found.items() if key[2:4] == (feature, model)}


def test_a_prediction_is_counted_once_everywhere(client, student):
    """The request, its duration, the call, the engine, the row and a bin of every feature."""
    client.post("/api/predict", json=student)
    said = counted(client)
    assert said["ml_requests_total", "/api/predict", "POST", "200"] == 1
    assert said["ml_request_duration_seconds_count", "/api/predict", "POST"] == 1
    assert 0 < said["ml_request_duration_seconds_sum", "/api/predict", "POST"] < 10
    assert said["model_prediction_requests_total", "math-score", "1", "success"] == 1
    assert said["model_prediction_duration_seconds_count", "math-score", "1"] == 1
    assert said["ml_predictions_total", "math-score", "1", ""] == 1
    assert bins(client, "reading_score") == {"5": 1}
    assert bins(client, "gender") == {"female": 1}
    assert said["ml_cold_starts_total",] == 1


def test_rows_are_counted_by_predicted_class(client, cards):
    """Of every golden of penguins, and ten times so that numpy counts them too."""
    goldens = cards["penguins"]["goldens"]
    rows = [golden["input"] for golden in goldens] * 10
    assert client.post("/api/predict?model=penguins", json=rows).status_code == 200
    found = counted(client, "ml_predictions_total")
    said = {key[3]: value for key, value in found.items()}
    labels = [golden["prediction"] for golden in goldens] * 10
    assert said == {label: labels.count(label) for label in set(labels)}
    for feature in cards["penguins"]["baseline"]["features"]:
        assert sum(bins(client, feature, "penguins").values()) == len(rows)


@pytest.mark.parametrize(
    ("method", "path", "endpoint", "status"),
    [
        ("GET", "/nothing/here", "other", 404),
        ("GET", "/api/predict", "/api/predict", 405),
        ("DELETE", "/api/health", "/api/health", 405),
        ("GET", "/", "/", 200),
        ("HEAD", "/api/health", "/api/health", 200),
        ("BREW", "/", "/", 405),
    ],
)
def test_every_request_is_counted_by_its_route(client, method, path, endpoint, status):
    """What is no route, and what is no method, is `other`."""
    assert client.open(path, method=method).status_code == status
    known = method if method != "BREW" else "other"
    assert counted(client, "ml_requests_total") == {("ml_requests_total", endpoint, known, str(status)): 1}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/api/predict", 405), ("POST", "/api/health", 405), ("GET", "/api/health", 200)],
)
def test_a_wish_for_another_protocol_is_ignored(client, method, path, status):
    """A server may: else there would be no address to count it by."""
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket"}
    assert client.open(path, method=method, headers=upgrade).status_code == status
    assert counted(client, "ml_requests_total") == {("ml_requests_total", path, method, str(status)): 1}


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics", "/api/metrics"])
def test_looking_is_not_counted(client, path):
    """Else the clock of a monitor would count itself."""
    client.get(path)
    assert counted(client, "ml_requests_total") == {}


def test_what_callers_get_wrong_is_counted_apart(client, student):
    """By feature and kind; a refused input is neither a success nor an error, and predicts nothing."""
    wrong = student | {"gender": "x", "reading_score": 101, "writing_score": "y", "more": 1}
    del wrong["lunch"]
    client.post("/api/predict", json=[wrong, wrong])
    client.post("/api/predict", data='{"reading_score": NaN}', content_type="application/json")
    said = counted(client, "ml_input_faults_total")
    kinds = {key[1:3]: value for key, value in said.items()}
    assert kinds["gender", "category"] == 2
    assert kinds["reading_score", "range"] == 2
    assert kinds["writing_score", "type"] == 2
    assert kinds["", "unknown"] == 2
    assert kinds["lunch", "missing"] == 3
    assert kinds["reading_score", "not-finite"] == 1
    assert counted(client, "model_prediction_requests") == {}
    assert counted(client, "ml_predictions") == counted(client, "ml_feature_bin") == {}


def test_a_broken_model_is_an_error(counting, artifacts, cards):
    """A 5xx of a call for predictions."""
    (artifacts / "penguins/1/model.onnx").write_bytes(b"broken")
    client = counting(artifacts=artifacts)
    row = cards["penguins"]["goldens"][0]["input"]
    assert client.post("/api/predict?model=penguins", json=row).status_code == 503
    assert counted(client, "model_prediction_requests") == {
        ("model_prediction_requests_total", "penguins", "1", "error"): 1
    }


def test_a_monitors_goldens_are_counted_apart(client, cards):
    """And nothing else of them is."""
    goldens = [golden["input"] for golden in cards["math-score"]["goldens"]]
    assert client.post("/api/predict", json=goldens, headers=CANARY).status_code == 200
    said = counted(client, "ml_")
    assert said.pop(("ml_canary_requests_total", "/api/predict", "200")) == 1
    assert {key[0] for key in said} == {
        "ml_cold_starts_total",
        "ml_store_up",
        "ml_store_info",
        "ml_model_load_seconds",
    }


def test_a_monitors_goldens_leave_no_line_in_the_log(client, cards, capsys):
    """They would be most of it."""
    goldens = [golden["input"] for golden in cards["math-score"]["goldens"]]
    client.post("/api/predict", json=goldens, headers=CANARY)
    assert capsys.readouterr().out == ""


def test_nobody_hides_traffic_behind_the_header(client, cards, student):
    """One other row, and the call counts as what it is; so do goldens without the header."""
    goldens = [golden["input"] for golden in cards["math-score"]["goldens"]]
    other = student | {"reading_score": 33}
    client.post("/api/predict", json=[goldens[0], other], headers=CANARY)
    client.post("/api/predict", json=goldens[0])
    client.post("/api/predict", json=goldens * 2, headers=CANARY)
    assert counted(client, "ml_predictions_total")["ml_predictions_total", "math-score", "1", ""] == 19
    assert counted(client, "ml_canary") == {}


def test_every_instance_says_the_same_of_the_store(counting, student):
    """Byte for byte, whoever answered what."""
    first, second = counting(), counting()
    for client in (first, second, second):
        client.post("/api/predict", json=student)

    def stored(client):
        text = client.get("/api/metrics").text
        return text[: text.index("# HELP ml_store_up")]

    assert stored(first) == stored(second)
    assert counted(first, "ml_cold_starts") == {("ml_cold_starts_total",): 2}


def test_before_anything_was_counted_the_known_counters_are_zero(client):
    """A rate of what was never there is unknown, a rate of zero is zero."""
    text = client.get("/api/metrics").text
    assert 'ml_requests_total{endpoint="/api/predict",method="POST",status="200"} 0.0' in text
    assert 'ml_predictions_total{model="penguins",model_version="1",species="Gentoo"} 0.0' in text
    assert 'ml_feature_bin_total{bin="missing",feature="sex",model="penguins",model_version="1"} 0.0' in text


def test_a_scrape_costs_the_same_however_much_was_counted(counting, tmp_path, student):
    """After ten million predictions as after ten."""
    few, many = counting(), counting(counters_path=tmp_path / "many.db")
    for client in (few, many):
        for _ in range(10):
            client.post("/api/predict", json=student)
    store = SqliteStore(tmp_path / "many.db")
    store.commit(Flush("a test", 1, dict.fromkeys(store.read(), 10_000_000)))
    assert counted(many)["ml_predictions_total", "math-score", "1", ""] > 10_000_000
    took: dict[object, list[float]] = {few: [], many: []}
    for _ in range(40):
        for client, times in took.items():
            begun = process_time()
            client.get("/api/metrics")
            times.append(process_time() - begun)
    assert min(took[many]) < 1.2 * min(took[few])


def test_the_older_names_say_the_same_and_can_be_switched_off(counting, student):
    """The same values again."""
    client = counting()
    client.post("/api/predict", json=student)
    said = counted(client)
    for name in ("http_requests_total", "flask_http_request_total", "flask_http_requests_total"):
        assert said[name, "/api/predict", "POST", "200"] == 1
    assert said["flask_http_request_duration_seconds_count", "/api/predict", "POST"] == 1
    assert "http_requests_total" not in counting(metric_aliases=False).get("/api/metrics").text.replace(
        "ml_requests_total", ""
    )


def test_the_metrics_may_ask_for_a_token(counting):
    """As a bearer token; the predictions don't."""
    client = counting(metrics_token="s3cret")  # noqa: S106
    for path in ("/api/metrics", "/metrics"):
        refused = client.get(path)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == "Bearer"
        assert client.get(path, headers={"Authorization": "Bearer s3cret"}).status_code == 200


ACCEPTED = [
    "",
    "*/*",
    "text/plain",
    "application/json",
    "text/html",
    "application/openmetrics-text; version=x",
]


@pytest.mark.parametrize("accept", ACCEPTED)
def test_promtool_accepts_it(client, student, accept, require_real):
    """Prometheus's own check of names, types and help."""
    require_real(shutil.which("promtool"), "promtool is not on PATH")
    client.post("/api/predict", json=student)
    answer = client.get("/api/metrics", headers={"Accept": accept})
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    done = subprocess.run(["promtool", "check", "metrics"], input=answer.data, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_openmetrics_is_complete(client, student):
    """It parses, and ends as it must."""
    client.post("/api/predict", json=student)
    answer = client.get("/api/metrics", headers={"Accept": "application/openmetrics-text"})
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text")
    assert answer.data.endswith(b"# EOF\n")
    assert list(parse_openmetrics(answer.text))


def test_without_a_store_its_families_are_absent(counting, student):
    """Nothing is made up, and predictions are not affected."""
    client = counting(counters_path=None)
    assert client.post("/api/predict", json=student).status_code == 200
    text = client.get("/api/metrics").text
    assert 'ml_store_info{backend="none",shared="false"} 1.0' in text
    assert "ml_store_up 0.0" in text
    assert "ml_requests_total" not in text


def test_a_store_that_can_not_be_written_costs_no_prediction(counting, tmp_path, student):
    """It is told, and the families are absent."""
    client = counting(counters_path=tmp_path)  # A folder.
    for _ in range(3):
        assert client.post("/api/predict", json=student).status_code == 200
    text = client.get("/api/metrics").text
    assert "ml_store_up 0.0" in text
    assert "ml_requests_total" not in text


class Once:
    """A store that fails until it is told to answer, as one behind a broken wire."""

    backend, shared = "redis", True

    def __init__(self) -> None:
        self.answers = False
        self.total: dict[str, int] = {}

    def commit(self, flush):
        if not self.answers:
            raise StoreError("it does not answer")
        for field, value in flush.increments.items():
            self.total[field] = self.total.get(field, 0) + value
        return ()

    def read(self):
        if not self.answers:
            raise StoreError("it does not answer")
        return dict(self.total)


def test_a_store_that_comes_back_is_found_by_a_scrape_alone():
    """The trial is made after an answer is out; nobody has to predict for it."""
    store, clock = Once(), [0.0]
    ledger = Ledger(store, failure_field="f", late_field="l", monotonic=lambda: clock[0])
    assert ledger.record({"a": 1}) is None
    store.answers = True
    clock[0] = 3600.0
    assert ledger.read() is None
    ledger.settle()
    assert ledger.read() == {"a": 1, "f": 1, "l": 1}


def test_a_category_that_is_called_like_a_bin_stays_apart():
    """Its bin stands in quotes."""
    baseline = {
        "features": {"colour": {"values": ["other", "red"], "counts": [1, 1], "other": 0, "missing": 0}}
    }
    keys = Bins(("m", "1"), baseline).keys()
    assert len(set(keys)) == 4
    assert sum('\\"other\\"' in key for key in keys) == 1
