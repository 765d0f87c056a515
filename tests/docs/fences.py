"""Which fence is a command, and who types it."""

import shlex
from collections.abc import Iterator

from tests.docs.markdown import Fence, fences, pages

SHELL = "sh"
OTHERS = {"json", "python", "yaml", "text", "promql", "toml", "html", "js", "mermaid"}
"""What stands in a fence that nobody types."""
MARKS = {
    "needs-account": "an account that a test has not",
    "needs-docker": "a container's runtime",
    "takes-minutes": "more time than a test may take",
}
_PACKED = "tests/training/test_pack_docs.py::test_the_pages_commands_work_in_the_order_in_which_they_stand"
_STACK = "tests/observability/test_stack.py::test_everything_runs_and_all_of_it_stops"
_SERVED = (
    "tests/tools/metrics_server/test_metrics_server.py"
    "::test_it_serves_the_shipped_folder_and_ends_when_it_is_asked_to"
)
_REPLAYED = "tests/tools/replay/test_replay.py::test_the_apis_live_error_is_that_of_the_replay"
_OWN = "tests/docs/test_readme.py::test_its_model_of_your_own_is_packed_and_known_to_the_monitor"
TYPED = {
    "make setup": _OWN,
    ".venv/bin/python mine.py": _OWN,
    "make pack": _OWN,
    "make run": "tests/test_local_run.py::test_make_run_stops_on_ctrl_c",
    "make stack": _STACK,
    "python -m training pack model.joblib --data rows.csv --target price --name house": _PACKED,
    "python -m training verify": _PACKED,
    "python -m training pin": _PACKED,
    "python -m training remove penguins": _PACKED,
    "python -m training penguins-mlp --epochs 200 --push": (
        "tests/training/test_watch.py::test_the_last_values_are_pushed"
    ),
    "python -m training penguins-mlp": (
        "tests/training/test_watch.py::test_epochs_can_be_watched_while_they_come"
    ),
    "python -m training math-score --track": (
        "tests/training/test_track.py::test_a_database_is_made_where_there_is_none"
    ),
    "python -m training doctor": "tests/training/test_doctor_build.py::test_a_build_is_as_large_as_foretold",
    "python tools/replay.py": _REPLAYED,
    "python tools/simulate.py": "tests/tools/simulate/test_simulate.py::test_the_api_counts_it_as_simulated",
    "python tools/metrics_server.py": _SERVED,
    "python tools/audit.py": "tests/tools/test_audit.py::test_nothing_known_of_all_is_a_pass",
}
"""How a command begins that another test types, and that test: for what needs servers or time of its own."""


def commands() -> list[Fence]:
    """Return every fence that is typed into a shell: `sh`, or no word at all."""
    return [fence for page in pages() for fence in fences(page) if (fence.words or (SHELL,))[0] == SHELL]


def mark(fence: Fence) -> str | None:
    """Return why a test can't type a fence, as it says itself."""
    return fence.words[1] if len(fence.words) > 1 else None


def typed_elsewhere(line: str) -> str | None:
    """Return the key of TYPED for a command."""
    return next((beginning for beginning in TYPED if line.startswith(beginning)), None)


def lines(fence: Fence) -> Iterator[str]:
    """Yield the commands of a fence; one that goes on over several lines is one."""
    kept = ""
    for line in fence.text.splitlines():
        kept += line
        if kept.endswith("\\") or _is_open(kept):
            kept += "\n"
            continue
        if kept.strip() and not kept.lstrip().startswith("#"):
            yield kept
        kept = ""
    assert not kept.strip(), f"{fence} ends within a quotation"


def _is_open(text: str) -> bool:
    """Tell whether a quotation goes on in the next line."""
    try:
        shlex.split(text, comments=True)
    except ValueError:
        return True
    return False
