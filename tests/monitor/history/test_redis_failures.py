"""Whatever is wrong with Redis is said in a sentence, soon, and never with the address or a password."""

import shutil
import socket
import subprocess
import threading
import time
from contextlib import closing

import pytest

from monitor.store import StoreError
from monitor.store.breaker import PAUSE_SECONDS, TRIAL_SECONDS, Breaker
from monitor.store.redis import CONNECTIONS, IDLE_SECONDS, RedisStore
from tools.local_server import HOST, free_port

SOON = 3.0  # A promise of one second, on a machine that may be busy.
KEY = "tandem:monitor:{target}:"


class Hand:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def hand():
    """Return the clock of the pause after a failure."""
    return Hand()


@pytest.fixture
def server(own_redis):
    """Return a Redis that runs, and that the test may break."""
    return own_redis.start()


@pytest.fixture
def store(server, hand):
    """Return a store on it whose pauses the test ends."""
    with closing(RedisStore(server.url(), "target", monotonic=hand)) as opened:
        yield opened


@pytest.fixture
def admin(server):
    """Return a plain client of the same server."""
    with closing(server.client()) as client:
        yield client


def failure(call) -> str:
    """Return what a call that must fail soon says."""
    start = time.monotonic()
    with pytest.raises(StoreError) as caught:
        call()
    assert time.monotonic() - start < SOON
    return str(caught.value)


def acquired(store):
    """Return a lease that must be free."""
    lease = store.acquire("probe", 30)
    assert lease
    return lease


def test_making_a_store_connects_to_nothing():
    """A Redis that is down doesn't stop the start."""
    with closing(RedisStore(f"redis://{HOST}:{free_port()}", "target")) as store:
        assert failure(store.read) == "Redis can't be reached"


@pytest.mark.parametrize("host", ["a..b", "x" * 300])
def test_a_host_that_is_none(host):
    """It can't even be a name, which Python tells in its own way."""
    with closing(RedisStore(f"redis://{host}:6379", "target")) as store:
        assert failure(store.read) == "Redis can't be reached"


def test_all_keys_are_in_one_slot_of_a_cluster(store, admin):
    """The target in braces is what a cluster hashes; leases end by themselves."""
    lease = acquired(store)
    store.commit(lease, {"a": {"1": "one"}}, release=False)
    assert sorted(admin.keys()) == [f"{KEY}{end}" for end in ("a", "fence:probe", "lease:probe")]
    assert 29_000 < admin.pttl(f"{KEY}lease:probe") <= 30_000


def test_a_restart_is_survived(server, store, hand):
    """Calls fail while it is down, and work again after the pause, scripts included."""
    acquired(store)
    server.stop()
    assert failure(store.read) == "Redis can't be reached"
    server.start()
    hand.at += PAUSE_SECONDS
    assert store.read("a")[1] == {"a": {}}
    assert store.commit(acquired(store), {"a": {"1": "one"}})


def test_a_server_that_hangs_is_waited_for_once(server, store, hand):
    """The calls that follow are answered at once; after the pause it is asked again."""
    acquired(store)
    server.freeze()
    assert failure(store.read) == "Redis did not answer in time"
    start = time.monotonic()
    for call in (store.read, lambda: store.acquire("probe", 30), store.read):
        assert failure(call) == "Redis did not answer in time"
    assert time.monotonic() - start < 0.3, "they must not have waited"
    server.thaw()
    hand.at += PAUSE_SECONDS
    assert store.read("a")[1] == {"a": {}}


def test_options_in_the_address_cannot_make_a_call_wait(server):
    """Neither longer timeouts nor retries."""
    options = (
        "?socket_timeout=60&socket_connect_timeout=60&retry_on_timeout=1&health_check_interval=1&protocol=3"
    )
    with closing(RedisStore(server.url() + options, "target")) as store:
        acquired(store)
        server.freeze()
        assert failure(store.read) == "Redis did not answer in time"
        server.thaw()


def test_many_threads_wait_for_a_hanging_server_at_the_same_time(server, store):
    """None of a hundred waits for those before it."""
    acquired(store)
    server.freeze()
    said: list[str] = []
    threads = [threading.Thread(target=lambda: said.append(failure(store.read))) for _ in range(100)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - start < SOON
    assert len(said) == 100
    server.thaw()


def test_a_commit_in_doubt_is_made_once(server, store, hand, admin):
    """Its answer was lost; making it again finds the lease gone."""
    assert store.commit(acquired(store), {})  # From now on the server knows the script.
    lease = acquired(store)
    server.freeze()
    assert failure(lambda: store.commit(lease, {"a": {"1": "one"}})) == "Redis did not answer in time"
    server.thaw()
    hand.at += PAUSE_SECONDS
    assert admin.ping()
    assert store.commit(lease, {"a": {"1": "again"}}) is False
    assert store.read("a")[1] == {"a": {"1": "one"}}


def test_scripts_that_were_forgotten_are_sent_again(store, admin):
    """SCRIPT FLUSH, or a server that was replaced."""
    lease = acquired(store)
    admin.script_flush()
    assert store.commit(lease, {"a": {"1": "one"}})
    admin.script_flush()
    lease = acquired(store)
    admin.script_flush()
    store.release(lease)
    assert acquired(store)


def test_connections_that_the_server_closed_are_replaced(store, admin):
    """Servers close those that idle."""
    acquired(store)
    assert admin.client_kill_filter(_type="normal", skipme=True) == 1
    assert store.read("a")[1] == {"a": {}}


def test_connections_that_idled_are_not_trusted(server):
    """A frozen instance doesn't see that they are dead."""
    clock = Hand()
    with closing(RedisStore(server.url(), "target", clock=clock)) as store, closing(server.client()) as admin:
        seen = []
        for idle in (0, IDLE_SECONDS / 2, IDLE_SECONDS + 1, -2 * IDLE_SECONDS):
            clock.at += idle
            store.read("a")
            seen.append(
                max(int(client["id"]) for client in admin.client_list() if client["cmd"] == "evalsha")
            )
        assert seen[0] == seen[1] < seen[2] < seen[3]


def test_few_connections_are_opened(store, admin):
    """However many threads call: small plans allow few."""
    threads = [threading.Thread(target=store.read, args=["a"]) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(admin.client_list()) - 1 <= CONNECTIONS


def test_a_table_of_another_type_spoils_no_commit(store, admin):
    """Nothing of the commit is done, though its first table is fine."""
    admin.set(f"{KEY}b", "text")
    spoiled = "a key of the monitor in Redis holds something else"
    assert failure(lambda: store.read("a", "b")) == spoiled
    lease = acquired(store)
    assert failure(lambda: store.commit(lease, {"a": {"1": "one"}, "b": {"1": "uno"}})) == spoiled
    assert store.read("a")[1] == {"a": {}}
    assert store.commit(lease, {"a": {"1": "one"}}), "an answered error begins no pause and ends no lease"


@pytest.mark.parametrize("key", ["lease:probe", "fence:probe"])
def test_a_lease_of_another_type_is_refused(store, admin, key):
    """No lease, and a sentence."""
    admin.rpush(f"{KEY}{key}", "text")
    admin.expire(f"{KEY}{key}", 100)
    said = failure(lambda: store.acquire("probe", 30))
    assert said == "a key of the monitor in Redis holds something else"


@pytest.mark.parametrize("change", ["persist", "pexpire"])
def test_a_lease_that_lasts_too_long_is_free(store, admin, change):
    """The server's clock was stepped back, or somebody meddled."""
    first = acquired(store)
    admin.execute_command(change, f"{KEY}lease:probe", *([3_600_000] if change == "pexpire" else []))
    second = acquired(store)
    assert second.token > first.token
    assert store.acquire("probe", 30) is None


def test_a_full_server_takes_all_or_nothing(store, admin):
    """Reading works meanwhile, and writing again when there is room."""
    lease = acquired(store)
    admin.config_set("maxmemory", 1)
    full = "Redis has no memory left and takes nothing more"
    assert failure(lambda: store.commit(lease, {"a": {"1": "one"}, "b": {"1": None}})) == full
    assert failure(lambda: store.acquire("other", 30)) == full
    assert store.read("a")[1] == {"a": {}}
    admin.config_set("maxmemory", 0)
    assert store.commit(lease, {"a": {"1": "one"}})


def test_a_replica_can_be_read_and_says_that_it_takes_nothing(store, admin):
    """An address of the wrong kind."""
    assert store.commit(acquired(store), {"a": {"1": "one"}})
    admin.replicaof(HOST, str(free_port()))
    assert store.read("a")[1] == {"a": {"1": "one"}}
    said = failure(lambda: store.acquire("probe", 30))
    assert said == "this Redis is a replica, which can't be written"
    admin.replicaof("no", "one")


@pytest.mark.parametrize("secret", ["", "wr0ng"], ids=["none", "wrong"])
def test_a_password_that_is_missing_or_wrong(own_redis, secret):
    """Said without telling any."""
    own_redis.start("--requirepass", "s3cret")
    with closing(RedisStore(own_redis.url(secret), "target")) as store:
        said = failure(store.read)
    assert said == "Redis refuses the password in its address, or asks for one"
    with closing(RedisStore(own_redis.url("s3cret"), "target")) as store:
        assert store.read("a")[1] == {"a": {}}


def test_a_user_without_rights(server, admin):
    """Of an access list that allows no scripts."""
    admin.acl_setuser(
        "limited", enabled=True, passwords=["+pw"], keys=["*"], categories=["+@all", "-@scripting"]
    )
    url = server.url().replace("//", "//limited:pw@")
    with closing(RedisStore(url, "target")) as store:
        said = failure(store.read)
    assert said == "the Redis user may not do what the monitor needs"


def test_tls(own_redis, tmp_path, require_real):
    """rediss:// checks the certificate, and works with one that is known."""
    require_real(shutil.which("openssl"), "openssl is not installed")
    made = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -keyout key.pem -out cert.pem -subj /CN=redis"
    command = [*made.split(), "-addext", f"subjectAltName=IP:{HOST}"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    plain = own_redis.port
    tls = f"--tls-port {plain} --tls-cert-file {cert} --tls-key-file {key} --tls-ca-cert-file {cert}"
    own_redis.start("--port", "0", "--tls-auth-clients", "no", *tls.split())
    url = own_redis.url().replace("redis:", "rediss:")
    with closing(RedisStore(f"{url}?ssl_ca_certs={cert}", "target")) as store:
        assert store.read("a")[1] == {"a": {}}
    with closing(RedisStore(url, "target")) as store:
        assert failure(store.read) == "Redis can't be reached"


NO_REDIS = "what answers at the address of Redis is no Redis"
ODD_ANSWERS = {
    "loading": (b"-LOADING Redis is loading the dataset in memory\r\n", "Redis is still loading its data"),
    "disk": (b"-MISCONF Errors writing to the AOF file\r\n", "Redis can't save to its disk"),
    "clients": (b"-ERR max number of clients reached\r\n", "Redis can't be reached"),
    "unheard": (b"-ODD secret words\r\n", "Redis answers with an error"),
    "web server": (b"HTTP/1.1 400 Bad Request\r\n\r\n", NO_REDIS),
    "no number": (b":one\r\n", NO_REDIS),
    "cut short": (b"*3\r\n$5\r\nab", NO_REDIS),
    "nothing": (b"", "Redis can't be reached"),
    "another type": (b"+OK\r\n", "Redis"),
}


@pytest.fixture
def answering():
    """Give `answering(data)`: a server that answers so to whatever is sent, and its port."""
    with socket.create_server((HOST, 0)) as listener:

        def start(data: bytes) -> int:
            threading.Thread(target=answer_all, args=(listener, data), daemon=True).start()
            return int(listener.getsockname()[1])

        yield start
        listener.shutdown(socket.SHUT_RDWR)


def answer_all(listener: socket.socket, data: bytes) -> None:
    """Answer each connection until the listener is closed."""
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            connection.recv(65536)
            connection.sendall(data * 10)


@pytest.mark.parametrize(("data", "says"), ODD_ANSWERS.values(), ids=ODD_ANSWERS)
@pytest.mark.parametrize("name", ["read", "acquire"])
def test_odd_answers(answering, hand, data, says, name):
    """Each is a StoreError, whatever answers."""
    with closing(RedisStore(f"redis://:s3cret@{HOST}:{answering(data)}", "target", monotonic=hand)) as store:
        calls = {"read": lambda: store.read("a"), "acquire": lambda: store.acquire("probe", 30)}
        said = failure(calls[name])
    assert said.startswith(says)
    assert "secret" not in said
    assert "s3cret" not in said


@pytest.mark.parametrize(
    "url",
    [
        "",
        "s3cret",
        "http://:s3cret@127.0.0.1:6379",
        "redis://:s3cret@127.0.0.1:port",
        "redis://127.0.0.1:s3/cret@127.0.0.1",
        "redis://:s3cret@127.0.0.1:99999",
        "redis://127.0.0.1?s3cret=1",
        "redis://127.0.0.1?socket_timeout=s3cret",
        "redis://[s3cret",
        "rediss://127.0.0.1?ssl_cert_reqs=s3cret",
    ],
)
def test_an_address_that_cannot_be_one_stops_the_start(url):
    """A ValueError that quotes nothing, also not as its cause."""
    with pytest.raises(ValueError, match="not an address of Redis") as caught:
        RedisStore(url, "target")
    assert "s3" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_the_breaker_lets_one_try_after_the_pause(hand):
    """The others are refused until it succeeded."""
    breaker = Breaker(hand)
    breaker.check()
    breaker.failed("it is down")
    assert failure(breaker.check) == "it is down"
    hand.at += PAUSE_SECONDS
    breaker.check()
    assert failure(breaker.check) == "it is down"
    breaker.succeeded()
    breaker.check()
    breaker.check()


def test_the_breaker_forgets_a_trial_that_never_ended(hand):
    """A thread may end in between."""
    breaker = Breaker(hand)
    breaker.failed("it is down")
    hand.at += PAUSE_SECONDS
    breaker.check()
    hand.at += TRIAL_SECONDS
    breaker.check()
