"""Watching a training: what is exposed and when, where it is pushed, and what is refused."""

import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import requests
from prometheus_client import generate_latest

from tests.prometheus_server import PrometheusServer
from tests.pushgateway_server import MISSING, PROGRAM, PushgatewayServer
from tools.local_server import free_port
from training.cli import main
from training.recipes.penguins import PENGUINS
from training.stages import Epoch
from training.watch.board import Board
from training.watch.push import PushError, push
from training.writer import read_index

ROOT = Path(__file__).resolve().parents[2]
MODEL = '{model="penguins-mlp"}'
NAMES = ("training_loss", "training_epoch_total", "validation_accuracy")


def train(root: Path, *options: str, model: str = "penguins-mlp") -> int:
    """Train into root, as from the command line."""
    return main([model, "--artifacts", str(root), *options])


class Running:
    """A training in a process of its own, of which stderr is read line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said = ""

    def until(self, words: str) -> str:
        """Return the first line that holds the words."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said += line
            if words in line:
                return line
        raise AssertionError(f"{words!r} never came:\n{self.said}")

    def address(self) -> str:
        """Return where it serves its metrics."""
        return self.until("metrics http").split()[1]

    def ends(self, code: int) -> str:
        """Wait for its end and return what else it said."""
        assert self.process.stderr is not None
        rest = self.process.stderr.read()
        assert self.process.wait(60) == code, self.said + rest
        return rest


@contextmanager
def training(root: Path, *options: str) -> Iterator[Running]:
    """Start penguins-mlp on a port that is free."""
    words = [sys.executable, "-m", "training", "penguins-mlp", "--metrics-port", "0", *options]
    with subprocess.Popen(
        [*words, "--artifacts", str(root)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Running(process)
        finally:
            process.kill()


def exposed(board: Board) -> list[str]:
    """Return the samples, without help and types."""
    return [
        line for line in generate_latest(board.registry()).decode().splitlines() if not line.startswith("#")
    ]


def test_before_the_first_epoch_there_is_no_loss() -> None:
    """Nothing was measured, which is not zero; the epochs done are."""
    assert exposed(Board("penguins-mlp")) == [f"training_epoch_total{MODEL} 0.0"]


def test_the_last_epoch_is_exposed() -> None:
    """Under the names that dashboards know, and nothing else beside them."""
    board = Board("penguins-mlp")
    board.epoch(Epoch(1, 9, loss=0.5, accuracy=0.25))
    board.epoch(Epoch(2, 9, loss=0.125, accuracy=0.75))
    assert exposed(board) == [
        f"training_epoch_total{MODEL} 2.0",
        f"training_loss{MODEL} 0.125",
        f"validation_accuracy{MODEL} 0.75",
    ]
    text = generate_latest(board.registry()).decode()
    assert "# TYPE training_epoch_total counter" in text
    assert "# TYPE training_loss gauge" in text
    assert "# TYPE validation_accuracy gauge" in text


def test_epochs_can_be_watched_while_they_come(tmp_path: Path) -> None:
    """The count grows between two looks; Ctrl-C ends it with 130, closes the port and leaves nothing."""
    with training(tmp_path, "--epochs", "100000") as run:
        address = run.address()
        seen = [0.0]
        deadline = time.monotonic() + 60
        while len(seen) < 4 and time.monotonic() < deadline:
            text = requests.get(address, timeout=10).text
            found = re.search(rf"^training_epoch_total{re.escape(MODEL)} (\S+)$", text, re.MULTILINE)
            assert found
            if float(found[1]) > seen[-1]:
                seen.append(float(found[1]))
                assert f"training_loss{MODEL} " in text
                assert f"validation_accuracy{MODEL} " in text
        assert len(seen) == 4
        run.process.send_signal(signal.SIGINT)
        said = run.ends(130)
    assert said.splitlines()[-1] == "interrupted; the bundles that were there are whole"
    assert "Traceback" not in said
    assert not list(tmp_path.iterdir())
    with pytest.raises(requests.ConnectionError):
        requests.get(address, timeout=10)


@pytest.mark.slow
def test_prometheus_sees_the_last_values_of_a_training_that_lingers(
    tmp_path: Path, prometheus_of: Callable[..., PrometheusServer]
) -> None:
    """Scraped by a real one after the bundle is written; Ctrl-C then ends it as a success."""
    with training(tmp_path / "artifacts", "--epochs", "3", "--linger", "600") as run:
        prometheus = prometheus_of(run.address().removesuffix("/metrics"), job="training")
        run.until("linger  http")
        deadline = time.monotonic() + 60
        while prometheus.query("training_epoch_total") != [3.0] and time.monotonic() < deadline:
            time.sleep(0.2)
        assert [prometheus.query(f"count({name}{MODEL})") for name in NAMES] == [[1.0]] * 3
        assert prometheus.query("training_epoch_total") == [3.0]
        run.process.send_signal(signal.SIGINT)
        run.ends(0)
    assert list(read_index(tmp_path / "artifacts")["penguins-mlp"]) == ["1"]


def test_a_taken_port_is_told_before_anything_is_trained(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The option and the way out are named; no stage began."""
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = str(taken.getsockname()[1])
        assert train(tmp_path, "--metrics-port", port) == 1
    said = capsys.readouterr().err
    assert said == (
        f"error: --metrics-port {port}: nothing can listen on 127.0.0.1:{port} (Address already in use); "
        "take another port, or 0 for any free one\n"
    )
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("option", ["--metrics-port", "--epochs", "--linger"])
def test_a_model_without_epochs_can_not_be_watched(
    option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says so, and which command shows what there is."""
    assert train(tmp_path, option, "1", model="penguins") == 2
    said = capsys.readouterr().err
    assert f"error: {option}: penguins is fitted in one step and has no epochs to watch\n" in said
    assert "tools/metrics_server.py" in said


def test_to_linger_needs_a_server(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """There is nothing to keep open."""
    assert train(tmp_path, "--linger", "1") == 2
    assert "give --metrics-port as well" in capsys.readouterr().err


def test_a_version_that_a_model_does_not_have_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Instead of training nothing."""
    assert train(tmp_path, "--version", "7", model="food-drive") == 2
    assert capsys.readouterr().err == "error: --version 7: food-drive has no such version, only 1 or 2\n"


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["--epochs", "0"], id="no epoch"),
        pytest.param(["--epochs", "100001"], id="epochs without an end"),
        pytest.param(["--metrics-port", "70000"], id="port too high"),
        pytest.param(["--metrics-port", "-1"], id="port below 0"),
        pytest.param(["--metrics-port", "1", "--linger", "nan"], id="linger is no number"),
        pytest.param(["--metrics-port", "1", "--linger", "inf"], id="linger for ever"),
        pytest.param(["--metrics-port", "1", "--linger", "1e18"], id="linger past the clock"),
        pytest.param(["--push", "localhost:9091"], id="gateway without a scheme"),
        pytest.param(["--push", "file:///etc/passwd"], id="gateway is a file"),
        pytest.param(["--push", "http://user:word@127.0.0.1:9091"], id="gateway with a password"),
        pytest.param(["--push", "http://[::1"], id="gateway with half a bracket"),
        pytest.param(["--push", "http://127.0.0.1:99999"], id="gateway's port too high"),
        pytest.param(["--push", "http://127.0.0.1:x"], id="gateway's port no number"),
        pytest.param(["--push", "http://a b:9091"], id="gateway with a space"),
        pytest.param(["--push", "http://127.0.0.1:9091?a=1"], id="gateway with a query"),
        pytest.param(["--push", "http://127.0.0.1:9091\x1b"], id="gateway with a control character"),
    ],
)
def test_wrong_options_are_2(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Argparse names the option."""
    with pytest.raises(SystemExit) as caught:
        train(tmp_path, *words)
    assert caught.value.code == 2
    assert f"argument {words[-2]}: " in capsys.readouterr().err


@pytest.fixture(scope="module")
def gateway(
    tmp_path_factory: pytest.TempPathFactory, require_real: Callable[..., None]
) -> Iterator[PushgatewayServer]:
    """Give a real Pushgateway."""
    require_real(PROGRAM, MISSING)
    server = PushgatewayServer(tmp_path_factory.mktemp("pushgateway"))
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.mark.slow
def test_the_last_values_are_pushed(
    gateway: PushgatewayServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a group of job and model; the next success replaces them, a failure leaves them."""
    assert train(tmp_path, "--epochs", "2", "--push", gateway.url) == 0
    assert f"pushed  {gateway.url}, job training, model penguins-mlp\n" in capsys.readouterr().err
    group = '{instance="",job="training",model="penguins-mlp"}'
    assert f"training_epoch_total{group} 2\n" in gateway.metrics()
    assert train(tmp_path, "--epochs", "3", "--push", gateway.url) == 0
    held = gateway.metrics()
    assert f"training_epoch_total{group} 3\n" in held
    assert all(f"{name}{group} " in held for name in NAMES)
    bad = tmp_path / "bad.csv"
    bad.write_bytes(PENGUINS.source.read().replace(b"Torgersen", b"Elsewhere"))
    assert train(tmp_path, "--epochs", "4", "--data", str(bad), "--push", gateway.url) == 1
    assert f"training_epoch_total{group} 3\n" in gateway.metrics()
    assert "pushed" not in capsys.readouterr().err.split("failed data_validation")[1]


def test_a_push_that_fails_is_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The bundle is written, so the training has succeeded."""
    url = f"http://127.0.0.1:{free_port()}"
    assert train(tmp_path, "--epochs", "1", "--push", url) == 0
    said = capsys.readouterr().err
    assert f"warning: --push {url}: nothing was pushed (" in said
    assert "Connection refused); the bundle itself is written" in said
    assert list(read_index(tmp_path)["penguins-mlp"]) == ["1"]


@contextmanager
def answering(reply: bytes) -> Iterator[str]:
    """Give the address of a server that answers its first caller so, and closes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_answer, args=(listener, reply))
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


def _answer(listener: socket.socket, reply: bytes) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(reply)


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        pytest.param(
            b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", "400: Bad Request", id="refused"
        ),
        pytest.param(b"HTTP/1.1 500 \r\nContent-Length: 0\r\n\r\n", "HTTP Error 500", id="no reason"),
        pytest.param(
            b"HTTP/1.1 500 a\x1b[2Jb\r\nContent-Length: 0\r\n\r\n", r"a\?\[2Jb", id="control characters"
        ),
        pytest.param(
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
            "302",
            id="moved",
        ),
        pytest.param(b"SSH-2.0-OpenSSH\r\n", "SSH-2.0-OpenSSH", id="another protocol"),
        pytest.param(b"", "Remote end closed connection|reset by peer", id="silence"),
    ],
)
def test_a_gateway_that_does_not_take_the_values_is_an_error(reply: bytes, why: str) -> None:
    """Of one kind, whatever is wrong."""
    board = Board("penguins-mlp")
    board.epoch(Epoch(1, 1, loss=0.5, accuracy=0.5))
    with answering(reply) as url, pytest.raises(PushError, match=why):
        push(url, "penguins-mlp", board.registry())
