"""What is kept between two probes: read only as it was written, and only for the models seen last."""

import json

import pytest

from monitor import drift, live_status, psi
from monitor.counted import Counted, Key
from monitor.watch import View
from tests.monitor.live.counters import KEY
from tests.monitor.samples import NOW, sample

FIELD = "math-score 1"
BASELINE = {"f": {"0": 500, "1": 500}}
DAY = 86_400.0
MONTH = 30 * DAY
MOST = 20  # Models that the table has room for.
LARGEST = 2**63 - 1
KEPT = {"seen": NOW, "layout": "a", "rows": 9, "counts": [4, 5], "new": 7, "last": None}
FEATURE = ["f", 0.5, 0.1, 2, True, True]


def read(**said) -> int | None:
    """Return the rows of an open window, as a kept state with these changes tells them."""
    return drift.waiting({FIELD: json.dumps({**KEPT, **said})}, KEY)


def after(*probes: Counted) -> dict[str, str]:
    """Return the table after probes that found these counters."""
    table: dict[str, str] = {}
    for counted in probes:
        changed = drift.recorded(table, {KEY: counted}, NOW)
        table = {field: text for field, text in changed.items() if text}
    return table


def models(name: str, many: int) -> dict[Key, Counted]:
    """Return as many models, each with one row."""
    return {(name, str(number)): Counted(1, {"f": {"0": 1, "1": 0}}, BASELINE) for number in range(many)}


def table_of(*seen_at: float) -> dict[str, str]:
    """Return a table of models, each seen at one of these times."""
    table: dict[str, str] = {}
    for (key, counted), at in zip(models("m", len(seen_at)).items(), seen_at, strict=True):
        changed = drift.recorded({}, {key: counted}, at)
        table |= {field: text for field, text in changed.items() if text}
    return table


def kept(table: dict[str, str | None]) -> set[str]:
    """Return which models changes leave in the table."""
    return {field for field, text in table.items() if text is not None}


@pytest.mark.parametrize("new", [0, 7, LARGEST])
def test_a_count_is_read_as_it_was_written(new):
    """Up to what 63 bits hold."""
    assert read(new=new) == new


@pytest.mark.parametrize("new", [-1, LARGEST + 1, LARGEST + 2, True, False, 7.0, "7", None, [7]], ids=repr)
def test_what_is_no_count_spoils_the_state(new):
    """Wherever it stands."""
    assert read(new=new) is None
    assert read(rows=new) is None
    assert read(counts=[4, new]) is None


@pytest.mark.parametrize(
    "feature",
    [FEATURE[:-1], [*FEATURE, True], [], "f", [*FEATURE[:3], True, True, True], [*FEATURE[:4], 1, True]],
    ids=["cut", "longer", "empty", "text", "windows", "flag"],
)
def test_a_feature_that_no_probe_wrote_spoils_the_state(feature):
    """Its verdict is shown to nobody."""
    (row,) = drift.listed(_closed(FEATURE), [KEY])
    assert (row.feature, row.psi, row.threshold, row.rows, row.windows, row.drifted) == (
        *("f", 0.5, 0.1, 300, 2, True),
    )
    assert drift.listed(_closed(feature), [KEY]) == []


def _closed(feature: object) -> dict[str, str]:
    last = {"rows": 300, "features": [feature]}
    return {FIELD: json.dumps({**KEPT, "last": last})}


def test_a_bin_that_is_counted_for_the_first_time_was_empty_before():
    """An API may tell only of bins that hold something."""
    table = after(Counted(9, {"f": {"0": 9}}, BASELINE), Counted(1009, {"f": {"0": 9, "1": 1000}}, BASELINE))
    (row,) = drift.listed(table, [KEY])
    assert row.rows == 1000
    assert row.psi == pytest.approx(psi.psi([500, 500], [0, 1000]), abs=1e-6)


def test_numbers_are_kept_to_six_places():
    """So that what is shown is what was judged, and no text grows with its digits."""
    baseline = {"f": {str(at): 100 for at in range(30)}}
    live = {"f": {str(at): 10 + at % 3 for at in range(30)}}
    rows = sum(live["f"].values())
    (row,) = drift.listed(after(Counted(0, {"f": {}}, baseline), Counted(rows, live, baseline)), [KEY])
    exact = psi.judged(baseline, live)["f"]
    assert exact.threshold > psi.LEAST
    assert (row.psi, row.threshold) == (round(exact.psi, 6), round(exact.threshold, 6))


def test_those_seen_last_are_kept_when_there_are_too_many():
    """Whoever is counted now takes the place of the one that was not seen for the longest."""
    times = [NOW - number * DAY for number in range(MOST)]
    table = table_of(*reversed(times))
    oldest = "m 0"
    assert kept(drift.recorded(table, models("n", 1), NOW + 1)) == table.keys() - {oldest} | {"n 0"}


def test_a_time_to_come_is_as_far_as_one_that_is_past():
    """A clock that was stepped back makes nobody the newest."""
    times = [NOW - number * DAY for number in range(MOST - 1)]
    table = table_of(*times, NOW + 25 * DAY)
    ahead = f"m {MOST - 1}"
    assert kept(drift.recorded(table, models("n", 1), NOW)) == table.keys() - {ahead} | {"n 0"}


def test_as_many_as_fit_are_counted_at_once():
    """What is remembered has no room then."""
    found = drift.recorded(table_of(NOW), models("n", MOST + 5), NOW)
    assert kept(found) == {f"n {number}" for number in range(MOST)}


def test_a_model_is_kept_for_a_month_to_the_second():
    """On either side of now."""
    table = table_of(NOW)
    for step in (MONTH, -MONTH):
        assert kept(drift.recorded(table, {}, NOW + step)) == {"m 0"}
        assert kept(drift.recorded(table, {}, NOW + step + (1 if step > 0 else -1))) == set()


@pytest.mark.parametrize(
    "counted",
    [Counted(5, {}, BASELINE), Counted(5, {"f": {"0": 5}}, {}), Counted(5, {"g": {"0": 5}}, BASELINE)],
    ids=["no bins", "no baseline", "others"],
)
def test_without_a_feature_in_common_nothing_is_kept(counted):
    """There is nothing to hold the rows against."""
    assert drift.recorded({}, {KEY: counted}, NOW) == {}


def test_only_features_of_the_training_data_are_counted():
    """And only those that the API counts; the others are neither kept nor judged."""
    baseline = {**BASELINE, "g": {"0": 1, "1": 1}}
    lives = [{"f": {"0": rows, "1": 0}, "h": {"0": 0, "1": rows}} for rows in (0, 200)]
    table = after(Counted(0, lives[0], baseline), Counted(200, lives[1], baseline))
    assert json.loads(table[FIELD])["counts"] == [200, 0]
    assert [row.feature for row in drift.listed(table, [KEY])] == ["f"]


def test_hundreds_of_bins_close_a_window():
    """As many as a wide model's categories have."""
    baseline = {"f": {str(at): 10 for at in range(300)}}
    table = after(Counted(0, {"f": {}}, baseline), Counted(3000, baseline, baseline))
    (row,) = drift.listed(table, [KEY])
    assert (row.rows, row.psi) == (3000, 0.0)


def test_what_is_farthest_beyond_its_threshold_comes_first():
    """After what drifted, however large a PSI or a threshold is by itself."""
    said = {"calm": (0.9, 1.0), "over": (0.5, 0.1), "under": (0.1, 0.9), "drifted": (0.2, 0.19)}
    features = [[name, *each, 1, True, name == "drifted"] for name, each in said.items()]
    table = {FIELD: json.dumps({**KEPT, "last": {"rows": 300, "features": features}})}
    assert [row.feature for row in drift.listed(table, [KEY])] == ["drifted", "over", "calm", "under"]


@pytest.mark.parametrize(
    ("new", "says"),
    [(149, "Not enough data: 149 of 200 rows."), (150, "The first window is still open: 150 of 200 rows.")],
)
def test_how_much_a_first_window_still_needs_is_said(new, says):
    """As many rows as a feature needs would be enough to judge something."""
    view = View(NOW, sample(NOW), {drift.TABLE: {FIELD: json.dumps({**KEPT, "new": new})}}, True, "sqlite")
    assert live_status.told(view)["drift_missing"] == says
