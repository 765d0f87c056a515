"""What a run says on a terminal: all of it, plain, within 100 columns."""

from dataclasses import replace

from bench.report import report
from bench.results import Once
from tests.bench.made import entry, left_out, results


def line(text, begin):
    """Return the one line that begins so."""
    found = [each for each in text.splitlines() if each.startswith(begin)]
    assert len(found) == 1, found
    return found[0]


def test_a_row_has_medians_and_how_many_times_ours_they_are():
    """In the order of the columns."""
    text = report(results())
    assert line(text, "tandem ").split() == ["tandem", "150", "150", "8,000", "12.0", "80", "120"]
    naive = line(text, "naive ").split()
    assert naive[1:7] == ["2,000", "13.3x", "3,000", "20.0x", "400", "0.05x"]


def test_it_fits_a_terminal_of_100_columns():
    """Also where numbers are large."""
    large = dict.fromkeys(("cold_ms", "p50_us_1", "rps_8", "memory_mib", "installed_mib"), 123456.0)
    long = left_out("mlflow", "because " * 50)
    text = report(results(naive=entry("naive", **large, p99_us_32=99_999_999.0), mlflow=long))
    assert max(map(len, text.splitlines())) <= 100
    assert text.replace("\n", "").isprintable()
    assert text.isascii()


def test_one_left_out_is_named_with_its_reason_and_has_no_row():
    """It is no zero."""
    text = report(results(mlflow=left_out("mlflow", "its server ended by itself (exit code 3)")))
    assert "left out: mlflow: its server ended by itself (exit code 3)" in text
    assert not any(each.startswith("mlflow") for each in text.splitlines())
    assert line(text, "cold start beside MLflow").split()[-2:] == ["not", "measured"]


def test_a_foreign_reason_can_not_steer_the_terminal():
    """It may hold a server's own words."""
    text = report(results(mlflow=left_out("mlflow", "\x1b[2Jgone\nbelow")))
    assert "\x1b" not in text
    assert "gone below" in text


def test_a_load_that_did_not_count_is_listed():
    """And what has no number shows none."""
    faulty = replace(entry("naive"), faults=["round 2, 8 connections does not count: 3 status"])
    del faulty.rounds["rps_8"]
    text = report(results(naive=faulty))
    assert "does not count: naive, round 2, 8 connections" in text
    assert " - " in line(text, "naive ")


def test_goals_are_said_with_limit_and_number():
    """And whether they are met."""
    text = report(results())
    assert line(text, "cold start beside the bare echo").split()[-3:] == ["1.8x", "1.5x", "met"]
    assert line(text, "throughput at 8").split()[-4:] == [">=", "8x", "20x", "met"]
    assert line(text, "what counting in Redis").split()[-6:] == ["<=", "100", "us", "90.0", "us", "met"]


def test_what_was_not_built_says_why():
    """Instead of a number."""
    found = results()
    missing = {**found.besides, "bundle_mib_ml_api": Once(missing="not built here: no Node.js")}
    assert "not built here: no Node.js" in report(replace(found, besides=missing))


def test_without_ours_there_are_no_ratios():
    """As with --only of others."""
    found = results()
    others = {name: each for name, each in found.contenders.items() if name in ("naive", "echo")}
    text = report(replace(found, contenders=others))
    assert line(text, "naive ").split() == ["naive", "2,000", "3,000", "400", "12.0", "200", "120"]
