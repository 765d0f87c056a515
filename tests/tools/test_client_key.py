"""A key in the one client of all tools: where it goes, and where it never stands."""

from tests.monitor.fake_api import FakeApi, says, says_json
from tools.client import Client

KEY = "a-key-of-the-tests-that-is-shown-nowhere"


def test_a_key_goes_with_what_is_sent_alone():
    """Questions are open to all; where a redirect leads, nothing goes."""
    with FakeApi() as other, FakeApi() as api, Client(api.url, {}, key=KEY) as client:
        api.on("*", says(b"", 307, headers={"Location": f"{other.url}/api/predict"}))
        client.get("/api/model-info")
        client.post("/api/predict", b"{}")
        assert other.received == []
    sent = {received.method: received.headers.get("authorization") for received in api.received}
    assert sent == {"GET": None, "POST": f"Bearer {KEY}"}


def test_without_a_key_no_header_is_sent():
    """Not even an empty one."""
    with FakeApi() as api, Client(api.url, {}) as client:
        api.on("*", says_json({}))
        client.post("/api/predict", b"{}")
    assert "authorization" not in api.received[0].headers


def test_an_answer_in_which_a_short_key_stands_by_chance_is_left_alone():
    """Keys are longer: such a one is somebody's placeholder."""
    with FakeApi() as api, Client(api.url, {}, key="66") as client:
        api.on("*", says_json({"prediction": 66.5}))
        assert client.post("/api/predict", b"{}").body == {"prediction": 66.5}
