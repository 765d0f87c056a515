"""Windows of inputs: when they open and close, what discards them, and when a feature has drifted."""

import json
from random import Random

import pytest

from monitor import drift
from monitor.counted import Counted
from tests.monitor.live.counters import KEY, Counters
from tests.monitor.live.inputs import BASELINE, counted, deviation, fresh, shifted
from tests.monitor.samples import NOW

HALF = deviation("reading_score") / 2
TWO = {"f": {"0": 500, "1": 500}}


def two(low, high):
    """Return rows in the two bins of a small baseline."""
    return {"f": {"0": low, "1": high}}


TEN = {"f": {str(at): 100 for at in range(10)}}


def ten(off):
    """Return 200 rows in the ten bins of another one, each so many off what is expected."""
    return {"f": {str(at): 20 + (off if at % 2 else -off) for at in range(10)}}


def windows(*lives, baseline=TWO):
    """Return counters that were probed before and after each of these."""
    counters = Counters(baseline)
    counters.probe()
    for at, live in enumerate(lives, 1):
        counters.count(live)
        counters.probe(NOW + at)
    return counters


OVER, NEAR, CLEAN = ten(15), ten(7), ten(2)


def test_a_window_closes_with_200_new_rows():
    """Before, nothing is judged; the rows counted before the first probe are none of it."""
    counters = Counters(TWO)
    counters.count(two(5000, 0))
    counters.probe()
    for new in (100, 99):
        counters.count(two(new, 0))
        counters.probe()
        assert counters.drift == {}
    assert drift.waiting(counters.tables[drift.TABLE], KEY) == 199
    counters.count(two(1, 0))
    counters.probe()
    assert drift.waiting(counters.tables[drift.TABLE], KEY) is None
    assert counters.drift["f"].rows == 200
    assert counters.drift["f"].psi > 1


def test_a_gap_makes_one_long_window():
    """However many rows came while nobody looked."""
    assert windows(two(30_000, 30_000)).drift["f"].rows == 60_000


VERDICTS = {
    "once over": ([OVER], 1, False),
    "twice over": ([OVER, OVER], 2, True),
    "over, confirmed": ([OVER, NEAR], 2, True),
    "confirmed before": ([NEAR, OVER], 2, True),
    "never over": ([NEAR, NEAR], 2, False),
    "stays while it is confirmed": ([OVER, NEAR, NEAR, NEAR], 4, True),
    "over": ([OVER, OVER, CLEAN], 0, False),
    "interrupted": ([OVER, CLEAN, OVER], 1, False),
}


@pytest.mark.parametrize(("lives", "running", "drifted"), VERDICTS.values(), ids=VERDICTS)
def test_two_windows_running_are_drift(lives, running, drifted):
    """One over its threshold, the other at least confirming it."""
    found = windows(*lives, baseline=TEN).drift["f"]
    assert (found.windows, found.drifted) == (running, drifted)


DISCARDED = {
    "fewer rows": {"rows": 10},
    "fewer rows than at the last probe": {"rows": 500},
    "a bin that went back": {"bins": two(299, 100)},
    "another baseline": {"baseline": two(400, 600)},
    "another bin": {"baseline": {"f": {"0": 500, "1": 400, "2": 100}}},
}


@pytest.mark.parametrize("seen", DISCARDED.values(), ids=DISCARDED)
def test_what_can_not_be_subtracted_discards_the_window(seen):
    """The next one opens with what is there now."""
    counters = Counters(TWO)
    counters.count(two(300, 100))
    counters.probe()
    counters.count(two(150, 0))
    counters.probe()
    assert drift.waiting(counters.tables[drift.TABLE], KEY) == 150
    counters.probe(**seen)
    assert counters.drift == {}
    assert drift.waiting(counters.tables[drift.TABLE], KEY) == 0


def test_counters_that_went_back_take_no_verdict_away():
    """What was judged was so."""
    counters = windows(two(180, 20), two(180, 20))
    counters.probe(rows=0, bins=two(0, 0))
    assert counters.drift["f"].drifted


def test_a_new_version_begins_anew():
    """And the old one is shown no longer, once its card isn't."""
    counters = windows(two(180, 20), two(180, 20))
    newer = {("math-score", "2"): Counted(10, two(5, 5), TWO)}
    changed = drift.recorded(counters.tables[drift.TABLE], newer, NOW + 9)
    kept = {field: text for field, text in changed.items() if text}
    assert drift.listed(kept, [("math-score", "2")]) == []
    assert [row.drifted for row in drift.listed(kept, [KEY])] == [True]


def test_a_model_that_is_gone_is_forgotten():
    """After a month, so that the table stays small."""
    table = windows(two(180, 20)).tables[drift.TABLE]
    assert drift.recorded(table, {}, NOW + 29 * 86_400) == table
    assert drift.recorded(table, {}, NOW + 31 * 86_400) == {"math-score 1": None}


def test_many_models_take_no_more_room_than_twenty():
    """Those that are counted now come first."""
    seen = {("m", str(number)): Counted(1, two(1, 0), TWO) for number in range(50)}
    table = {field: text for field, text in drift.recorded({}, seen, NOW).items() if text}
    assert len(table) == drift.MOST_MODELS
    after = drift.recorded(table, {("n", "1"): Counted(1, two(1, 0), TWO)}, NOW + 1)
    assert sum(text is not None for text in after.values()) == drift.MOST_MODELS
    assert after["n 1"]


def test_what_is_kept_of_a_wide_model_is_bounded():
    """One that would take more is not judged."""
    wide = {f"feature number {at}": {str(n): 10**15 for n in range(60)} for at in range(200)}
    for many in (20, 200):
        baseline = dict(list(wide.items())[:many])
        changed = drift.recorded({}, {KEY: Counted(1, baseline, baseline)}, NOW)
        assert ("math-score 1" in changed) == (many == 20)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda kept: {**kept, "counts": kept["counts"][1:]},
        lambda kept: {**kept, "counts": [-1, 2]},
        lambda kept: {**kept, "rows": 1.5},
        lambda kept: {**kept, "seen": "x"},
        lambda kept: {**kept, "last": {"rows": 1, "features": [["f"]]}},
        lambda kept: {**kept, "last": {"rows": 1, "features": [["f", "x", 1, 1, True, True]]}},
        lambda kept: [kept],
    ],
    ids=["cut", "negative", "fraction", "time", "feature", "number", "list"],
)
def test_a_damaged_state_begins_anew(spoil):
    """Another release may have written it."""
    counters = windows(two(180, 20))
    kept = json.loads(counters.tables[drift.TABLE]["math-score 1"])
    counters.tables[drift.TABLE]["math-score 1"] = json.dumps(spoil(kept))
    counters.probe()
    assert drift.waiting(counters.tables[drift.TABLE], KEY) in (0, None)


@pytest.mark.slow
def test_a_thousand_clean_windows_end_in_less_than_ten_alarms(record_testsuite_property):
    """Students who were not in the training data, all seven features."""
    random, counters = Random(11), Counters()
    counters.probe()
    over = drifted = 0
    for _ in range(1000):
        counters.count(counted(fresh(random, drift.ROWS)))
        counters.probe()
        over += any(row.psi > row.threshold for row in counters.drift.values())
        drifted += any(row.drifted for row in counters.drift.values())
    print(f"of 1000 clean windows {over} are over a threshold, {drifted} end in drift")
    record_testsuite_property("clean windows of 1000 that are over, that end in drift", f"{over}, {drifted}")
    assert over <= 20
    assert drifted <= 10


@pytest.mark.parametrize("feature", ["reading_score", "writing_score"])
def test_half_a_deviation_is_found_within_400_rows(record_testsuite_property, feature):
    """In at least 95 of 100 runs."""
    random, by = Random(12), deviation(feature) / 2
    found = 0
    for _ in range(100):
        counters = Counters()
        counters.probe()
        for _ in range(2):
            counters.count(counted(shifted(fresh(random, drift.ROWS), feature, by)))
            counters.probe()
        found += counters.drift[feature].drifted
    print(f"{feature}: found in {found} of 100 runs")
    record_testsuite_property(f"runs of 100 in which a shift of {feature} was found", found)
    assert found >= 95


def test_the_worst_comes_first():
    """What drifted, then what is farthest beyond its threshold."""
    random, counters = Random(13), Counters()
    counters.probe()
    for _ in range(2):
        counters.count(counted(shifted(fresh(random, 250), "reading_score", 3 * HALF)))
        counters.probe()
    assert next(iter(counters.drift)) == "reading_score"
    assert counters.drift.keys() == BASELINE.keys()
