"""Alertmanager's configuration on this machine: only channels that somebody has set up."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tools.stacking.plan import ALERTMANAGER_YML
from tools.stacking.receivers import local_receivers

CONFIG = """
global:
  smtp_smarthost: mail.here.net:587
  smtp_from: a@here.net
  smtp_auth_password_file: /etc/alertmanager/secrets/smtp_password
  slack_api_url_file: secrets/slack_url
templates: [templates/*.tmpl]
route: {receiver: team}
receivers:
  - name: team
    email_configs: [{to: team@here.net}, {to: team@example.org}]
    slack_configs: [{channel: "#alerts"}]
    webhook_configs: [{url: "https://hooks.example.org/a"}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with a configuration and no secrets."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "alertmanager.yml").write_text(CONFIG)
    return tmp_path


def test_nothing_leaves_before_somebody_has_set_it_up(folder: Path) -> None:
    """Neither to example.org nor by a channel without its secret."""
    text, kinds = local_receivers(folder / "alertmanager.yml")
    assert kinds == []
    assert yaml.safe_load(text)["receivers"] == [{"name": "team"}]


@pytest.mark.parametrize(("secret", "kind"), [("smtp_password", "email"), ("slack_url", "slack")])
def test_a_channel_with_its_secret_stays(folder: Path, secret: str, kind: str) -> None:
    """And reads it where it lies here."""
    (folder / "secrets" / secret).write_text("a secret of a test")
    text, kinds = local_receivers(folder / "alertmanager.yml")
    assert kinds == [kind]
    assert str(folder / "secrets" / secret) in text
    assert "example.org" not in text


def test_the_real_one_is_valid_anywhere(tmp_path: Path, require_real) -> None:
    """As Alertmanager's own tool has it, and it finds the templates."""
    require_real(shutil.which("amtool"), "amtool is not on PATH")
    text, _ = local_receivers(ALERTMANAGER_YML)
    (tmp_path / "alertmanager.yml").write_text(text)
    command = ["amtool", "check-config", str(tmp_path / "alertmanager.yml")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "templates" in done.stdout
