"""The environment is read once, and what can't be used stops the start."""

from pathlib import Path

import pytest

from mlapi.settings import Settings, SettingsError, from_env, variables

ROOT = Path(__file__).resolve().parents[2]


def test_an_empty_environment_gives_the_defaults():
    """Nothing has to be set."""
    assert from_env({}) == Settings()


def test_an_empty_variable_counts_as_unset():
    """Dashboards leave empty values behind."""
    assert from_env({"MAX_ROWS": "", "DEFAULT_MODEL": ""}) == Settings()


def test_values_are_read_as_what_they_are():
    """Texts, switches and numbers."""
    env = {"DEFAULT_MODEL": "penguins", "MODEL_VERSION": "2", "MAX_ROWS": "5", "LOG_INPUTS": "1"}
    read = from_env(env | {"ALLOW_PICKLE": "1", "UNRELATED": "x"})
    assert read == Settings(
        default_model="penguins", model_version="2", max_rows=5, log_inputs=True, allow_pickle=True
    )


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MAX_ROWS", "0"),
        ("MAX_ROWS", "-1"),
        ("MAX_ROWS", "ten"),
        ("MAX_ROWS", "1000001"),
        ("MAX_ROWS", "9" * 5000),
        ("MAX_ROWS", "٣"),
        ("LOG_INPUTS", "yes"),
        ("ALLOW_PICKLE", "true"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_the_name_of_its_variable(variable, value):
    """The value isn't repeated: it might be a secret in the wrong place."""
    with pytest.raises(SettingsError, match=f"^{variable} must be") as refused:
        from_env({variable: value})
    assert value not in str(refused.value).replace("from 1 to 1000000", "").replace("0 or 1", "")


def test_every_bad_variable_is_named_at_once():
    """Nobody likes to be told one at a time."""
    with pytest.raises(SettingsError, match=r"MAX_ROWS .*; LOG_INPUTS "):
        from_env({"MAX_ROWS": "x", "LOG_INPUTS": "x"})


def test_the_page_on_settings_is_the_settings():
    """docs/settings.md holds one line per variable of the API, and no other."""
    rows = [
        f"| `{name}` | {setting.metadata['says']} | {_default(setting.default)} |"
        for name, setting in variables()
    ]
    section = (ROOT / "docs" / "settings.md").read_text().split("\n## ")[1]
    assert section.startswith("ml-api\n")
    assert [line for line in section.splitlines() if line.startswith("| `")] == rows


def _default(value: object) -> str:
    return "unset" if value is None else f"`{int(value) if isinstance(value, bool) else value}`"
