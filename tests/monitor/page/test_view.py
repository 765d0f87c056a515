"""What the dashboard says, without a browser."""

import pytest

from tests.monitor.page import made
from tests.monitor.page.document import Document, bare, context, html

STATES = {
    "up": made.status(),
    "degraded": made.status(
        state="degraded", reason="penguins 1 did not answer within 5 s", drift=made.drift()
    ),
    "down": made.down(),
    "unknown": made.status(
        state="unknown", reason="the last probe was more than 600 s ago", valid_seconds=0.0
    ),
}
BARE = {
    "no history": made.without_history(),
    "never probed": made.never_probed(),
    "unset": made.unconfigured(),
}
PAGES = {name: html(status) for name, status in STATES.items()} | {
    name: bare(each) for name, each in BARE.items()
}


def text(status: made.Json, **changes) -> str:
    """Return what a person reads."""
    return Document(html(status, **changes)).text


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (STATES["up"], "Up since 31 Jan 2026, 09:22 UTC: All 8 goldens of math-score 1 were answered right"),
        (STATES["degraded"], "Degraded since 31 Jan 2026, 09:22 UTC: Penguins 1 did not answer within 5 s."),
        (
            STATES["down"],
            "Down since 31 Jan 2026, 12:33 UTC: The connection to 127.0.0.1 port 8000 was refused",
        ),
        (STATES["unknown"], "Unknown since 31 Jan 2026, 09:22 UTC: The last probe was more than 600 s ago."),
    ],
    ids=list(STATES),
)
def test_the_state_is_a_sentence(status, sentence):
    """Which, since when, why."""
    assert sentence in text(status)


def test_it_tells_how_fresh_the_state_is():
    """When it was looked at, and how long that holds."""
    said = text(made.status())
    assert "For 3 h 12 min" in said
    assert "Checked 3 s ago" in said
    assert "Holds for another 9 min 57 s" in said
    assert "Too long ago" in text(STATES["unknown"])


@pytest.mark.parametrize("state", list(STATES))
def test_title_and_icon_follow_the_state(state):
    """They are all that a tab shows."""
    markup = html(STATES[state])
    assert f"<title>{state.capitalize()}: math-score · Tandem</title>" in markup
    assert f'href="/assets/monitor/{state}.svg"' in markup
    assert f'data-state="{state}"' in markup


def test_a_card_without_a_number_says_why():
    """And shows the best that is known, by its own name."""
    processed, throughput, accuracy, latency, pipelines = context()["cards"]
    assert (processed.value, processed.note) == (None, "The API exposes no metrics yet.")
    assert (throughput.value, throughput.note) == (None, "The API exposes no metrics yet.")
    assert (accuracy.value, accuracy.unit) == ("0.862", "R²")
    assert "math-score when it was trained" in accuracy.note
    assert (latency.value, latency.unit) == ("43", "ms")
    assert "made by the monitor" in latency.note
    assert pipelines.value == "2"


def test_a_card_is_brief_and_counts_nothing_unread():
    """An API that is gone has no known pipelines, which isn't none."""
    missing = "the API's metrics can't be read: the connection to port 8000 was refused"
    gone = made.down() | {"model": None, "models": [], "traffic": made.traffic(missing=missing, pipelines=0)}
    cards = context(gone)["cards"]
    assert [card.value for card in cards] == [None, None, None, None, None]
    assert cards[0].note == "The API's metrics can't be read."


def test_live_numbers_come_first():
    """Where the API tells them."""
    of = {"accuracy_of": "the last 120 outcomes", "latency_of": "calls of the last minute"}
    numbers = {"data_processed": 123456.0, "throughput": 12.5, "accuracy": 0.873, "latency": 0.0042}
    cards = context(made.status(traffic=made.traffic(**numbers, **of)))["cards"]
    assert [f"{card.value} {card.unit}".strip() for card in cards] == [
        "123,456 rows",
        "12.5 rows/s",
        "0.873",
        "4 ms",
        "2",
    ]
    assert [card.note for card in cards[2:4]] == ["The last 120 outcomes.", "Calls of the last minute."]


@pytest.mark.parametrize(
    ("traffic", "says"),
    [
        (None, "No probe has ended yet."),
        (made.traffic(data_processed=0.0), "It takes two probes to tell."),
        (made.traffic(missing="the store is down"), "The store is down."),
    ],
    ids=["never", "first", "broken"],
)
def test_a_throughput_that_is_missing_says_why(traffic, says):
    """None, not zero."""
    throughput = context(made.status(traffic=traffic))["cards"][1]
    assert (throughput.value, throughput.note) == (None, says)


def test_synthetic_data_is_called_so():
    """Beside the scores, and only where it is."""
    said = text(made.status())
    assert "Synthetic data." in said
    assert "1000 rows of training/data/students.py, generated" in said
    measured = made.classification() | {"default": True}
    assert "Synthetic" not in text(made.status(model=measured, models=[measured]))


def test_scores_have_their_interval_and_a_dummy():
    """And one without an interval says so."""
    said = text(made.status())
    assert "95% interval 0.844 to 0.879; a dummy gets −0.00806" in said  # noqa: RUF001 - a minus sign
    measured = made.classification()
    assert "no interval; a dummy gets 1.05" in text(made.status(model=measured, models=[measured]))


def test_other_models_are_listed():
    """With their hash, shortened."""
    said = text(made.status())
    assert "Species of a penguin penguins 1 Accuracy 0.996 333 rows 21 Jan 2026, 05:14 UTC de0fb2e1" in said


def test_wrong_goldens_come_first():
    """With both answers; a right one is not listed twice."""
    wrong = made.golden(matching=6, differing=[made.pair(7, 37.68, 99.1), made.pair(2, 94.3, 12.0)])
    rows = context(made.status(goldens=[wrong]))["goldens"][0]["rows"]
    assert [(row["golden"], row["right"]) for row in rows] == [(7, False), (2, False), (1, True), (3, True)]
    assert "7 37.68 99.1 wrong" in text(made.status(goldens=[wrong]))


def test_no_golden_is_not_a_right_one():
    """Where nothing was compared, no mark says that it went well."""
    known = [made.golden(), made.golden(total=0, matching=0, examples=[], max_abs_error=None)]
    wrong = [made.golden(matching=7), made.golden(matching=7, default=False)]
    marks = [context(made.status(goldens=[each]))["goldens"][0]["mark"] for each in known + wrong]
    assert marks == ["up", "unknown", "down", "degraded"]


def test_a_difference_below_the_shown_digits_is_shown():
    """Two equal texts can't be called wrong."""
    close = made.golden(matching=7, differing=[made.pair(1, 66.01882115, 66.01882999)])
    row = context(made.status(goldens=[close]))["goldens"][0]["rows"][0]
    assert (row["expected"], row["received"]) == ("66.01882115", "66.01882999")


def test_the_goldens_tell_a_fault_and_another_bundle():
    """Both hashes, whole."""
    assert "none of 8 answered" in text(made.down())
    swapped = made.golden(received_sha256="ab" * 32)
    said = text(made.status(goldens=[swapped]))
    assert "ab" * 32 in said
    assert context(made.status(goldens=[swapped]))["goldens"][0]["right"] is False


def test_a_failed_run_shows_its_errors():
    """Before the run that is served."""
    stages = [made.stage("data_ingestion", 0.02), made.stage("data_validation", 0.1, ["3 values above 100"])]
    failed = made.run(success=False, finished_at="2026-01-30T05:14:02Z", stages=stages)
    model = made.regression(failed_run=failed)
    runs = context(made.status(models=[model]))["runs"]
    assert [run["success"] for run in runs] == [False, True]
    assert "Data validation failed 100 ms 3 values above 100" in text(made.status(models=[model]))


def test_many_runs_fold():
    """But none that failed; the first three are open."""
    failed = made.run(pipeline="last", success=False, stages=[])
    runs = [made.run(pipeline=f"pipeline-{number}") for number in range(5)]
    models = [made.regression(run=run) for run in runs] + [made.regression(run=None, failed_run=failed)]
    elements = Document(html(made.status(models=models))).elements
    opened = ["open" in each for tag, each in elements if tag == "details" and each.get("class") == "run"]
    assert opened == [True, True, True, False, False, False]
    many = [made.regression(failed_run=failed | {"pipeline": f"p{number}"}) for number in range(5)]
    elements = Document(html(made.status(models=many))).elements
    assert sum("open" in each for tag, each in elements if each.get("class") == "run") == 5


def test_drift_is_measured_against_its_threshold():
    """The most drifted first; all bars on one scale."""
    features = context(made.status(drift=made.drift()))["drift"]
    assert [(each["name"], each["over"]) for each in features] == [
        ("reading_score", True),
        ("writing_score", False),
        ("lunch", False),
    ]
    assert features[0]["share"] == pytest.approx(100 / 1.1, abs=0.1)
    assert all((each["share"] > each["mark"]) == each["over"] for each in features)


@pytest.mark.parametrize(
    ("drift", "says"),
    [(None, "is not known. The API exposes no metrics yet."), ([], "No window of inputs has closed yet.")],
    ids=["unknown", "early"],
)
def test_missing_drift_is_explained(drift, says):
    """No bar is drawn from nothing."""
    assert says in text(made.status(drift=drift))


def test_drift_says_what_it_waits_for():
    """In the words of the status, also beside another model's bars."""
    waits = "Not enough data: 120 of 200 rows."
    assert f"is not known. {waits}" in text(made.status(drift_missing=waits))
    assert waits in text(made.status(drift=made.drift(), drift_missing=waits))


def test_a_wide_model_shows_its_worst_features():
    """And how many there are beside them; one of another model says so."""
    one, *_ = made.drift()
    other = one | {"model": "penguins", "feature": "mass", "psi": 9.0}
    many = [one | {"feature": f"f{at}", "psi": 0.01 * at} for at in range(30)]
    said = text(made.status(drift=[*many, other]))
    assert "19 more with less drift." in said
    assert "penguins 1, 412 rows" in said
    assert context(made.status(drift=[*many, other]))["drift"][0]["name"] == "mass"


LIVE = {
    "model": "math-score",
    "version": "1",
    "labels": 132,
    "mae": 4.512,
    "rmse": 5.8,
    "accuracy": None,
    "low": None,
    "high": None,
}
ACCURACIES = {
    "errors": (LIVE, "Live MAE 4.51", "In points, from 132 true outcomes; 4.43 when it was trained."),
    "few": (
        LIVE | {"labels": 12, "mae": None, "rmse": None},
        "R\N{SUPERSCRIPT TWO} 0.862",
        "Of math-score when it was trained; 12 true outcomes told so far.",
    ),
    "none": (
        LIVE | {"model": "penguins"},
        "R\N{SUPERSCRIPT TWO} 0.862",
        "Of math-score when it was trained; no live number yet.",
    ),
}


@pytest.mark.parametrize(("live", "number", "note"), ACCURACIES.values(), ids=ACCURACIES)
def test_a_live_error_stands_beside_the_cards(live, number, note):
    """With the count of what it was measured on."""
    status = made.status(live=[live])
    card = context(status)["cards"][2]
    assert (f"{card.unit} {card.value}", card.note) == (number, note)
    assert number in text(status)


def test_a_live_accuracy_of_classes_stands_beside_the_cards():
    """A share."""
    live = LIVE | {"model": "penguins", "mae": None, "rmse": None, "accuracy": 0.9697}
    card = context(made.status(model=made.classification(), live=[live]))["cards"][2]
    assert (card.unit, card.value) == ("Live", "0.970")
    assert card.note == "From 132 true outcomes; 0.996 when it was trained."


def test_alerts_are_listed_by_weight():
    """Firing before pending, critical before warning; the head counts what fires."""
    given = [
        made.alert(name="Later", state="pending"),
        made.alert(name="Lesser", severity="warning"),
        made.alert(name="Worst"),
    ]
    assert [alert["name"] for alert in context(made.status(alerts=given))["alerts"]] == [
        "Worst",
        "Lesser",
        "Later",
    ]
    assert "2 alerts are firing" in text(made.status(alerts=given))
    assert "No alert is firing, none is pending." in text(made.status())


def test_long_lists_are_cut_and_say_so():
    """The first alerts, the newest incidents, and how many more there are."""
    said = text(made.status(alerts=[made.alert()] * 100), incidents=made.incidents() * 200)
    assert "And 88 more: JSON." in said
    assert "392 older ones are not shown. All of them: JSON, CSV." in said
    assert "100 alerts are firing" in said
    assert "older ones" not in text(made.status())


def test_incidents_tell_their_length_and_what_was_watched():
    """Also the one that runs."""
    said = text(made.status())
    assert "Down, still, for 1 min 15 s The connection to 127.0.0.1 port 8000 was refused" in said
    assert "Degraded for 9 h Penguins 1 did not answer within 5 s. From 14 Jan 2026, 12:34 UTC" in said
    assert "watched 92.5% of the time" in said
    assert "None since 12 Nov 2025, 12:34 UTC, when watching began." in text(made.status(), incidents=[])


@pytest.mark.parametrize("name", ["no history", "never probed", "unset"])
def test_without_a_history_nothing_is_made_up(name):
    """No uptime, no times, no bar."""
    markup = PAGES[name]
    assert 'class="day ' not in markup
    assert "response-table" not in markup
    assert "% of the time" not in markup


def test_without_a_store_it_says_what_to_do():
    """And shows what the probe saw."""
    said = Document(PAGES["no history"]).text
    assert "History needs Redis: on Vercel set REDIS_URL" in said
    assert "Since when is not known" in said
    assert "8 of 8 right" in said


def test_unconfigured_is_a_friendly_page():
    """With the commands to type."""
    said = Document(PAGES["unset"]).text
    assert "Nothing to watch yet: MAIN_API_URL is not set" in said
    assert "vercel env add MAIN_API_URL production" in said
    assert "MAIN_API_URL=https://my-model.vercel.app make run" in said


def test_without_chart_js_the_tables_remain():
    """And the page says how to get it."""
    markup = html(charts=False)
    assert "chart.umd.js" not in markup
    assert "canvas" not in markup
    assert "npm ci &amp;&amp; npm run vendor" in markup
    assert 'id="response-table"' in markup


def test_badges_link_to_this_dashboard():
    """As Markdown, at the address that was asked."""
    markdown = context()["badges"][1]["markdown"]
    assert markdown == "[![Uptime](https://watch.example/api/badge/uptime.svg)](https://watch.example/)"
    assert "/api/badge/status.svg?seen=down" in html(made.down())
    assert "https://watch.example/api/status?fail=503" in text(made.status())
