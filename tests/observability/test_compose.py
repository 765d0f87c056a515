"""docker-compose.yml, read by the real docker-compose, and what that does not see."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from tests.observability import compose_checks as checks
from tests.observability.composed import COMPOSE, MISSING, config, is_there
from tools.settings import StackPorts
from tools.stacking.options import DURABLE, RETENTION

Read = Callable[..., dict[str, Any]]
CHECKS = [
    checks.shared_host_ports,
    checks.open_ports,
    checks.missing_files,
    checks.unknown_hosts,
    checks.unpinned_images,
    checks.unguarded,
    checks.unwatched,
]


@pytest.fixture(scope="module")
def compose(require_real) -> dict[str, Any]:
    """Give the file as docker-compose understands it."""
    require_real(is_there(), MISSING)
    done = config("--format", "json", GRAFANA_PASSWORD="of-a-test")  # noqa: S106 - no secret
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_nothing_is_wrong(compose: dict[str, Any], check: Callable[..., list[str]]) -> None:
    """The real file passes each check."""
    assert check(compose) == []


BREAKS: dict[str, tuple[Any, Callable[[dict[str, Any]], Any], str]] = {
    "two on one port": (
        checks.shared_host_ports,
        lambda services: services["mlflow"]["ports"][0].update(published="9090"),
        "port 9090 is wanted 2 times",
    ),
    "open to others": (
        checks.open_ports,
        lambda services: services["grafana"]["ports"][0].pop("host_ip"),
        "grafana: 3000",
    ),
    "no such file": (
        checks.missing_files,
        lambda services: services["grafana"]["volumes"][0].update(source="/nowhere/at/all"),
        "grafana: /nowhere/at/all",
    ),
    "no such dockerfile": (
        checks.missing_files,
        lambda services: services["api"]["build"].update(dockerfile="Dockerfile"),
        "api: Dockerfile",
    ),
    "a host in the environment": (
        checks.unknown_hosts,
        lambda services: services["api"]["environment"].update(REDIS_URL="redis://cache:6379/0"),
        "api: cache is no service",
    ),
    "a host in a file": (
        checks.unknown_hosts,
        lambda services: services.pop("pushgateway"),
        "prometheus, prometheus.yml: pushgateway is no service",
    ),
    "no tag": (
        checks.unpinned_images,
        lambda services: services["redis"].update(image="redis"),
        "redis: redis",
    ),
    "the tag latest": (
        checks.unpinned_images,
        lambda services: services["redis"].update(image="redis:latest"),
        "redis: redis:latest",
    ),
    "may write": (
        checks.unguarded,
        lambda services: services["api"].pop("read_only"),
        "api: read_only is None",
    ),
    "may gain rights": (
        checks.unguarded,
        lambda services: services["api"].update(security_opt=[]),
        "api: security_opt",
    ),
    "no health check": (
        checks.unwatched,
        lambda services: services["redis"].pop("healthcheck"),
        "redis has no health check",
    ),
}


@pytest.mark.parametrize(("check", "change", "said"), BREAKS.values(), ids=BREAKS)
def test_what_is_wrong_is_found(compose: dict[str, Any], check: Any, change: Any, said: str) -> None:
    """Each check fails on a file that has its fault."""
    broken = copy.deepcopy(compose)
    change(broken["services"])
    assert any(fault.startswith(said) for fault in check(broken)), check(broken)


def test_no_secret_is_in_the_file() -> None:
    """Those that it needs come from outside, and have no default."""
    raw = yaml.safe_load(COMPOSE.read_text())
    assert checks.told_secrets(raw) == []
    raw["services"]["grafana"]["environment"]["GF_SECURITY_ADMIN_PASSWORD"] = "${GRAFANA_PASSWORD:-admin}"  # noqa: S105 - the fault
    assert checks.told_secrets(raw) == ["grafana: GF_SECURITY_ADMIN_PASSWORD is told"]


@pytest.mark.parametrize("env", [{}, {"GRAFANA_PASSWORD": ""}], ids=["unset", "empty"])
def test_it_does_not_start_without_a_password(compose: dict[str, Any], env: dict[str, str]) -> None:
    """It says which, and there is no default that everybody knows."""
    done = config("--quiet", **env)
    assert done.returncode != 0
    assert "GRAFANA_PASSWORD" in done.stderr


def test_ports_are_those_of_make_stack(compose: dict[str, Any]) -> None:
    """One can be learned, and either started."""
    published = {
        name: int(service["ports"][0]["published"])
        for name, service in compose["services"].items()
        if service.get("ports")
    }
    alike = StackPorts()
    assert published == {
        "api": alike.api,
        "monitoring": alike.monitor,
        "mlflow": 5002,
        "prometheus": alike.prometheus,
        "alertmanager": alike.alertmanager,
        "grafana": 3000,
        "pushgateway": alike.pushgateway,
    }


def test_a_port_can_be_moved(compose: dict[str, Any]) -> None:
    """And the addresses that servers tell of themselves move with it."""
    done = config("--format", "json", GRAFANA_PASSWORD="of-a-test", PROMETHEUS_PORT="19090")  # noqa: S106
    prometheus = json.loads(done.stdout)["services"]["prometheus"]
    assert prometheus["ports"][0]["published"] == "19090"
    assert "--web.external-url=http://127.0.0.1:19090" in prometheus["command"]


def test_servers_are_started_as_make_stack_starts_them(compose: dict[str, Any]) -> None:
    """What Redis and Prometheus keep does not depend on how they run."""
    services = compose["services"]
    options = " ".join(services["redis"]["command"])
    assert " ".join(DURABLE) in options
    assert f"--storage.tsdb.retention.time={RETENTION}" in services["prometheus"]["command"]


def test_each_address_of_prometheus_is_a_port_that_is_listened_on(compose: dict[str, Any]) -> None:
    """A right name with a wrong port is found nowhere else."""
    listens = {
        name: {str(port["target"]) for port in service.get("ports", ())}
        for name, service in compose["services"].items()
    }
    listens["node-exporter"] = {"9100"}
    prometheus = yaml.safe_load((COMPOSE.parent / "prometheus" / "prometheus.yml").read_text())
    targets = [
        target
        for job in [*prometheus["scrape_configs"], *prometheus["alerting"]["alertmanagers"]]
        for group in job.get("static_configs", ())
        for target in group["targets"]
    ]
    assert targets
    wrong = [each for each in targets if each.split(":")[1] not in listens[each.split(":")[0]]]
    assert wrong == []
