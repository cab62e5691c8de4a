"""What a server can do wrong with a connection: when it speaks, when it stops, how often it answers, and what it does
in the place of TLS."""

import socket
import ssl
import time

from answers import CREATED, GOOD, MALADIES, Malady, add, begins, ends, receive
from door import TIMEOUT
from server import Gone, answer

STORED = ends(CREATED.encode())
BUSY = answer("503 Service Unavailable", b"")
SECURE = []  # those that need TLS
NARROW = []  # those that need a window smaller than a request


def malady(name, outcome):
    return lambda act: add(name, act, outcome)


@malady("reset at once", None)
def _(exchange):
    exchange.reset()


@malady("closes at once", None)
def _(exchange):
    pass


@malady("accepts and says nothing", None)
def _(exchange):
    exchange.linger()


@malady("reset after the head of the request", "kept")
def _(exchange):
    exchange.port.note_key(exchange.head())
    exchange.reset()


@malady("reset after the whole request", "kept")
def _(exchange):
    receive(exchange, "kept")
    exchange.reset()


@malady("stores it, then resets", None)
def _(exchange):
    receive(exchange, "sent")
    exchange.reset()


@malady("201 at the head, before the body was read", "sent")
def _(exchange):
    request = exchange.head()
    exchange.port.note_key(request)
    exchange.send(STORED)
    while len(exchange.rest) < int(request.headers["content-length"]):
        exchange._more()
    exchange.take(request._replace(body=exchange.rest))


@malady("503 at the head, then a reset", "kept")
def _(exchange):
    exchange.port.note_key(exchange.head())
    exchange.send(BUSY)
    exchange.reset()


@malady("413 before anything was read", None)
def _(exchange):
    exchange.send(answer("413 Payload Too Large", b""))
    exchange.linger()


@malady("408 before anything was asked", None)
def _(exchange):
    exchange.send(answer("408 Request Timeout", b"", "Connection: close"))


@malady("a mail server greets first", None)
def _(exchange):
    exchange.send(b"220 mail ESMTP\r\n")
    exchange.linger()


@malady("201 and a reset", "sent")
def _(exchange):
    receive(exchange, "sent")
    exchange.send(STORED)
    time.sleep(0.1)
    exchange.reset()


@malady("201, closed in the midst of its body", "sent")
def _(exchange):
    receive(exchange, "sent")
    exchange.send(STORED[:-len(GOOD) // 2])


@malady("201, silent in the midst of its body", "sent")
def _(exchange):
    receive(exchange, "sent")
    exchange.send(STORED[:-len(GOOD) // 2])
    exchange.linger()


@malady("201 at one byte a second", "kept")
def _(exchange):
    receive(exchange, "kept")
    exchange.trickle(STORED, 1)


@malady("201 at a hundred bytes a second", "sent")
def _(exchange):
    receive(exchange, "sent")
    exchange.trickle(STORED, 0.01)


@malady("a header each half second", "kept")
def _(exchange):
    receive(exchange, "kept")
    exchange.send(b"HTTP/1.1 503 No\r\n")
    while True:
        exchange.send(b"X: y\r\n")
        time.sleep(0.5)


@malady("an urgent byte amid a 201", "sent")
def _(exchange):
    receive(exchange, "sent")
    exchange.send(STORED[:20])
    exchange.sock.send(b"!", socket.MSG_OOB)
    exchange.send(STORED[20:])


def unread(name, data, end, outcome="kept"):
    """Answers the head of a request that is never read on: no answer can mean that it was taken."""
    def act(exchange):
        exchange.port.note_key(exchange.head())
        exchange.send(data)
        end(exchange)
    NARROW.append(Malady(name, act, outcome))


def stay(exchange):
    time.sleep(TIMEOUT + 1)


def leave(exchange):
    time.sleep(0.3)
    exchange.reset()


unread("never reads on", b"", stay)
unread("201 at the head, never reads on", STORED, stay)
unread("201 at the head, then a reset", STORED, leave)
unread("201 without a body at the head, then a reset", answer("201 Created", b""), leave)
unread("204 at the head, never reads on", b"HTTP/1.1 204 No Content\r\n\r\n", stay)
unread("503 at the head, never reads on", BUSY, stay)
unread("413 at the head, then a reset", answer("413 Payload Too Large", b""), leave, "aside")


def poisons(name, first, later, pause=0.0, outcome="kept"):
    """More answers than requests: the next event's request is read on the same connection, if it comes, and neither
    answered nor stored."""
    def act(exchange):
        receive(exchange, outcome)
        exchange.send(first)
        if pause:
            time.sleep(pause)
        exchange.send(later)
        try:
            while True:
                exchange.port.note_key(exchange.request())
        except Gone:
            pass
    add(name, act, outcome)


poisons("503, and a 201 for the next", BUSY, STORED)
poisons("503, and a 201 a while later", BUSY, STORED, pause=0.3)
poisons("503, and a hundred 201", BUSY, STORED * 100)
poisons("201, and a 201 for the next", b"", STORED * 2, outcome="sent")
poisons("201, and a 201 a while later", STORED, STORED, pause=0.1, outcome="sent")
poisons("204 with a 201 as its body", b"", b"HTTP/1.1 204 No Content\r\n\r\n" + STORED, outcome="sent")
poisons("304 with a 201 as its body", b"", b"HTTP/1.1 304 Not Modified\r\n\r\n" + STORED)
poisons("503 with a 201 in its trailers", b"",
        begins("HTTP/1.1 503 No", "Transfer-Encoding: chunked") + b"\r\n0\r\n\r\n" + STORED)
poisons("201 and a late 100", b"", STORED + b"HTTP/1.1 100 Continue\r\n\r\n", outcome="sent")


@malady("503, a 201 for the next, and no other connection", "kept")
def _(exchange):
    port = exchange.port
    with port.lock:
        is_first = port.struck % 2 == 1
        port.left += is_first
    if not is_first:
        exchange.reset()
        return
    receive(exchange, "kept")
    exchange.send(BUSY)
    time.sleep(0.3)
    exchange.send(STORED)
    try:
        while True:
            port.note_key(exchange.request())
    except Gone:
        pass


def secure(name, outcome):
    return lambda act: SECURE.append(Malady(name, act, outcome))


def instead(name, data, stays=False):
    """Answers the handshake with these bytes."""
    def act(exchange):
        exchange._more()
        exchange.send(data)
        if stays:
            exchange.linger()
    SECURE.append(Malady(name, act, None))


instead("TLS: plain HTTP instead", STORED)
instead("TLS: noise", bytes(range(256)) * 8)
instead("TLS: nothing, and closes", b"")
instead("TLS: nothing, and stays", b"", stays=True)
instead("TLS: a record cut off", b"\x16\x03\x03\x40\x00" + b"\x02\x00\x00")
instead("TLS: a record too long", b"\x16\x03\x03\xff\xff" + bytes(1000), stays=True)
instead("TLS: a hello too long", b"\x16\x03\x03\x00\x04\x02\xff\xff\xff" + b"\x16\x03\x03\x40\x00" * 3, stays=True)
instead("TLS: handshake_failure", b"\x15\x03\x03\x00\x02\x02\x28")
instead("TLS: an alert nobody knows", b"\x15\x03\x03\x00\x02\x02\xfe")
instead("TLS: an old version", b"\x16\x03\x00\x00\x2a\x02\x00\x00\x26\x03\x00" + bytes(32) + b"\x00\x00\x05\x00")


@secure("TLS: endless warnings", None)
def _(exchange):
    exchange._more()
    exchange.flood(b"\x15\x03\x03\x00\x02\x01\x5a")


@secure("TLS: endless ChangeCipherSpec", None)
def _(exchange):
    exchange._more()
    exchange.flood(b"\x14\x03\x03\x00\x01\x01")


@secure("TLS: reset within the handshake", None)
def _(exchange):
    exchange._more()
    exchange.reset()


@secure("TLS: 201 cut off without goodbye", "sent")
def _(exchange):
    raw = exchange.sock
    exchange.sock = exchange.port.shake_hands(raw)
    receive(exchange, "sent")
    exchange.send(STORED[:-len(GOOD) // 2])
    exchange.sock.detach()


@secure("TLS: noise after the handshake", None)
def _(exchange):
    raw = exchange.sock
    tls = exchange.port.shake_hands(raw)
    number = tls.detach()
    with socket.socket(fileno=number) as plain:
        plain.send(b"\x17\x03\x03\x00\x20" + bytes(32))


def shows(name, certificate):
    """A handshake with another certificate, which nobody should be content with."""
    def act(exchange):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate(exchange.port))
        try:
            exchange.sock = context.wrap_socket(exchange.sock, server_side=True)
        except (OSError, ssl.SSLError) as error:
            raise Gone from error
        receive(exchange, "kept")
        exchange.send(STORED)
    SECURE.append(Malady(name, act, None))


for title in ("stranger", "escapes", "thousands", "nul", "star", "huge"):
    shows(f"TLS: certificate of {title}", lambda port, title=title: port.certificates[title])

ALL = MALADIES + NARROW + SECURE
