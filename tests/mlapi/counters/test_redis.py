"""What is special about Redis: its keys, its failures, and connections that few are left of."""

import shutil
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
import redis
from hypothesis import given
from hypothesis import strategies as st

from mlapi.counters.redis import IDS_SECONDS, SEQUENCE_SECONDS, RedisStore, packed, spelled
from mlapi.counters.redis_pool import CONNECTIONS, IDLE_SECONDS
from tests.mlapi.counters.places import TODAY, claim, flush
from tools.local_server import HOST, free_port

KEY = "tandem:api:{counts}:"
HELD = "a key of the counters in Redis holds something else"


@pytest.fixture
def server(own_redis):
    """Return a Redis that runs, and that the test may break."""
    return own_redis.start()


@pytest.fixture
def store(server):
    """Return a store on it; patient, so that a busy machine breaks no promise."""
    with closing(RedisStore(server.url(), seconds=10)) as opened:
        yield opened


@pytest.fixture
def hasty(server):
    """Return a store on it that gives up as soon as in service."""
    with closing(RedisStore(server.url())) as opened:
        yield opened


@pytest.fixture
def admin(server):
    """Return a plain client of the same server."""
    with closing(server.client()) as client:
        yield client


def test_making_a_store_connects_to_nothing(failure):
    """A Redis that is down doesn't stop the start."""
    with closing(RedisStore(f"redis://{HOST}:{free_port()}")) as store:
        assert failure(store.read) == "Redis can't be reached"


@pytest.mark.parametrize(
    "url",
    ["", "localhost:6379", "http://secret@host", "redis://secret@host:port", "redis://h?ssl_secret=1"],
    ids=["empty", "no scheme", "http", "port", "option"],
)
def test_an_address_that_cannot_be_read_is_not_quoted(url):
    """It may hold a password."""
    with pytest.raises(ValueError, match=r"^not an address of Redis") as caught:
        RedisStore(url)
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("host", ["a..b", "x" * 300], ids=["dots", "long"])
def test_a_host_that_is_none(host, failure):
    """It can't even be a name, which Python tells in its own way."""
    with closing(RedisStore(f"redis://{host}:6379")) as store:
        assert failure(store.read) == "Redis can't be reached"


def test_keys_are_in_one_slot_and_only_helpers_end(store, admin):
    """Counters have no end; what makes flushes and claims count once has."""
    store.commit(flush(1, {"a": 1}, claim("x")))
    assert sorted(admin.keys()) == [f"{KEY}ids:{TODAY}", f"{KEY}seq:one", f"{KEY}total"]
    assert admin.hgetall(f"{KEY}total") == {"a": "1", "labels": "1"}
    assert admin.ttl(f"{KEY}total") == -1
    assert SEQUENCE_SECONDS - 60 < admin.ttl(f"{KEY}seq:one") <= SEQUENCE_SECONDS
    assert IDS_SECONDS - 60 < admin.ttl(f"{KEY}ids:{TODAY}") <= IDS_SECONDS


def test_a_set_of_ids_ends_as_long_after_its_first_as_it_was_told(store, admin):
    """Later ids don't keep it, and a sequence is kept by every flush."""
    store.commit(flush(1, {}, claim("x")))
    admin.expire(f"{KEY}ids:{TODAY}", 100)
    admin.expire(f"{KEY}seq:one", 100)
    store.commit(flush(2, {}, claim("y")))
    assert admin.ttl(f"{KEY}ids:{TODAY}") <= 100
    assert admin.ttl(f"{KEY}seq:one") > SEQUENCE_SECONDS - 60


def test_claims_that_are_not_counted_make_no_keys(store, admin):
    """A day that takes none has no set."""
    assert store.commit(flush(1, {}, claim("x", most=0))) == ("full",)
    assert admin.keys() == [f"{KEY}seq:one"]


@pytest.mark.parametrize("loss", ["script_flush", "restart"])
def test_a_script_that_was_forgotten_is_sent_again(server, store, admin, loss):
    """By SCRIPT FLUSH, or by a server that was replaced."""
    store.commit(flush(1, {"a": 1}))
    if loss == "restart":
        server.stop()
        server.start()
    else:
        admin.script_flush()
    store.commit(flush(2, {"b": 1}))
    assert store.read()["b"] == 1


def test_connections_that_the_server_closed_are_replaced(store, admin):
    """Servers close those that idle, and nobody notices."""
    store.commit(flush(1, {"a": 1}))
    assert admin.client_kill_filter(_type="normal", skipme=True) == 1
    store.commit(flush(2, {"a": 1}))
    assert store.read() == {"a": 2}


def test_connections_that_idled_are_not_trusted(server, hand):
    """A frozen instance doesn't see that they are dead; its clock may also have been stepped back."""
    with closing(RedisStore(server.url(), clock=hand)) as store, closing(server.client()) as admin:
        seen = []
        for idle in (0, IDLE_SECONDS / 2, IDLE_SECONDS + 1, -2 * IDLE_SECONDS):
            hand.at += idle
            store.read()
            seen += [int(client["id"]) for client in admin.client_list() if client["cmd"] == "hgetall"]
        assert len(seen) == 4
        assert seen[0] == seen[1] < seen[2] < seen[3]


def test_few_connections_are_opened(store, admin):
    """However many threads call: small plans allow few."""
    threads = [threading.Thread(target=store.read) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= len(admin.client_list()) - 1 <= CONNECTIONS


def test_a_server_that_hangs_is_not_waited_for(server, hasty, failure):
    """A quarter of a second, for commits and reads; options in the address can't change that."""
    options = (
        "?socket_timeout=60&socket_connect_timeout=60&retry_on_timeout=1&health_check_interval=1&protocol=3"
    )
    with closing(RedisStore(server.url() + options)) as other:
        server.freeze()
        for opened in (hasty, other):
            assert failure(opened.read) == "Redis did not answer in time"
            assert failure(lambda opened=opened: opened.commit(flush(1))) == "Redis did not answer in time"
        server.thaw()


def test_many_threads_wait_for_a_hanging_server_at_the_same_time(server, hasty, failure):
    """None of a hundred waits for those before it."""
    server.freeze()
    said: list[str] = []
    threads = [threading.Thread(target=lambda: said.append(failure(hasty.read))) for _ in range(100)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    server.thaw()
    assert time.monotonic() - start < 5
    assert len(said) == 100


@pytest.mark.parametrize("end", ["total", "seq:one", f"ids:{TODAY}"])
def test_a_key_of_another_type_spoils_the_flush(store, admin, failure, end):
    """Nothing of it is done, though the other keys are fine."""
    admin.lpush(KEY + end, "text")
    assert failure(lambda: store.commit(flush(1, {"a": 1}, claim("x")))) == HELD
    assert admin.keys() == [KEY + end]
    admin.delete(KEY + end)
    assert store.commit(flush(1, {"a": 1}, claim("x"))) == ("counted",)


@pytest.mark.parametrize("value", ["text", "", "1.5", "-1", "007", "9" * 30, "1e3"])
def test_a_counter_that_is_none_spoils_the_flush(store, admin, failure, value):
    """Nothing of it is done; other fields go on."""
    admin.hset(f"{KEY}total", "b", value)
    assert failure(lambda: store.commit(flush(1, {"a": 1, "b": 1}))) in (
        HELD,
        "a counter in Redis can't grow that much",
    )
    assert admin.hgetall(f"{KEY}total") == {"b": value}
    store.commit(flush(1, {"a": 1}))
    assert admin.hget(f"{KEY}total", "a") == "1"


@pytest.mark.parametrize("value", ["text", "", "1.5"])
def test_a_counter_that_is_none_cannot_be_read(store, admin, failure, value):
    """No zero is made up for it."""
    admin.hset(f"{KEY}total", "b", value)
    assert failure(store.read) == HELD


def test_a_sequence_that_is_none_spoils_the_flush(store, admin, failure):
    """It can't be told whether it was counted."""
    admin.set(f"{KEY}seq:one", "text")
    assert failure(lambda: store.commit(flush(1, {"a": 1}))) == HELD
    assert store.read() == {}


def test_a_full_server_takes_all_or_nothing(store, admin, failure):
    """Reading works meanwhile, and writing again when there is room."""
    store.commit(flush(1, {"a": 1}))
    admin.config_set("maxmemory", 1)
    full = "Redis has no memory left and takes nothing more"
    assert failure(lambda: store.commit(flush(2, {"a": 1}, claim("x")))) == full
    assert store.read() == {"a": 1}
    admin.config_set("maxmemory", 0)
    assert store.commit(flush(2, {"a": 1}, claim("x"))) == ("counted",)


def test_a_replica_says_that_it_takes_nothing(store, admin, failure):
    """An address of the wrong kind."""
    store.commit(flush(1, {"a": 1}))
    admin.replicaof(HOST, str(free_port()))
    assert store.read() == {"a": 1}
    said = failure(lambda: store.commit(flush(2, {"a": 1})))
    assert said == "this Redis is a replica, which can't be written"


@pytest.mark.parametrize("secret", ["", "wrong-secret"], ids=["none", "wrong"])
def test_a_password_that_is_refused_is_not_repeated(own_redis, failure, secret):
    """Neither the address nor what was tried is in the sentence."""
    own_redis.start("--requirepass", "right-secret")
    with closing(RedisStore(own_redis.url(secret))) as store:
        said = failure(lambda: store.commit(flush(1, {"a": 1})))
    assert said == "Redis refuses the password in its address, or asks for one"
    with closing(RedisStore(own_redis.url("right-secret"))) as store:
        assert store.commit(flush(1, {"a": 1})) == ()


def test_a_user_who_may_not_count(store, server, admin, failure):
    """A sentence, and nothing is done."""
    admin.acl_setuser("reader", enabled=True, passwords=["+pass"], categories=["+@read"], keys=["*"])
    with closing(RedisStore(f"redis://reader:pass@{HOST}:{server.port}")) as other:
        said = failure(lambda: other.commit(flush(1, {"a": 1})))
    assert said == "the Redis user may not do what counting needs"
    assert store.read() == {}


@pytest.mark.parametrize(
    "says", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"$5\r\n\xff\xfe\xfd\xfc\xfb\r\n", b""]
)
def test_what_answers_is_no_redis(failure, says):
    """Something else listens at the address."""
    with closing(socket.create_server((HOST, 0))) as listener:

        def answer() -> None:
            caller, _ = listener.accept()
            with caller:
                caller.recv(10_000)
                caller.sendall(says)

        thread = threading.Thread(target=answer)
        thread.start()
        with closing(RedisStore(f"redis://{HOST}:{listener.getsockname()[1]}")) as store:
            said = failure(lambda: store.commit(flush(1, {"a": 1})))
        thread.join()
    assert said in (
        "what answers at the address of Redis is no Redis",
        "what the store kept is damaged",
        "Redis can't be reached",
    )


def test_it_counts_over_tls(own_redis, tmp_path, require_real, failure):
    """With `rediss://`; a certificate that nobody vouches for is refused."""
    require_real(shutil.which("openssl"), "openssl is not installed")
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "1",
                "-subj",
                "/CN=localhost",
            ),
            *("-addext", f"subjectAltName=IP:{HOST}", "-keyout", "key.pem", "-out", "cert.pem"),
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )
    port = free_port()
    files = ("--tls-cert-file", "cert.pem", "--tls-key-file", "key.pem", "--tls-ca-cert-file", "cert.pem")
    own_redis.start("--tls-port", str(port), "--tls-auth-clients", "no", *files)
    address = f"rediss://{HOST}:{port}"
    with closing(RedisStore(f"{address}?ssl_ca_certs={tmp_path / 'cert.pem'}")) as store:
        store.commit(flush(1, {"a": 1}))
        assert store.read() == {"a": 1}
    with closing(RedisStore(address)) as store:
        assert failure(store.read) == "Redis can't be reached"


def test_redis_is_imported_only_when_such_a_store_is_made():
    """Its import is a good part of a cold start."""
    code = (
        "import sys; import mlapi.counters.ledger, mlapi.counters.sqlite, mlapi.counters.nothing;"
        "print('redis' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd="ml-api", capture_output=True, text=True, check=True
    )
    assert run.stdout == "False\n"


def test_a_large_flush_on_a_slow_wire_is_no_server_that_hangs(tmp_path):
    """Each part of it may take as long as an answer."""
    seconds, end = 0.6, b"$1\r\n7\r\n"
    large = {**{f"{number:0100}": 1 for number in range(20_000)}, "last": 7}

    def answer(listener: socket.socket) -> int:
        caller, _ = listener.accept()
        heard, rests = b"", 0
        with caller:
            while data := caller.recv(1 << 16):
                heard += data
                if len(heard) > (rests + 1) * 300_000:
                    rests += 1
                    time.sleep(seconds / 3)
                if heard.endswith(end):
                    caller.sendall(b"$0\r\n\r\n")
        return rests

    with socket.socket(socket.AF_UNIX) as listener, ThreadPoolExecutor(1) as pool:
        listener.bind(str(tmp_path / "wire"))
        listener.listen()
        rests = pool.submit(answer, listener)
        with closing(RedisStore(f"unix://{tmp_path / 'wire'}", seconds=seconds)) as store:
            assert store.commit(flush(1, large)) == ()
        assert rests.result() > 3, "it must have taken longer than one answer may"


@given(st.lists(st.text() | st.integers()))
def test_commands_are_spelled_as_the_library_spells_them(words):
    """Whatever stands in them."""
    command, library = ["EVALSHA", *words], redis.connection.Connection(protocol=2)
    assert packed(command) == b"".join(library.pack_command(*command))
    assert packed([spelled(word) for word in command]) == packed(command)
