"""What the platform's tool answers, and what is made of answers that it should not give."""

import json

import pytest

from tools.deploying.deployment import read
from tools.terminal import ToolError

URL = "https://ml-api-1x2y3z.vercel.app"
PRODUCTION = "https://ml-api.vercel.app"
SAID = {"id": "dpl_1", "url": URL, "productionUrl": PRODUCTION, "readyState": "READY", "target": "production"}


@pytest.mark.parametrize(
    ("answer", "address"),
    [
        pytest.param(SAID, PRODUCTION, id="to-a-person"),
        pytest.param({"status": "ok", "deployment": SAID}, PRODUCTION, id="to-a-program"),
        pytest.param({**SAID, "productionUrl": None}, URL, id="without-a-production-domain"),
    ],
)
def test_the_address_is_the_one_that_stays(answer, address):
    """Where there is one."""
    assert read(json.dumps(answer, indent=2)).address == address


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("", id="nothing"),
        pytest.param(URL, id="no-json"),
        pytest.param("[]", id="a-list"),
        pytest.param('{"deployment": null}', id="null"),
        pytest.param(json.dumps({"readyState": "READY"}), id="no-address"),
        pytest.param(json.dumps({**SAID, "url": "javascript:alert(1)"}), id="no-such-address"),
        pytest.param(json.dumps({**SAID, "productionUrl": "https://a b"}), id="an-address-with-a-blank"),
    ],
)
def test_an_answer_without_an_address_is_refused(answer):
    """The person is told where to look."""
    with pytest.raises(ToolError, match=r"named no address of what it deployed.*vercel list"):
        read(answer)


def test_what_is_not_ready_is_no_deployment():
    """It is not probed as one."""
    with pytest.raises(ToolError, match="in the state QUEUED"):
        read(json.dumps({**SAID, "readyState": "QUEUED"}))
