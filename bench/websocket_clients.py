"""WebSocket clients for the benchmarks: many in one thread; each frame of the server is read to its end."""

import json
import selectors
import socket
import struct
import time
import zlib

HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def frame(opcode, payload):
    """Returns a masked frame of less than 126 bytes; the mask is zero, which is valid."""
    return bytes([0x80 | opcode, 0x80 | len(payload)]) + bytes(4) + payload


class Client:
    """One WebSocket. It sends each polled request when it is due, one at a time, as socktop does."""

    def __init__(self, host, port, path, polls=(), subscribe=None):
        self.connection = socket.create_connection((host, port), timeout=30)
        self.connection.sendall(HANDSHAKE.format(path=path, host=f"{host}:{port}").encode())
        self.buffer = b""
        while b"\r\n\r\n" not in self.buffer:
            self.fill()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 101 "):
            raise SystemExit(f"{path} of port {port}: {head.decode('latin-1')}")
        self.connection.setblocking(False)
        now = time.monotonic()
        self.polls = [[now, interval, request] for request, interval in polls]
        self.sent_at = None
        self.messages = self.bytes = 0
        self.latencies = []
        self.last = None
        if subscribe:
            self.send(subscribe)

    def fill(self):
        chunk = self.connection.recv(262144)
        if not chunk:
            raise SystemExit("the server closed a WebSocket")
        self.buffer += chunk

    def send(self, text):
        self.connection.send(frame(TEXT, text.encode()))

    def send_due(self, now):
        """Sends the request that has been due longest, unless a reply is outstanding; returns the time of the next call."""
        if self.sent_at is None and self.polls:
            poll = min(self.polls)
            if poll[0] <= now:
                self.send(poll[2])
                self.sent_at = now
                poll[0] += poll[1]
        return min(self.polls)[0] if self.polls else now + 1

    def read(self, now):
        try:
            self.fill()
        except BlockingIOError:
            return
        while (end := self.frame_end()) is not None:
            start, stop = end
            opcode, payload = self.buffer[0] & 15, self.buffer[start:stop]
            self.buffer = self.buffer[stop:]
            if opcode == PING:
                self.connection.send(frame(PONG, payload))
            elif opcode == CLOSE:
                raise SystemExit(f"the server closed the WebSocket: {payload[2:]} {struct.unpack('>H', payload[:2])}")
            else:
                self.receive(opcode, payload, now)

    def receive(self, opcode, payload, now):
        self.messages += 1
        self.bytes += len(payload)
        self.last = payload
        if self.sent_at is not None:
            self.latencies.append(now - self.sent_at)
            self.sent_at = None

    def frame_end(self):
        if len(self.buffer) < 2:
            return None
        length, start = self.buffer[1] & 127, 2
        if length == 126:
            start = 4
            if len(self.buffer) < start:
                return None
            length = struct.unpack(">H", self.buffer[2:4])[0]
        elif length == 127:
            start = 10
            if len(self.buffer) < start:
                return None
            length = struct.unpack(">Q", self.buffer[2:10])[0]
        return (start, start + length) if len(self.buffer) >= start + length else None

    def last_json(self):
        return json.loads(zlib.decompress(self.last, 31) if self.last[:2] == b"\x1f\x8b" else self.last)

    def close(self):
        self.connection.close()


def serve(clients, seconds):
    """Runs the clients for this time."""
    selector = selectors.DefaultSelector()
    for client in clients:
        selector.register(client.connection, selectors.EVENT_READ, client)
    end = time.monotonic() + seconds
    while (now := time.monotonic()) < end:
        due = min(end, min((client.send_due(now) for client in clients), default=end))
        for key, _ in selector.select(max(0.001, due - now)):
            key.data.read(time.monotonic())
    selector.close()
