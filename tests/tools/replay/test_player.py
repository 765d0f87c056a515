"""One batch against an API that answers well, partly, late, oddly or not at all."""

import csv
import io
from collections.abc import Callable

import pytest

from tests.monitor.fake_api import FakeApi, hangs_up, says_json, says_problem
from tests.tools.cards import BIRD, HOUSE, card
from tools.client import Client
from tools.replaying import table
from tools.replaying.feedback import Feedback
from tools.replaying.metrics import Metrics
from tools.replaying.patience import Patience
from tools.replaying.player import Player
from tools.replaying.tally import Tally
from tools.terminal import ToolError

HEADER = ["rooms", "area", "heating", "price"]


def rows_of(received):
    """Return the rows of a request."""
    return list(csv.DictReader(io.StringIO(received.body.decode())))


def predicts(exchange):
    """Answer each row with 1000 times its rooms; a row without rooms is a fault; receipts on request."""
    rows = rows_of(exchange.received)
    errors = [
        {"pointer": f"/{at}/rooms", "detail": f"line {at + 2}: must be a whole number"}
        for at, row in enumerate(rows)
        if not row["rooms"].isdigit()
    ]
    if errors:
        problem = {"type": "urn:tandem:problem:invalid-input", "detail": "Faults.", "errors": errors}
        return says_json(problem, 422)(exchange)
    with_receipt = exchange.received.query("receipts") == "true"
    answers = [{"prediction": 1000 * int(row["rooms"])} for row in rows]
    if with_receipt:
        answers = [answer | {"receipt": f"r{at}"} for at, answer in enumerate(answers)]
    return says_json({"id": "1", "predictions": answers, "model": {}})(exchange)


def counts(exchange):
    """Count every true value."""
    says_json({"counted": len(exchange.received.json()), "repeated": 0})(exchange)


def in_turn(*answers) -> Callable:
    """Give one answer after the other."""
    left = list(answers)
    return lambda exchange: left.pop(0)(exchange)


@pytest.fixture
def api():
    """Give an API that predicts and takes feedback."""
    with FakeApi() as fake:
        fake.on("/api/predict", predicts)
        fake.on("/api/feedback", counts)
        yield fake


@pytest.fixture
def play(api):
    """Give `play(*lines, header=, bundle=)`: plays one batch and returns the player."""
    clients = []

    def play(*lines, header=HEADER, bundle=HOUSE):
        metrics = Metrics()
        client = Client(api.url, {"User-Agent": "tests"}, watch=metrics.called)
        clients.append(client)
        fitted = table.fit([header, *lines], card(bundle))
        tally = Tally(metrics)
        patience = Patience(5, lambda: 0.0, lambda seconds: None, lambda said: None)
        feedback = Feedback(client, patience, tally, wanted=fitted.knows_truth)
        player = Player(client, card(bundle), fitted, patience, tally, feedback)
        player.play(fitted.rows)
        return player

    yield play
    for client in clients:
        client.__exit__()


def value(player, name, **labels):
    """Return a sample of the replay's metrics."""
    return player.tally.metrics.registry.get_sample_value(name, labels)


def sent_back(api):
    """Return what was sent as feedback, call by call."""
    return [received.json() for received in api.received if received.path == "/api/feedback"]


def test_rows_are_answered_and_the_truth_goes_back(api, play):
    """The target is no input; the live error is known here and there."""
    player = play(["3", "80", "gas", "3500"], ["2", "50", "oil", ""], ["4", "90", "oil", "3000"])
    asked = api.received[0]
    assert (asked.query("model"), asked.query("version")) == ("house", "2")
    assert [list(row) for row in rows_of(asked)] == [["rooms", "area", "heating"]] * 3
    assert sent_back(api) == [[{"receipt": "r0", "actual": 3500.0}, {"receipt": "r2", "actual": 3000.0}]]
    tally = player.tally
    assert (tally.rows, tally.errors, tally.known, tally.off, tally.fed_back) == (3, 0, 2, 1500.0, 2)
    assert value(player, "model_result", prediction="prediction_value") == 4000
    assert value(player, "model_replay_rows_total") == 3
    assert value(player, "model_replay_errors_total") == 0
    call = {"method": "POST", "endpoint": "/api/predict", "status": "200"}
    assert value(player, "http_requests_total", **call) == 1
    assert value(player, "http_request_duration_seconds_count", **call) == 1


def test_without_the_truth_no_receipt_is_asked_for(api, play):
    """And nothing is sent back."""
    play(["3", "80", "gas"], header=HEADER[:3])
    assert api.received[0].query("receipts") is None
    assert sent_back(api) == []


def test_rows_at_fault_are_errors_and_the_others_are_answered(api, play):
    """The API's reason is kept by feature; a line of another length counts too."""
    player = play(["x", "80", "gas", "1"], ["3", "80", "gas", "3000"], ["y", "1", "gas", "1"], ["3"])
    assert (player.tally.rows, player.tally.errors, player.tally.known) == (4, 3, 1)
    assert player.tally.reasons == {
        "rooms: must be a whole number": 2,
        "has 1 cell where the header has 4": 1,
    }
    assert api.count("/api/predict") == 2
    assert value(player, "model_replay_errors_total") == 3


def test_a_batch_of_faults_alone_is_no_endless_loop(api, play):
    """It is asked once."""
    player = play(["x", "80", "gas", "1"], ["y", "80", "gas", "1"])
    assert (player.tally.errors, api.count("/api/predict")) == (2, 1)
    assert value(player, "model_result", prediction="prediction_value") is None


def test_a_true_value_whose_answer_was_lost_stands_in_the_count(api, play):
    """The API says then that it had it before."""
    api.on("/api/feedback", in_turn(hangs_up, says_json({"counted": 0, "repeated": 1})))
    player = play(["3", "80", "gas", "3500"])
    assert (player.tally.fed_back, player.tally.errors, api.count("/api/feedback")) == (1, 0, 2)


def test_an_api_without_receipts_is_said_once_and_answers_all_the_same(api, play):
    """The live error is still known here."""
    api.on("/api/predict", in_turn(says_problem(503, "Not set.", "no-receipts"), predicts))
    player = play(["3", "80", "gas", "3500"])
    assert (player.tally.errors, player.tally.known, player.tally.fed_back) == (0, 1, 0)
    assert len(player.tally.notes) == 1
    assert "RECEIPT_SECRET" in player.tally.notes[0]
    assert not player.feedback.wanted


def test_an_api_that_misses_receipts_nobody_asked_for_is_asked_once_more_and_no_more(api, play):
    """The rows are errors then."""
    api.on("/api/predict", says_problem(503, "Not set.", "no-receipts"))
    player = play(["3", "80", "gas", "3500"])
    assert api.count("/api/predict") == 2
    assert (player.tally.rows, player.tally.errors) == (1, 1)


@pytest.mark.parametrize("kind", ["feedback-full", "no-receipts"])
def test_feedback_that_is_not_wanted_any_more_ends(api, play, kind):
    """The rows go on; the end says why."""
    api.on("/api/feedback", says_problem(429 if kind == "feedback-full" else 503, "No more.", kind))
    player = play(["3", "80", "gas", "3500"])
    assert player.tally.errors == 0
    assert "No more." in player.tally.notes[0]
    assert not player.feedback.wanted


def test_a_true_value_that_is_refused_is_an_error(api, play):
    """The others are sent again without it."""
    problem = {"errors": [{"pointer": "/0/actual", "detail": "must be a number within 100 deviations"}]}
    api.on("/api/feedback", in_turn(says_json(problem, 422), counts))
    player = play(["3", "80", "gas", "1e300"], ["3", "80", "gas", "3000"], ["3", "80", "gas", "cheap"])
    assert (player.tally.errors, player.tally.fed_back) == (2, 1)
    assert sent_back(api)[1] == [{"receipt": "r1", "actual": 3000.0}]


def test_many_true_values_go_in_pieces(api, play):
    """The API takes a thousand in a call."""
    player = play(*[["3", "80", "gas", "3000"]] * 2_500)
    assert [len(body) for body in sent_back(api)] == [1_000, 1_000, 500]
    assert player.tally.fed_back == 2_500


def test_classes_are_right_or_wrong(api, play):
    """The gauge shows the class's position."""
    found = {"predictions": [{"prediction": "c"}, {"prediction": "b"}]}
    api.on("/api/predict", says_json(found))
    player = play(
        ["3", "80", "gas", "c"], ["3", "80", "gas", "a"], header=[*HEADER[:3], "species"], bundle=BIRD
    )
    assert (player.tally.known, player.tally.off) == (2, 1)
    assert value(player, "model_result", prediction="prediction_value") == 1


def test_a_lost_call_is_made_again(api, play):
    """It counts as one of its own, under no status."""
    api.on("/api/predict", in_turn(hangs_up, says_problem(503, "Later."), predicts))
    player = play(["3", "80", "gas", "3000"])
    assert (player.tally.rows, player.tally.errors) == (1, 0)
    call = {"method": "POST", "endpoint": "/api/predict"}
    assert [value(player, "http_requests_total", **call, status=each) for each in ("none", "503", "200")] == [
        1
    ] * 3


def test_a_failure_of_the_api_is_an_error_of_each_row(api, play):
    """500 is not asked again."""
    api.on("/api/predict", says_problem(500, "The log has it."))
    player = play(["3", "80", "gas", "3000"], ["3", "80", "gas", "3000"])
    assert (player.tally.errors, api.count("/api/predict")) == (2, 1)
    assert "The log has it." in next(iter(player.tally.reasons))


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (says_problem(413, "At most 10 rows fit in one call."), "--batch"),
        (says_problem(401, "Say who you are."), "set MAIN_API_KEY"),
        (says_problem(403, "Not you."), "Not you"),
        (says_json({}, 308), "308"),
        (says_json({"predictions": []}), "not with 1 predictions"),
        (says_json({"predictions": [{"prediction": "dear"}]}), "not with 1 predictions"),
        (says_json([]), "not with 1 predictions"),
        (says_json({"predictions": [{"prediction": 1e999}]}), "not with 1 predictions"),
        (says_json({"predictions": [{"prediction": 10**400}]}), "not with 1 predictions"),
    ],
    ids=[
        "too many rows",
        "unauthorized",
        "forbidden",
        "redirect",
        "too few",
        "no number",
        "no answer",
        "infinite",
        "endless",
    ],
)
def test_what_no_row_could_pass_ends_the_replay(api, play, answer, said):
    """With the API's words."""
    api.on("/api/predict", answer)
    with pytest.raises(ToolError, match=said):
        play(["3", "80", "gas", "3000"])


def test_the_summary_sums_up(play):
    """Rows, errors, seconds, live error, reasons."""
    player = play(["x", "80", "gas", "1"], ["3", "80", "gas", "3500"])
    first, live, reason = player.tally.summary(card())
    assert first.startswith("2 rows, 1 error, 0.")
    assert live == "live MAE 500 EUR over 1 true value, 1 of them sent back as feedback"
    assert reason == "1 row: rooms: must be a whole number"


def test_a_row_with_two_faults_is_one_error_with_two_reasons():
    """Each is told at the end."""
    tally = Tally(Metrics())
    tally.fail({"rooms: must be a number", "area: must be a number"})
    assert tally.errors == 1
    assert len(list(tally.summary(card()))) == 3
