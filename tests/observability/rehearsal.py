"""All that stands between a spoiled model and a person who hears of it: real servers, shortened times."""

import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import yaml

from tests.observability.sinks import PASSWORD, Mail, Slack, Webhook, mailed, posted
from tools import local_server
from tools.rules.render import Options, alerts, dumped, recordings
from tools.stacking.targets import local_config

ROOT = Path(__file__).resolve().parents[2]
OBSERVABILITY = ROOT / "observability"
NEEDED = ("prometheus", "prometheus-alertmanager", "prometheus-node-exporter")
MISSING = ", ".join(program for program in NEEDED if not shutil.which(program))
SHORT = Options(scale=0.01, shortest=5)
NO_TIME = {"group_wait": "1s", "group_interval": "1s"}
EASY = {"app_memory_usage_bytes > 500 * 1000 * 1000": "app_memory_usage_bytes > 1"} | {
    f"{name} > {most}": f"{name} > -1"
    for name, most in {
        "app_cpu_usage_percent": 80,
        "system_cpu_usage_percent": 80,
        "system_memory_usage_percent": 90,
        "system_disk_usage_percent": 90,
    }.items()
}
"""Of the machine's resources, other thresholds: tests don't fill a disk."""


class Sinks:
    """The three channels, and where they are."""

    def __init__(self) -> None:
        self.webhook, self.slack, self.mail = Webhook(), Slack(), Mail()
        self.addresses: dict[str, str] = {}

    @contextmanager
    def open(self) -> Iterator["Sinks"]:
        """Serve all three."""
        with posted(self.webhook) as webhook, posted(self.slack) as slack, mailed(self.mail) as mail:
            self.addresses = {"webhook": webhook, "slack": slack, "mail": mail}
            yield self

    def lack(self, expected: set[tuple[str, str]]) -> dict[str, set[tuple[str, str]]]:
        """Return what has not arrived yet, by channel."""
        channels = {"webhook": self.webhook, "slack": self.slack, "mail": self.mail}
        lacking = {name: expected - channel.told for name, channel in channels.items()}
        return {name: told for name, told in lacking.items() if told}


class Servers:
    """Prometheus, Alertmanager and node_exporter in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = {name: local_server.free_port() for name in NEEDED}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def address(self, name: str) -> str:
        """Return a server's host and port."""
        return f"{local_server.HOST}:{self.ports[name]}"

    def write_rules(self, easy: Mapping[str, str]) -> None:
        """Write the rules with shortened times, and with other expressions for some."""
        document = alerts(SHORT)
        for rule in (rule for group in document["groups"] for rule in group["rules"]):
            rule["expr"] = easy.get(rule["expr"], rule["expr"])
        (self.folder / "rules").mkdir(exist_ok=True)
        (self.folder / "rules" / "alerts.yml").write_text(dumped(document))
        (self.folder / "rules" / "recording.yml").write_text(dumped(recordings(SHORT)))

    def reload_rules(self, easy: Mapping[str, str]) -> None:
        """Let Prometheus read other rules."""
        self.write_rules(easy)
        self._running["prometheus"].send_signal(signal.SIGHUP)

    def start(self, targets: Mapping[str, str], training: str, sinks: Sinks) -> None:
        """Start all three and wait until they are ready."""
        self._configure_prometheus(targets, training)
        self._configure_alertmanager(sinks)
        node = ("--no-collector.thermal_zone",)
        kept = (f"--storage.tsdb.path={self.folder}/tsdb", f"--web.user-assets={ROOT}/docs/runbooks")
        alone = (f"--storage.path={self.folder}/alertmanager", "--cluster.listen-address=")
        self._start("prometheus-node-exporter", "/", *node)
        self._start(
            "prometheus-alertmanager", "/-/ready", f"--config.file={self.folder}/alertmanager.yml", *alone
        )
        self._start(
            "prometheus",
            "/-/ready",
            f"--config.file={self.folder}/here.yml",
            "--rules.alert.resend-delay=1s",
            *kept,
        )

    def stop(self) -> None:
        """End them all."""
        local_server.stop(*self._running.values())

    def _start(self, name: str, ready: str, *options: str) -> None:
        command = [name, f"--web.listen-address={self.address(name)}", "--log.level=error", *options]
        if name != "prometheus-node-exporter":
            command.append(f"--web.external-url=http://{self.address(name)}")
        self._running[name] = subprocess.Popen(command, cwd=self.folder, start_new_session=True)
        assert local_server.wait_until_answers(self._running[name], f"http://{self.address(name)}{ready}"), (
            name
        )

    def _configure_prometheus(self, targets: Mapping[str, str], training: str) -> None:
        (self.folder / "targets").mkdir()
        (self.folder / "targets" / "training.yml").write_text(f"- targets: ['{training}']\n")
        shutil.copy(OBSERVABILITY / "prometheus" / "prometheus.yml", self.folder)
        hosts = {
            "node-exporter": self.address("prometheus-node-exporter"),
            "alertmanager": self.address("prometheus-alertmanager"),
            "prometheus": self.address("prometheus"),
            **targets,
        }
        (self.folder / "here.yml").write_text(local_config(self.folder / "prometheus.yml", hosts, "1s"))

    def _configure_alertmanager(self, sinks: Sinks) -> None:
        """Write the shipped configuration with the sinks' addresses, its secrets, and no time to wait."""
        for name, secret in {"smtp_password": PASSWORD, "slack_url": sinks.addresses["slack"]}.items():
            (self.folder / name).write_text(secret)
        text = (OBSERVABILITY / "alertmanager" / "alertmanager.yml").read_text()
        config: dict[str, Any] = yaml.safe_load(text.replace("/etc/alertmanager/secrets", str(self.folder)))
        config["templates"] = [str(OBSERVABILITY / "alertmanager" / "templates" / "*.tmpl")]
        config["global"] |= {"smtp_smarthost": sinks.addresses["mail"], "smtp_require_tls": False}
        for route in (config["route"], *config["route"]["routes"]):
            route |= NO_TIME
        for receiver in config["receivers"]:
            for webhook in receiver.get("webhook_configs", []):
                webhook["url"] = sinks.addresses["webhook"]
        (self.folder / "alertmanager.yml").write_text(yaml.safe_dump(config))


@contextmanager
def rehearsing(folder: Path) -> Iterator[tuple[Servers, Sinks]]:
    """Give the servers, to be started, and the sinks, which are open."""
    with ExitStack() as stack:
        sinks = stack.enter_context(Sinks().open())
        servers = Servers(folder)
        stack.callback(servers.stop)
        yield servers, sinks
