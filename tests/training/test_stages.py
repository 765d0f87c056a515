"""Runs: what each stage took, what failed, and what a person sees of it."""

import io
from collections.abc import Iterator
from contextlib import suppress

import pytest
from rich.console import Console

from training.display import Live, Plain
from training.errors import TrainingError
from training.sealed import seal
from training.stages import STAGES, Epoch, Run, Together


def ticking(start: float, step: float) -> Iterator[float]:
    """Yield times that are a step apart."""
    while True:
        yield start
        start += step


def run(stream: io.StringIO | None = None) -> Run:
    """Return a run whose clocks move by a second at every look."""
    wall, ticks = ticking(1_000_000_000, 60), ticking(5, 1)
    return Run("toy", Plain(stream or io.StringIO()), lambda: next(wall), lambda: next(ticks))


def test_a_run_records_its_stages() -> None:
    """Times, names and success, as the contract has them."""
    running = run()
    with running.stage("data_ingestion"):
        pass
    record = running.record(success=True)
    assert record.pop("python").startswith("3.")
    assert record == {
        "pipeline": "toy",
        "started_at": "2001-09-09T01:46:40Z",
        "finished_at": "2001-09-09T01:47:40Z",
        "success": True,
        "seconds": 3,
        "stages": [{"name": "data_ingestion", "success": True, "seconds": 1}],
    }
    seal(record)


def test_a_failed_stage_keeps_its_lines() -> None:
    """What a person can put right stands there line by line."""
    running = run()
    with suppress(TrainingError), running.stage("data_validation"):
        raise TrainingError("column a: is missing", "column b: is missing")
    stage = running.record(success=False)["stages"][0]
    assert stage["success"] is False
    assert stage["errors"] == ["column a: is missing", "column b: is missing"]


def test_an_unexpected_error_is_not_quoted() -> None:
    """Its text may hold a value of the data, so its type alone is kept; it goes on up."""
    running = run()
    with pytest.raises(ValueError, match="SECRET"), running.stage("model_training"):
        raise ValueError("could not convert SECRET")
    assert running.record(success=False)["stages"][0]["errors"] == ["unexpected ValueError"]


def test_the_running_stage_counts_as_done_so_far() -> None:
    """The bundle is written inside the last stage."""
    running = run()
    with running.stage("export"):
        assert running.record(success=True)["stages"] == [{"name": "export", "success": True, "seconds": 1}]


def test_the_stages_are_the_contracts() -> None:
    """Their names are also in the monitor's dashboards."""
    assert STAGES == (
        "data_ingestion",
        "data_validation",
        "data_transformation",
        "model_training",
        "model_evaluation",
        "export",
    )


def test_without_a_terminal_each_stage_is_a_line() -> None:
    """A log holds one line a stage and no moving bar."""
    stream = io.StringIO()
    running = run(stream)
    with running.stage("data_ingestion"):
        running.display.progress(1, 2)
    with suppress(TrainingError), running.stage("export"):
        raise TrainingError("no")
    assert [line.split() for line in stream.getvalue().splitlines()] == [
        ["done", "data_ingestion", "1.00", "s"],
        ["failed", "export", "1.00", "s"],
    ]


def test_on_a_terminal_the_spinner_leaves_a_line() -> None:
    """The bar is gone at the end, also after Ctrl-C."""
    console = Console(file=io.StringIO(), force_terminal=True, width=80)
    with suppress(KeyboardInterrupt), Live(console) as live:
        live.begin("model_evaluation")
        live.progress(3, 10)
        live.end("model_evaluation", 1.5, success=True)
        live.begin("export")
        raise KeyboardInterrupt
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert "model_evaluation       1.50 s" in text
    assert text.endswith("\x1b[?25h") or "\x1b[?25h" in text


def epoch(number: int, total: int) -> Epoch:
    """Return an epoch with some loss."""
    return Epoch(number, total, loss=0.25, accuracy=0.5)


@pytest.mark.parametrize(
    ("total", "shown"),
    [
        pytest.param(3, [1, 2, 3], id="each of a few"),
        pytest.param(200, [20, 40, 60, 80, 100, 120, 140, 160, 180, 200], id="every twentieth of many"),
        pytest.param(19, [2, 4, 6, 8, 10, 12, 14, 16, 18, 19], id="the last one always"),
    ],
)
def test_a_log_holds_about_ten_epochs(total: int, shown: list[int]) -> None:
    """However many there are."""
    stream = io.StringIO()
    display = Plain(stream)
    for number in range(1, total + 1):
        display.epoch(epoch(number, total))
    assert stream.getvalue().splitlines() == [
        f"       epoch {number} of {total}: loss 0.2500, validation accuracy 0.500" for number in shown
    ]


def test_on_a_terminal_the_last_epoch_stays() -> None:
    """Under the stage's line, and under that stage's alone."""
    console = Console(file=io.StringIO(), width=80)
    with Live(console) as live:
        live.begin("model_training")
        live.epoch(epoch(1, 2))
        live.epoch(epoch(2, 2))
        live.end("model_training", 1.5, success=True)
        live.begin("export")
        live.end("export", 0.5, success=True)
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    assert text.count("epoch 2 of 2: loss 0.2500, validation accuracy 0.500") == 1
    assert "epoch 1 of 2" not in text


def test_several_displays_hear_everything_in_order() -> None:
    """A log and a server may listen beside the terminal."""
    first, second = io.StringIO(), io.StringIO()
    together = Together(Plain(first), Plain(second))
    together.begin("export")
    together.progress(1, 2)
    together.epoch(epoch(1, 1))
    together.end("export", 1.0, success=True)
    assert first.getvalue() == second.getvalue()
    assert [line.split()[0] for line in first.getvalue().splitlines()] == ["epoch", "done"]
