"""What a server can say wrong in one answer. `outcome` is what must become of the event that was answered so: "kept"
and sent again, "sent", "aside", or None where either will do."""

import collections
import gzip
import os
import zlib

from server import answer, as_json

Malady = collections.namedtuple("Malady", "name act outcome restart", defaults=(None, False))

GOOD = b'{"message": "Log created successfully", "id": 7, "image_path": "/static/img/a.jpg"}'
ESCAPES = b"\x1b]0;owned\x07\x1b[31mred\x1b[2J\xc2\x9b31m\x00\x08\r\x7f\xff"
MALADIES = []


def add(name, act, outcome, restart=False):
    MALADIES.append(Malady(name, act, outcome, restart))


def receive(exchange, outcome):
    """The whole request; stored where the answer that follows says so."""
    request = exchange.request()
    exchange.port.note_key(request)
    if outcome == "sent" and request.method == "POST":
        exchange.take(request)
    return request


def says(name, data, outcome="kept", restart=False):
    """Answers with these bytes, then closes."""
    def act(exchange):
        receive(exchange, outcome)
        exchange.send(data)
    add(name, act, outcome, restart)


def hangs(name, data, outcome="kept"):
    """Answers with these bytes, then says no more."""
    def act(exchange):
        receive(exchange, outcome)
        exchange.send(data)
        exchange.linger()
    add(name, act, outcome)


def floods(name, data, piece, outcome="kept"):
    def act(exchange):
        receive(exchange, outcome)
        exchange.send(data)
        exchange.flood(piece)
    add(name, act, outcome)


def begins(line, *headers):
    return "\r\n".join([line, *headers, ""]).encode("latin-1")


def ends(line):
    """A good answer but for its first line."""
    return line + b"\r\nContent-Length: %d\r\n\r\n" % len(GOOD) + GOOD


CREATED = "HTTP/1.1 201 Created"
FAILED = "HTTP/1.1 503 Service Unavailable"

# The first line.
says("nothing, and closes", b"")
says("blank lines alone", b"\r\n" * 4)
says("4 KiB of noise", os.urandom(4096))
says("HTTP/0.9: JSON without a head", GOOD)
says("HTTP/0.9: a page", b"<html>201 Created</html>")
says("no status", ends(b"HTTP/1.1"))
says("HTTP/3.14 201", ends(b"HTTP/3.14 201 Created"))
says("HTTP/9.9 201", ends(b"HTTP/9.9 201 Created"))
says("HTTP/-1.1 201", ends(b"HTTP/-1.1 201 Created"))
says("HTTP/1.12 201", ends(b"HTTP/1.12 201 Created"))
says("ICY 201", ends(b"ICY 201 OK"))
says("RTSP/1.0 201", ends(b"RTSP/1.0 201 OK"))
for status in ("000", "099", "99", "20", "1000", "2010", "-201", "+201", "0xC9", "2e2", "abc", "201abc",
               "\xb2\xb0\xb9"):
    says(f"status {status.encode('ascii', 'replace').decode()}", ends(f"HTTP/1.1 {status} Created".encode()))
says("status 600", answer("600 Beyond", b""))
says("status 999", answer("999 Denied", GOOD))
says("NUL in the status line", ends(b"HTTP/1.1 2\x0001 Created"))
says("escapes as reason phrase",
     answer("503 " + ESCAPES.replace(b"\x00", b"").replace(b"\r", b"").decode("latin-1"), b""))
says("reason phrase of 90 KB, 201", ends(b"HTTP/1.1 201 " + b"x" * 90_000), "sent")
says("reason phrase of 5 MB", ends(b"HTTP/1.1 503 " + b"x" * 5_000_000))
says("status line cut off", b"HTTP/1.1 20")
says("201 with bare line feeds", ends(CREATED.encode()).replace(b"\r\n", b"\n"), "sent")
says("503 with bare carriage returns", ends(FAILED.encode()).replace(b"\r\n", b"\r"))

# 1xx.
floods("endless 100", b"", b"HTTP/1.1 100 Continue\r\n\r\n")
floods("endless 103 with links", b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n")
hangs("100 and never more", b"HTTP/1.1 100 Continue\r\n\r\n")
says("100 and closes", b"HTTP/1.1 100 Continue\r\n\r\n")
says("199 as the answer", answer("199 Informal", GOOD))
says("100 twice, then 201", b"HTTP/1.1 100 Continue\r\n\r\n" * 2 + ends(CREATED.encode()), "sent")
says("1000 times 102, then 201", b"HTTP/1.1 102 Processing\r\n\r\n" * 1000 + ends(CREATED.encode()), "sent")
says("101 to WebSocket nobody asked for",
     begins("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade") + b"\r\n\x81\x05hello")
says("101 to h2c nobody asked for", begins("HTTP/1.1 101 Switching Protocols", "Upgrade: h2c", "Connection: Upgrade") +
     b"\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")

# Headers.
floods("endless headers", begins(FAILED), b"X-More: " + b"x" * 1000 + b"\r\n")
floods("one header without end", begins(FAILED) + b"X-Long: ", b"x" * 1000)
floods("endless folding", begins(FAILED, "X-Fold: a"), b" " + b"x" * 1000 + b"\r\n")
says("a header of 5 MB, 503", begins(FAILED, "X-Long: " + "x" * 5_000_000) + b"\r\n")
says("20 000 headers, 503", begins(FAILED, *(f"X-{i}: y" for i in range(20_000))) + b"\r\n")
says("header without colon", begins(FAILED, "no colon here", "Content-Length: 0") + b"\r\n")
says("NUL in a header", begins(FAILED, "X-Nul: a\0b", "Content-Length: 0") + b"\r\n")
says("escapes in a header", begins(FAILED, "X: \x1b]0;owned\x07", "Content-Length: 0") + b"\r\n")
says("first header folded", begins(FAILED, " Content-Length: 0") + b"\r\n")
says("Content-Length folded", begins(FAILED, "Content-Length:", "  0") + b"\r\n")
says("header with an empty name", begins(FAILED, ": x", "Content-Length: 0") + b"\r\n")
says("blank before the colon, 201", begins(CREATED, "Content-Length : 0") + b"\r\n", "sent")
says("head cut off after 503", b"HTTP/1.1 503 No\r\nContent-Le")
says("5000 cookies, 201",
     begins(CREATED, *(f"Set-Cookie: c{i}=x" for i in range(5000)), "Content-Length: 0") + b"\r\n", "sent")
says("cookies and other places to go, 201",
     begins(CREATED, "Set-Cookie: session=1; Path=/", 'Alt-Svc: h2="10.77.0.2:1"; ma=9999',
            "Refresh: 0; url=/elsewhere", "Strict-Transport-Security: max-age=9999", "Content-Location: /elsewhere",
            "Content-Length: 0") + b"\r\n", "sent")

# Content-Length. The status decides: the backend says that it took the event.
for title, lengths in (("negative", ["-1"]), ("beyond 64 bits", ["99999999999999999999999"]), ("no number", ["many"]),
                       ("hexadecimal", ["0x10"]), ("empty", [""]), ("a list", ["83, 83"]),
                       ("two different", ["83", "7"])):
    fields = [f"Content-Length: {length}" for length in lengths]
    says(f"Content-Length {title}, 201", begins(CREATED, *fields) + b"\r\n" + GOOD, "sent")
    says(f"Content-Length {title}, 503", begins(FAILED, *fields) + b"\r\n" + GOOD)
says("Content-Length too small, 503", begins(FAILED, "Content-Length: 7") + b"\r\n" + GOOD)
says("Content-Length too large, 201", begins(CREATED, "Content-Length: 1000") + b"\r\n" + GOOD, "sent")
hangs("Content-Length 10^18 and silence, 503", begins(FAILED, "Content-Length: 1000000000000000000") + b"\r\n")

# Transfer-Encoding.
CHUNKED = begins(FAILED, "Transfer-Encoding: chunked") + b"\r\n"
says("chunk size is garbage", CHUNKED + b"zz\r\nhello\r\n0\r\n\r\n")
says("chunk size beyond 64 bits", CHUNKED + b"FFFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n")
says("chunk size negative", CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n")
says("chunk size is missing", CHUNKED + b"\r\nhello\r\n0\r\n\r\n")
floods("chunk size without end", CHUNKED, b"0" * 1000)
floods("chunk extension without end", CHUNKED + b"5;", b"x" * 1000)
floods("endless chunks", CHUNKED, b"400\r\n" + b"x" * 1024 + b"\r\n")
floods("endless trailers", CHUNKED + b"1\r\nx\r\n0\r\n", b"X-Trailer: " + b"x" * 1000 + b"\r\n")
floods("one trailer without end", CHUNKED + b"1\r\nx\r\n0\r\nX: ", b"x" * 1000)
says("last chunk missing, 201", CHUNKED.replace(FAILED.encode(), CREATED.encode()) + b"5\r\nhello\r\n", "sent")
says("chunked and a length, 201",
     begins(CREATED, "Content-Length: 3", "Transfer-Encoding: chunked") + b"\r\n5\r\nhello\r\n0\r\n\r\n", "sent")
says("unknown transfer coding", begins(FAILED, "Transfer-Encoding: klingon") + b"\r\n" + GOOD)
says("chunked 2000 times", begins(FAILED, "Transfer-Encoding: " + ", ".join(["chunked"] * 2000)) + b"\r\n" + GOOD)

# Content-Encoding, which nobody asked for.
BOMB = gzip.compress(bytes(100_000_000))
says("gzip bomb of 100 MB, 201", answer("201 Created", BOMB, "Content-Encoding: gzip"), "sent")
says("gzip bomb of 100 MB, 503", answer("503 No", BOMB, "Content-Encoding: gzip"))
says("gzip bomb as transfer coding", answer("503 No", BOMB, "Transfer-Encoding: gzip"))
says("corrupt gzip, 201",
     answer("201 Created", gzip.compress(GOOD)[:-9] + b"garbage!!", "Content-Encoding: gzip"), "sent")
says("corrupt deflate, 503", answer("503 No", zlib.compress(GOOD)[5:], "Content-Encoding: deflate"))
says("200 codings at once, 503", answer("503 No", GOOD, "Content-Encoding: " + ", ".join(["gzip"] * 200)))

# Redirects, none of which is followed.
for title, location in (("in a circle", "/api/auth_logs"), ("to a file", "file:///etc/passwd"),
                        ("to ftp", "ftp://10.77.0.2/x"),
                        ("to itself with a password", "http://user:secret@10.77.0.2/api/auth_logs"),
                        ("to a host of escapes", "http://\x1b]0;owned\x07/"), ("over 90 KB", "/" + "x" * 90_000),
                        ("over 1 MB", "/" + "x" * 1_000_000)):
    says(f"redirect {title}", answer("307 Temporary Redirect", b"", f"Location: {location}"))
says("redirect without a place", answer("302 Found", b""))
says("redirect to two places", answer("308 Permanent Redirect", b"", "Location: /a", "Location: /b"))
says("300 with choices", answer("300 Multiple Choices", b"<a href=/a>a</a>"))
says("204 with a body", answer("204 No Content", GOOD), "sent")
says("205 with a body", answer("205 Reset Content", GOOD), "sent")
says("304 with a body", answer("304 Not Modified", GOOD))

# Who goes there?
for kind in ("Basic realm=door", "Digest realm=d, nonce=n, qop=auth, algorithm=MD5", "Negotiate", "NTLM",
             "Bearer error=expired", "AWS4-HMAC-SHA256", 'Unended realm="door', "\x1b]0;owned\x07", ", ,, =,"):
    says(f"401 {kind.split(' ')[0].encode('unicode_escape').decode()[:16]}",
         answer("401 Unauthorized", b'{"error": "who?"}', f"WWW-Authenticate: {kind}"))
says("401 with 3000 challenges", answer("401 Unauthorized", b"", *["WWW-Authenticate: Digest realm=a, nonce=b"] * 3000))
says("407 without a proxy", answer("407 Proxy Authentication Required", b"", "Proxy-Authenticate: Basic realm=p"))
for status in (402, 403, 404, 405, 408, 409, 410, 418, 421, 425, 426, 429, 431, 451, 500, 502, 504, 511):
    if status in (404, 408, 421, 426, 431, 511):
        says(f"status {status}", answer(f"{status} No", b"<h1>no</h1>", "Upgrade: h2c" if status == 426 else "X: y"))

# Retry-After.
for title, value in (("negative", "-5"), ("garbage", "soon"), ("in the past", "Thu, 01 Jan 1970 00:00:00 GMT"),
                     ("zero", "0"), ("1e9", "1e9"), ("escapes", "\x1b]0;owned\x07")):
    says(f"Retry-After {title}", answer("503 No", b"", f"Retry-After: {value}"))
for title, value in (("beyond 64 bits", "99999999999999999999999"), ("a week", "604800"),
                     ("in the year 9999", "Fri, 31 Dec 9999 23:59:59 GMT")):
    says(f"Retry-After {title}", answer("503 No", b"", f"Retry-After: {value}"), restart=True)

# Bodies.
says("201 and a page", answer("201 Created", b"<html>hello</html>", "Content-Type: text/html"), "sent")
says("201 and nothing", answer("201 Created", b""), "sent")
says("201 and noise", answer("201 Created", os.urandom(60_000)), "sent")
says("201 and JSON of 10 MB", answer("201 Created", b"[" + b'"x",' * 2_500_000 + b"1]"), "sent")
says("201 and 30 000 brackets", answer("201 Created", b"[" * 30_000), "sent")
says("201 and 30 000 objects", answer("201 Created", b'{"image_path":' * 4_500), "sent")
says("201, a path of escapes", as_json("201 Created", {"id": 7, "image_path": ESCAPES.decode("latin-1")}), "sent")
says("201, a path of raw escapes", answer("201 Created", b'{"image_path": "' + ESCAPES + b'"}'), "sent")
says("201, a path of 60 KB", as_json("201 Created", {"image_path": "/" + "x" * 60_000}), "sent")
says("201, a path of lone surrogates", answer("201 Created", b'{"image_path": "\\ud800\\udfff\\ud800"}'), "sent")
says("503 and 10 MB of escapes", answer("503 No", ESCAPES * 600_000))
says("400 and 10 MB of escapes", answer("400 No", ESCAPES * 600_000), "aside")
says("422 and 30 000 brackets", answer("422 No", b"[" * 30_000), "aside")
says("413 without a word", begins("HTTP/1.1 413") + b"\r\n", "aside")
floods("a 503 that never ends", begins(FAILED) + b"\r\n", ESCAPES * 100)
floods("a 201 that never ends", begins(CREATED) + b"\r\n", b"x" * 1000, "sent")

# Other protocols.
says("HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
says("HTTP/2 frames",
     b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + bytes(18) + b"\x00\x00\x08\x07\x00\x00\x00\x00\x00" + bytes(8))
says("a TLS alert to plain HTTP", b"\x15\x03\x03\x00\x02\x02\x28")
says("a mail server's greeting", b"220 201 ESMTP Created\r\n")
says("an SSH server's greeting", b"SSH-2.0-OpenSSH_9.2\r\n")
