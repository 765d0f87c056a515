"""POST /api/feedback: the truth comes back with its receipt, and counts once."""

import csv
import io

import pytest
from werkzeug.test import Client

from mlapi.app import create_app
from mlapi.settings import Settings
from tests.mlapi.test_counting import counted

SECRET = "a secret of the tests"  # noqa: S105
FAMILIES = ("ml_feedback_total", "ml_feedback_absolute_error_sum", "ml_feedback_squared_error_sum")


@pytest.fixture
def api(tmp_path):
    """Return `api(**settings)`: a client of an API that gives receipts."""

    def start(**settings):
        usual = {"counters_path": tmp_path / "api.db", "receipt_secret": (SECRET,)}
        return Client(create_app(Settings(**usual | settings)))

    return start


@pytest.fixture
def client(api):
    """Return a client of an API that gives receipts."""
    return api()


def predicted(client, rows, query="?receipts=true"):
    """Return the answers to rows."""
    return client.post(f"/api/predict{query}", json=rows).get_json()["predictions"]


def send(client, *outcomes):
    """Send outcomes as (receipt, actual)."""
    return client.post("/api/feedback", json=[{"receipt": r, "actual": a} for r, a in outcomes])


def test_the_errors_add_up_to_what_a_hand_computes(client, student, cards):
    """The mean absolute and squared errors, each label to one unit of a thousandth deviation."""
    rows = [student | {"reading_score": score} for score in range(40, 90)]
    answers = predicted(client, rows)
    actual = [round(answer["prediction"]) + at % 7 - 3 for at, answer in enumerate(answers)]
    answer = send(client, *((one["receipt"], true) for one, true in zip(answers, actual, strict=True)))
    assert (answer.status_code, answer.get_json()) == (200, {"counted": 50, "repeated": 0})
    off = [abs(one["prediction"] - true) for one, true in zip(answers, actual, strict=True)]
    count, absolute, squared = (counted(client, name)[name, "math-score", "1"] for name in FAMILIES)
    deviation = cards["math-score"]["output"]["deviation"]
    assert count == 50
    assert absolute == pytest.approx(sum(off), abs=50 * 1e-3 * deviation)
    assert squared == pytest.approx(sum(one**2 for one in off), abs=50 * 1e-6 * deviation**2)


def test_classes_are_right_or_wrong(client, cards):
    """Three of eight are told to be another species."""
    rows = [golden["input"] for golden in cards["penguins"]["goldens"]]
    answers = predicted(client, rows, "?model=penguins&receipts=true")
    truth = [answer["prediction"] for answer in answers]
    other = {"Adelie": "Gentoo", "Gentoo": "Chinstrap", "Chinstrap": "Adelie"}
    told = [other[label] if at < 3 else label for at, label in enumerate(truth)]
    send(client, *((one["receipt"], label) for one, label in zip(answers, told, strict=True)))
    assert counted(client, "ml_feedback") == {
        ("ml_feedback_total", "penguins", "1"): len(rows),
        ("ml_feedback_correct_total", "penguins", "1"): len(rows) - 3,
    }


def test_a_receipt_counts_once(api, student):
    """However often, at whatever instance, alone or in a list; a forged one changes nothing."""
    first, second = api(), api()
    receipt = first.post("/api/predict", json=student).get_json()["receipt"]
    assert send(first, (receipt, 70)).get_json() == {"counted": 1, "repeated": 0}
    before = counted(first, "ml_feedback")
    for client in (first, second):
        assert send(client, (receipt, 71)).get_json() == {"counted": 0, "repeated": 1}
    forged = receipt[:-1] + ("A" if receipt[-1] != "A" else "B")
    refused = send(second, (forged, 70))
    assert refused.status_code == 422
    assert refused.get_json()["errors"] == [{"pointer": "/0/receipt", "detail": "is no receipt of this API"}]
    assert counted(first, "ml_feedback") == before


def test_one_bad_outcome_and_nothing_is_counted(client, student):
    """Every fault is named, and none of the values."""
    good, other = (one["receipt"] for one in predicted(client, [student] * 2))
    refused = send(client, (good, 70), (other, "seventy"), ("x", 1))
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.get_json()["errors"]] == ["/1/actual", "/2/receipt"]
    assert "seventy" not in refused.text
    assert counted(client, "ml_feedback") == {}


def test_past_the_days_cap_it_says_so(api, student):
    """What was counted before stays."""
    client = api(feedback_max_per_day=3)
    receipts = [one["receipt"] for one in predicted(client, [student] * 5)]
    full = send(client, *((receipt, 70) for receipt in receipts))
    assert full.status_code == 429
    assert full.headers["Retry-After"] == "86400"
    assert full.get_json()["detail"].startswith("3 of 5 were counted")
    assert counted(client, "ml_feedback_total")["ml_feedback_total", "math-score", "1"] == 3


def test_another_secret_signed_is_forged_and_a_replaced_one_is_not(api, student):
    """Of two, the first signs and both verify."""
    receipt = api().post("/api/predict", json=student).get_json()["receipt"]
    assert send(api(receipt_secret=("another of the tests",)), (receipt, 70)).status_code == 422
    assert send(api(receipt_secret=("another of the tests", SECRET)), (receipt, 70)).status_code == 200


def test_without_a_secret_there_are_no_receipts(api, student):
    """It says what to set; predictions are as ever."""
    client = api(receipt_secret=())
    assert "receipt" not in client.post("/api/predict", json=student).get_json()
    for refused in (
        client.post("/api/feedback", json={"receipt": "x", "actual": 1}),
        client.post("/api/predict?receipts=true", json=student),
    ):
        assert refused.status_code == 503
        assert "RECEIPT_SECRET" in refused.get_json()["detail"]


def test_without_a_store_feedback_can_not_be_counted(api, student):
    """A 503, and the caller may send it again."""
    client = api(counters_path=None)
    receipt = client.post("/api/predict", json=student).get_json()["receipt"]
    refused = send(client, (receipt, 70))
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")


def test_a_batch_has_receipts_where_they_were_asked_for(client, student):
    """As JSON and as a column of CSV."""
    assert "receipt" not in predicted(client, [student], "")[0]
    table = client.post("/api/predict?receipts=true", json=[student] * 2, headers={"Accept": "text/csv"}).text
    receipts = [row["receipt"] for row in csv.DictReader(io.StringIO(table))]
    assert len(set(receipts)) == 2
    assert send(client, *((receipt, 70) for receipt in receipts)).get_json()["counted"] == 2


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [("{", "application/json", 400), ("receipt,actual\n", "text/csv", 415), ("[]", "application/json", 422)],
)
def test_other_bodies_are_refused(client, body, media, status):
    """As everywhere."""
    refused = client.post("/api/feedback", data=body, content_type=media)
    assert refused.status_code == status
    assert refused.mimetype == "application/problem+json"
