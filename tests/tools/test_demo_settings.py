"""What the environment tells the demo."""

import pytest

from tools.settings import Demo, SettingsError, demo_from_env


@pytest.mark.parametrize(
    ("env", "platform", "expected"),
    [
        ({}, "linux", Demo(300, screen=False)),
        ({"DEMO_SECONDS": "", "DISPLAY": ":0"}, "linux", Demo(300, screen=True)),
        ({"DEMO_SECONDS": "9", "WAYLAND_DISPLAY": "wayland-0"}, "linux", Demo(9, screen=True)),
        ({}, "darwin", Demo(300, screen=True)),
    ],
    ids=["no screen", "X", "Wayland", "Mac"],
)
def test_it_has_defaults_and_sees_a_screen(env, platform, expected):
    """Without one, a browser of text would take the terminal."""
    assert demo_from_env(env, platform) == expected


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "long", "9" * 10, "²"])
def test_seconds_that_can_not_be_used_are_named(text):
    """With what would do."""
    with pytest.raises(SettingsError, match="DEMO_SECONDS"):
        demo_from_env({"DEMO_SECONDS": text}, "linux")
