"""Which metrics there are: our programs' own, recorded ones, and those of other people's servers."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import promql_parser
import requests
from prometheus_client.core import Metric

from monitor import record
from monitor.metrics import Exposition
from monitor.watch import View
from tests.monitor.samples import NOW, sample
from tools import local_server
from tools.bundles import ML_API
from tools.bundles.fresh import Fresh
from tools.bundles.metrics import Exposition as Artifacts
from tools.bundles.system import System
from tools.replaying.metrics import Metrics
from tools.rules import recorded
from training.stages import Epoch
from training.watch.board import Board

ROOT = Path(__file__).resolve().parents[2]
OTHERS = ("prometheus", "prometheus-alertmanager", "prometheus-node-exporter")
READY = dict.fromkeys(OTHERS, "/-/ready") | {"prometheus-node-exporter": "/metrics"}
"""What answers once the configuration is read: before that, Prometheus has metrics, and none of its rules."""
ADDED = {"up", "ALERTS"}
"""What Prometheus itself adds."""
CONFIGS = {
    # It counts failures of the groups that it has.
    "prometheus": f"rule_files: [{ROOT}/observability/prometheus/rules/recording.yml]",
    "prometheus-alertmanager": "{route: {receiver: nobody}, receivers: [{name: nobody}]}",
}
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("_total",), "info": ("_info",)}
TYPE = re.compile(r"^# TYPE (\S+) (\S+)$", re.MULTILINE)


def of_monitor() -> set[str]:
    """Return what the monitor exposes of an API behind TLS."""
    tables = {name: {} for name in record.TABLES}
    view = View(NOW, sample(tls_expires_at=NOW), tables, True, "sqlite")
    return _names(Exposition(view, 600.0, 3600.0).collect())


def of_tools() -> set[str]:
    """Return what a training, a replay and the metrics server expose."""
    board = Board("a model")
    board.epoch(Epoch(1, 1, 0.5, 0.9))
    artifacts = Artifacts(Fresh(ML_API / "artifacts")(), System("/"))
    return _names(board.collect()) | _names(artifacts.collect()) | _names(Metrics().registry.collect())


def recordings() -> set[str]:
    """Return what Prometheus records."""
    return {rule.record for rules in recorded.GROUPS.values() for rule in rules}


def scraped(url: str) -> set[str]:
    """Return what an address exposes as Prometheus text."""
    answer = requests.get(url, timeout=10)
    answer.raise_for_status()
    found = set()
    for name, kind in TYPE.findall(answer.text):
        found |= {name, *(name + suffix for suffix in SUFFIXES[kind])} if kind == "histogram" else {name}
    return found


def of_others(folder: Path) -> set[str]:
    """Return what Prometheus, Alertmanager and node_exporter expose of themselves."""
    found = set()
    for program in OTHERS:
        with _running(program, folder) as url:
            found |= scraped(url)
    return found


def missing() -> str:
    """Say which of the others' servers is not installed; empty when all are."""
    return ", ".join(program for program in OTHERS if not shutil.which(program))


def asked(query: str) -> set[str]:
    """Return the metrics that a PromQL expression names. Raises ValueError."""
    found: set[str] = set()
    expression = promql_parser.parse(query)

    def visit(node: promql_parser.Expr) -> None:
        if isinstance(node, promql_parser.VectorSelector) and node.name:
            found.add(node.name)

    promql_parser.walk(expression, visit)
    return found


def _names(families: Iterator[Metric]) -> set[str]:
    found = set()
    for family in families:
        found |= {family.name + suffix for suffix in SUFFIXES.get(family.type, ("",))}
    return found


@contextmanager
def _running(program: str, folder: Path) -> Iterator[str]:
    address = f"127.0.0.1:{local_server.free_port()}"
    (folder / f"{program}.yml").write_text(CONFIGS.get(program, ""))
    options = {
        "prometheus": (f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/tsdb"),
        "prometheus-alertmanager": (
            *(f"--config.file={folder}/prometheus-alertmanager.yml", "--cluster.listen-address="),
            f"--storage.path={folder}/alertmanager",
        ),
    }
    command = [program, f"--web.listen-address={address}", "--log.level=error", *options.get(program, ())]
    process = subprocess.Popen(command, cwd=folder, start_new_session=True, stderr=subprocess.DEVNULL)
    try:
        assert local_server.wait_until_answers(process, f"http://{address}{READY[program]}"), program
        yield f"http://{address}/metrics"
    finally:
        local_server.stop(process)
