"""Who is told of an alert, how it is worded, and what silences what: by Alertmanager's own tool."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from monitor.alerts import RULES

FOLDER = Path(__file__).resolve().parents[2] / "observability" / "alertmanager"
CONFIG = FOLDER / "alertmanager.yml"
RECEIVERS = {"critical": "oncall", "warning": "team", "none": "nobody"}
HOSTILE = "<b>reading</b> & <!channel>"


@pytest.fixture(autouse=True)
def amtool(require_real):
    """Require Alertmanager's tool."""
    require_real(shutil.which("amtool"), "amtool is not on PATH")


def run(*arguments):
    """Return what amtool prints."""
    done = subprocess.run(["amtool", *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def config():
    """Return the configuration."""
    return yaml.safe_load(CONFIG.read_text())


def test_amtool_accepts_it():
    """With its templates."""
    assert "1 templates" in run("check-config", str(CONFIG))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.name} {rule.scope or ''}".strip())
def test_an_alert_goes_to_those_of_its_severity(rule):
    """Watchdog, which fires always, to nobody."""
    labels = (f"alertname={rule.name}", f"severity={rule.severity}")
    verify = f"--verify.receivers={RECEIVERS[rule.severity]}"
    run("config", "routes", "test", f"--config.file={CONFIG}", verify, *labels)


def test_an_alert_of_somebody_else_goes_to_the_team():
    """A severity that is not ours is no reason to lose it."""
    run("config", "routes", "test", f"--config.file={CONFIG}", "--verify.receivers=team", "alertname=Other")


@pytest.mark.parametrize("name", ["oncall", "team"])
def test_people_hear_by_three_channels_and_of_the_end_too(name):
    """E-mail, Slack and a webhook."""
    (receiver,) = [each for each in config()["receivers"] if each["name"] == name]
    channels = {key: value for key, value in receiver.items() if key != "name"}
    assert channels.keys() == {"email_configs", "slack_configs", "webhook_configs"}
    assert all(each["send_resolved"] is True for channel in channels.values() for each in channel)


def test_what_silences_has_time_to_arrive():
    """With less than a second to wait, what should be silenced would be sent first."""
    route = config()["route"]
    waits = [each["group_wait"] for each in (route, *route["routes"]) if "group_wait" in each]
    assert waits
    assert all(re.fullmatch(r"[1-9]\d*s", wait) for wait in waits)


def test_what_silences_and_what_is_silenced_exist():
    """A name that is misspelt silences nothing, and nobody notices."""
    matchers = [
        matcher
        for rule in config()["inhibit_rules"]
        for matcher in rule["source_matchers"] + rule["target_matchers"]
        if matcher.startswith("alertname")
    ]
    named = {name for matcher in matchers for name in re.search('"(.+)"', matcher)[1].split("|")}
    assert len(matchers) == 2 * len(config()["inhibit_rules"])
    assert named <= {rule.name for rule in RULES}


def test_a_critical_alert_is_silenced_by_its_like_alone():
    """Whatever else is wrong, what wakes people is told."""
    critical = {rule.name for rule in RULES if rule.severity == "critical"}
    silenced = re.findall(r"target_matchers: \['alertname=~?\"(.+?)\"'", CONFIG.read_text())
    assert len(silenced) == len(config()["inhibit_rules"])
    assert not critical & {name for names in silenced for name in names.split("|")}


def test_no_secret_is_in_it():
    """They are in files of their own."""
    keys = set(re.findall(r"^\s*(?:- )?(\w+):", CONFIG.read_text(), re.MULTILINE))
    assert not {key for key in keys if re.search("password$|secret$|token$|api_url$|_key$", key)}
    assert {"smtp_auth_password_file", "slack_api_url_file"} <= keys


def alert(status, **labels):
    """Return an alert as templates see it."""
    said = {"summary": f"{HOSTILE} has moved", "description": "PSI 0.42, threshold 0.18."}
    links = {"runbook_url": "http://r.example/ModelInputDrift.md", "dashboard_url": "http://d.example"}
    return {
        "status": status,
        "labels": {"alertname": "ModelInputDrift", "severity": "warning", **labels},
        "annotations": said | links,
        "startsAt": "2026-11-21T11:07:35Z",
        "endsAt": "2026-11-21T12:10:05Z" if status == "resolved" else "0001-01-01T00:00:00Z",
        "generatorURL": "http://p.example/graph",
    }


def worded(tmp_path, template, *alerts, kind="text"):
    """Return what a template makes of alerts."""
    state = "firing" if any(each["status"] == "firing" for each in alerts) else "resolved"
    data = {
        "status": state,
        "alerts": alerts,
        "externalURL": "http://a.example",
        "commonLabels": {"severity": "warning"},
        "commonAnnotations": {"dashboard_url": "http://d.example"},
    }
    (tmp_path / "data.json").write_text(json.dumps(data))
    glob = f"--template.glob={FOLDER}/templates/*.tmpl"
    text = f'--template.text={{{{ template "tandem.{template}" . }}}}'
    shaped = (f"--template.type={kind}", f"--template.data={tmp_path}/data.json")
    return run("template", "render", glob, text, *shaped)


def test_every_template_that_is_named_is_there():
    """Alertmanager would notice when it first sends."""
    named = set(re.findall(r'template "([\w.]+)"', CONFIG.read_text()))
    there = "".join(file.read_text() for file in (FOLDER / "templates").glob("*.tmpl"))
    assert named
    assert named <= set(re.findall(r'define "([\w.]+)"', there))


@pytest.mark.parametrize(("template", "kind"), [("text", "text"), ("html", "html"), ("slack.text", "text")])
def test_a_message_says_what_since_when_how_bad_and_where_to_look(template, kind, tmp_path):
    """With links to the runbook and to the dashboard."""
    said = worded(tmp_path, template, alert("firing"), kind=kind)
    for word in ("has moved", "PSI 0.42", "ModelInputDrift", "Sat 21 Nov 2026, 11:07 UTC"):
        assert word in said
    assert "http://r.example/ModelInputDrift.md" in said
    assert "http://d.example" in said
    assert "warning" in said.lower() or kind == "text"
    assert "esolved" not in said
    over = worded(tmp_path, template, alert("resolved"), kind=kind)
    assert "1h2m30s" in over
    assert "resolved" in over.lower()


@pytest.mark.parametrize("template", ["subject", "slack.title"])
def test_the_first_line_says_it_all(template, tmp_path):
    """How bad, what, and how many more; or that it is over."""
    one, over = alert("firing"), alert("resolved")
    assert re.match(r"\[warning\] .*reading.* has moved$", worded(tmp_path, template, one).strip())
    assert worded(tmp_path, template, one, one, one, over).strip().endswith("has moved (and 2 more)")
    assert worded(tmp_path, template, over).startswith("[resolved] ")


def test_what_others_named_stays_a_name(tmp_path):
    """It makes no element of an e-mail, and calls no channel."""
    html = worded(tmp_path, "html", alert("firing"), kind="html")
    assert "<b>" not in html
    assert "&lt;b&gt;reading" in html
    assert "ZgotmplZ" not in html
    for template in ("slack.title", "slack.text"):
        assert "<!channel>" not in worded(tmp_path, template, alert("firing"))
