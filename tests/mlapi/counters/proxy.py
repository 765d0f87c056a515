"""A wire in front of a server that is slow, or that loses what the server answers."""

import socket
import threading
import time
from contextlib import suppress

from tools.local_server import HOST


class Proxy:
    """Forwards connections; `delay` and `gate` hold up what clients send, `lossy` drops every answer."""

    def __init__(self, port: int) -> None:
        self.delay = 0.0
        self.lossy = False
        self.gate = threading.Event()
        self.gate.set()
        self._upstream = port
        self._listener = socket.create_server((HOST, 0))
        self.port = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._sockets: list[socket.socket] = []
        self._threads[0].start()

    @property
    def url(self) -> str:
        """Return the address for a store."""
        return f"redis://{HOST}:{self.port}"

    def close(self) -> None:
        """Cut all connections and take no more."""
        self.gate.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join()
        for one in self._sockets:
            _cut(one)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection((HOST, self._upstream))
            except OSError:
                client.close()
                continue
            for pump, *ends in ((self._forward, client, server), (self._answer, server, client)):
                thread = threading.Thread(target=pump, args=ends)
                self._threads.append(thread)
                thread.start()
            self._sockets += (client, server)

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        with client:
            for data in _received(client):
                time.sleep(self.delay)
                self.gate.wait()
                with suppress(OSError):
                    server.sendall(data)
            _cut(server)

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        with server:
            for data in _received(server):
                if self.lossy:
                    break
                with suppress(OSError):
                    client.sendall(data)
            _cut(client)


def _received(source: socket.socket):
    with suppress(OSError):
        while data := source.recv(1 << 20):
            yield data


def _cut(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
