"""Which commands deploy what, as a person would type them."""

import pytest

from tools.deploying.plan import api_steps, monitor_steps

BOTH = ("ml-api", "monitoring")
URL = "https://my-model.example"


def typed(*steps):
    """Return the commands of some steps."""
    return [step.typed() for each in steps for step in each]


def test_the_api_goes_first_and_the_monitor_is_told_its_address_for_good():
    """`--env` would tell a single deployment; the next push would forget it."""
    done = typed(api_steps(BOTH, linked=True, asks=True), monitor_steps(BOTH, URL, linked=True, asks=True))
    assert done == [
        "(cd ml-api && vercel deploy --prod --json)",
        f"(cd monitoring && vercel env add MAIN_API_URL production --value {URL} --force --yes)",
        "(cd monitoring && vercel deploy --prod --json)",
    ]


def test_a_folder_without_a_project_is_linked_first():
    """The platform's tool asks which one."""
    assert typed(api_steps(BOTH, linked=False, asks=True))[0] == "(cd ml-api && vercel link)"
    assert typed(monitor_steps(BOTH, URL, linked=False, asks=True))[0] == "(cd monitoring && vercel link)"


def test_who_wants_no_questions_gets_none():
    """--yes goes on to the platform's tool."""
    assert typed(api_steps(BOTH, linked=True, asks=False)) == [
        "(cd ml-api && vercel deploy --prod --json --yes)"
    ]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param(("ml-api",), ["(cd ml-api && vercel deploy --prod --json)"], id="the-api"),
        pytest.param(("monitoring",), ["(cd monitoring && vercel deploy --prod --json)"], id="the-monitor"),
    ],
)
def test_one_folder_is_deployed_alone(names, expected):
    """The monitor keeps the address that its project has."""
    done = typed(api_steps(names, linked=True, asks=True), monitor_steps(names, None, linked=True, asks=True))
    assert done == expected


def test_an_address_can_not_be_a_second_command():
    """It is quoted for the shell, as it is shown."""
    *_, add, _ = typed(monitor_steps(BOTH, "https://a/$(rm -rf x)", linked=True, asks=True))
    assert "'https://a/$(rm -rf x)'" in add
