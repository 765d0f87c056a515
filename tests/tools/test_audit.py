"""The audit tells what is unsafe, and never takes silence for a pass."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.tools.script import ROOT, Said, run
from tools import audit, local_server
from tools.lock import LOCKS

LOCK = f"""
six==1.17.0 \\
    --hash=sha256:{"0" * 64}
flask==3.1.3 ; sys_platform == 'nowhere' \\
    --hash=sha256:{"1" * 64}
"""
KNOWN = {
    "id": "PYSEC-0000-1",
    "summary": "made for this test",
    "affected": [
        {
            "package": {"name": "flask", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.1.4"}]}],
        }
    ],
}


@contextmanager
def database(*unsafe: str, status: int = 200) -> Iterator[str]:
    """Serve a database that knows one fault of some packages; give its address."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]["name"]
            body = json.dumps({"vulns": [KNOWN]} if asked in unsafe else {}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1/query"
        finally:
            server.shutdown()
            thread.join()


def ask(folder: Path, address: str, text: str = LOCK) -> Said:
    """Audit one lock as a person does, against that database alone."""
    (folder / "some.lock").write_text(text)
    return run("audit", "--osv-url", address, folder / "some.lock", env={"NO_PROXY": "127.0.0.1"})


def test_nothing_known_of_all_is_a_pass(tmp_path: Path) -> None:
    """Pins for another platform are asked about as well."""
    with database() as address:
        said = ask(tmp_path, address)
    assert (said.code, said.out) == (audit.SAFE, "asked about 2 of 2 pinned packages; unsafe: 0\n"), said.err


def test_what_is_unsafe_is_named(tmp_path: Path) -> None:
    """With the lock that holds it and the version that is not."""
    with database("flask") as address:
        said = ask(tmp_path, address)
    assert said.code == audit.UNSAFE, said.err
    assert said.out.splitlines() == [
        "flask 3.1.3 (some.lock): PYSEC-0000-1, repaired in 3.1.4",
        "asked about 2 of 2 pinned packages; unsafe: 1",
    ]


def test_two_versions_of_a_package_are_both_asked_about(tmp_path: Path) -> None:
    """As a lock holds them for two Pythons."""
    with database() as address:
        said = ask(tmp_path, address, LOCK + LOCK.replace("six==1.17.0", "six==1.16.0"))
    assert said.out == "asked about 3 of 3 pinned packages; unsafe: 0\n"


def test_a_database_that_fails_is_no_pass(tmp_path: Path) -> None:
    """It says so, and its exit code is neither that of a pass nor that of a fault."""
    with database(status=503) as address:
        said = ask(tmp_path, address)
    assert said.code == audit.NOT_ASKED
    assert said.out.endswith("from here for 2 of 2 pinned packages: this is no pass.\n")


def test_a_database_that_is_not_there_is_no_pass(tmp_path: Path) -> None:
    """Nothing listens at that port."""
    said = ask(tmp_path, f"http://127.0.0.1:{local_server.free_port()}/v1/query")
    assert said.code == audit.NOT_ASKED
    assert "this is no pass" in said.out
    assert "Traceback" not in said.out + said.err


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        pytest.param('{"dependencies": [{"name": "six", "vulns": []}]}', {"six"}, id="one-is-missing"),
        pytest.param(
            '{"dependencies": [{"name": "six", "skip_reason": "not found"}, {"name": "flask", "vulns": []}]}',
            {"flask"},
            id="one-was-skipped",
        ),
        pytest.param("", set(), id="nothing"),
        pytest.param("[]", set(), id="something-else"),
        pytest.param('{"dependencies": [', set(), id="half"),
    ],
)
def test_what_was_skipped_was_not_asked_about(text: str, asked: set[str]) -> None:
    """The auditor itself passes where its database knows no package at all."""
    held = {("six", "1.17.0"): ["a"], ("flask", "3.1.3"): ["a"]}
    found = audit.read_report(text, held)
    assert {name for name, _ in found.faults} == asked
    assert audit.verdict(held, found) == audit.NOT_ASKED
    assert "this is no pass" in "\n".join(audit.report(held, found))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("flask\n", "it pins nothing", id="no-pins"),
        pytest.param(None, "can't be read", id="no-file"),
    ],
)
def test_a_lock_that_can_not_be_read_is_an_error(tmp_path: Path, text: str | None, why: str) -> None:
    """Instead of a pass of nothing."""
    if text is not None:
        (tmp_path / "some.lock").write_text(text)
    said = run("audit", tmp_path / "some.lock")
    assert said.code == 1
    assert why in said.err


def test_every_lock_is_audited() -> None:
    """Of both deployments and of all else."""
    held = audit.pins([ROOT / lock.file for lock in LOCKS])
    named = {file for files in held.values() for file in files}
    found = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("*/requirements*.lock")}
    assert {"requirements.lock", "tests/conformance/requirements.lock", *found} <= named
