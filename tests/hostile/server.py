"""A receiver that can be asked what to do wrong at each of its ports, byte by byte, and otherwise keeps the contract.

Its store is that of tests/support/receiver.py. What is done wrong is a function of one connection, which ends with
it."""

import collections
import json
import re
import socket
import ssl
import struct
import threading
import time

import receiver

PATIENCE = 20.0  # seconds; who says nothing for so long has gone
RATE = 20_000_000  # bytes a second that a flood brings
PATH = "/api/auth_logs"

Request = collections.namedtuple("Request", "method path headers body")


class Gone(Exception):
    """The other end closed, or said nothing for long."""


class Exchange:
    """One connection: what a malady reads and says."""

    def __init__(self, port, sock):
        self.port, self.sock, self.rest = port, sock, b""
        sock.settimeout(PATIENCE)

    def _more(self):
        try:
            data = self.sock.recv(65536)
        except (OSError, ssl.SSLError) as error:
            raise Gone from error
        if not data:
            raise Gone
        self.rest += data

    def begin(self):
        """Waits for the first byte of a request."""
        if not self.rest:
            self._more()

    def head(self):
        """Reads a request as far as its body, and notes that it came."""
        while b"\r\n\r\n" not in self.rest:
            self._more()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        method, path, _ = first.split(" ")
        request = Request(method, path, headers, None)
        self.port.note(request)
        return request

    def request(self):
        request = self.head()
        size = int(request.headers.get("content-length", "0"))
        while len(self.rest) < size:
            self._more()
        body, self.rest = self.rest[:size], self.rest[size:]
        return request._replace(body=body)

    def take(self, request):
        """Stores what came, and gives its entry."""
        return self.port.take(request)

    def send(self, data):
        try:
            self.sock.sendall(data)
        except (OSError, ssl.SSLError) as error:
            raise Gone from error

    def trickle(self, data, pause):
        for at in range(len(data)):
            self.send(data[at:at + 1])
            time.sleep(pause)

    def flood(self, piece):
        """The same again and again, as long as it is taken."""
        piece *= max(1, 65536 // len(piece))
        began, sent = time.monotonic(), 0
        while True:
            self.send(piece)
            sent += len(piece)
            ahead = sent / RATE - (time.monotonic() - began)
            if ahead > 0:
                time.sleep(ahead)

    def linger(self):
        """Until the other end closes; what it says is not read on."""
        while True:
            self.rest = b""
            self._more()

    def reset(self):
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


def parse(request):
    """The fields and the picture of a post, or a Refusal of the contract."""
    kind = request.headers.get("content-type", "")
    if kind == "application/json":
        return json.loads(request.body), None
    boundary = re.search("boundary=([^; ]+)", kind)
    fields, picture = {}, None
    for part in request.body.split(b"--" + boundary[1].encode())[1:-1] if boundary else ():
        head, _, value = part.partition(b"\r\n\r\n")
        name = re.search(rb' name="([^"]*)"', head)[1].decode()
        if b'; filename="face_image.jpg"' in head:
            picture = value[:-2]
        else:
            fields[name] = value[:-2].decode()
    if picture is None or not picture.startswith(b"\xff\xd8\xff") or not picture.endswith(b"\xff\xd9"):
        raise receiver.Refusal("image is an incomplete JPEG")
    return fields, picture


def answer(status, body, *headers):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def as_json(status, value, *headers):
    return answer(status, json.dumps(value).encode(), "Content-Type: application/json", *headers)


def _hang_up(sock):
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


class Port:
    """One port with its own store. The next `left` connections get the malady, the others what the contract says."""

    def __init__(self, listener, context=None):
        self.listener, self.context = listener, context
        self.number = listener.getsockname()[1]
        self.store = receiver.Store(None)
        self.lock = threading.Condition()
        self.malady, self.left, self.active = None, 0, 0
        self.idle, self.leaving = set(), set()  # connections between two requests, and those to end after an answer
        self.open = set()
        self.keys, self.requests, self.struck = [], 0, 0  # of the malady that is on
        self.astray = []  # what a request should not have had
        threading.Thread(target=self._accept, daemon=True).start()

    def fall_ill(self, malady, times):
        """From the next connection on; those that are open and idle end."""
        with self.lock:
            self.malady, self.left = malady, times
            self.keys, self.requests, self.struck = [], 0, 0
            self.leaving |= self.open
            for sock in self.idle:
                _hang_up(sock)

    def wait_until_over(self, seconds):
        """Whether the malady has been gone through as often as was asked."""
        with self.lock:
            return self.lock.wait_for(lambda: self.left == 0 and self.active == 0, seconds)

    def heal(self):
        with self.lock:
            self.left = 0

    def note(self, request):
        with self.lock:
            self.requests += 1
            if request.path != PATH:
                self.astray.append(f"a request for {request.path[:60]}")
            for name in ("authorization", "proxy-authorization", "cookie", "upgrade", "referer"):
                if name in request.headers:
                    self.astray.append(f"a request with {name}: {request.headers[name][:40]}")

    def note_key(self, request):
        with self.lock:
            self.keys.append(request.headers.get("idempotency-key", ""))

    def take(self, request):
        fields, picture = parse(request)
        receiver.check_text(fields)
        record = {"key": request.headers.get("idempotency-key", ""), "stored": False, **fields}
        entry, _ = self.store.add(record, picture, True)
        return entry

    def seen(self):
        """How often each key came to a healthy port, and which are stored."""
        with self.store.lock:
            count = collections.Counter(record["key"] for record in self.store.seen)
            return count, {record["key"] for record in self.store.seen if record["stored"]}

    def _accept(self):
        while True:
            sock, _ = self.listener.accept()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock):
        with self.lock:
            ill = self.left > 0
            if ill:
                self.left -= 1
                self.active += 1
                self.struck += 1
            malady = self.malady
        try:
            if ill:
                malady(Exchange(self, sock))
            else:
                self._serve_well(sock)
        except (Gone, OSError):
            pass
        finally:
            sock.close()
            with self.lock:
                self.active -= ill
                self.lock.notify_all()

    def shake_hands(self, sock):
        if self.context is None:
            return sock
        sock.settimeout(PATIENCE)
        try:
            return self.context.wrap_socket(sock, server_side=True)
        except (OSError, ssl.SSLError) as error:
            raise Gone from error

    def _serve_well(self, sock):
        sock = self.shake_hands(sock)
        with self.lock:
            self.open.add(sock)
        try:
            exchange = Exchange(self, sock)
            while self._await(exchange, sock):
                exchange.send(self._respond(exchange.request()))
        finally:
            with self.lock:
                self.open.discard(sock)
                self.leaving.discard(sock)
            sock.close()

    def _await(self, exchange, sock):
        """Until another request begins; False where the connection is to end instead."""
        with self.lock:
            if sock in self.leaving:
                return False
            self.idle.add(sock)
        try:
            exchange.begin()
        finally:
            with self.lock:
                self.idle.discard(sock)
                hung_up = sock in self.leaving
        return not hung_up

    def _respond(self, request):
        if request.method == "GET":
            with self.store.lock:
                return as_json("200 OK", self.store.entries)
        try:
            entry = self.take(request)
        except (receiver.Refusal, ValueError) as refusal:
            return as_json("400 Bad Request", {"error": str(refusal)})
        return as_json("201 Created", {"message": "Log created successfully", "id": entry["id"],
                                       "image_path": entry["image_path"]})


def printable(data):
    """What is wrong with bytes that a person is shown, or ""."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return "bytes that are no UTF-8"
    found = re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)
    return f"control character {ord(found[0]):#x}" if found else ""
