#!/usr/bin/env python3
"""Writes the seeds of the fuzzers for HTTP, lists, encodings, addresses, turned pictures and small networks.

Usage: make_seeds.py [CORPUS]    The fuzzers' seeds are committed, this only says where they are from. Those of the
pickles come from make_pickles.py; the rest was written by hand.
"""
import base64
import pathlib
import struct
import subprocess
import sys

CORPUS = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "corpus")
BETWEEN = b"\n----\n"  # wire.c
JPEG = b"\xff\xd8\xff\xd9"


def write(fuzzer, seeds):
    folder = CORPUS / fuzzer
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in seeds.items():
        (folder / name).write_bytes(data if isinstance(data, bytes) else data.encode())


def answer(status, body="", *headers, version="HTTP/1.1"):
    body = body if isinstance(body, bytes) else body.encode()
    lines = [f"{version} {status}", *(headers or (f"Content-Length: {len(body)}",))]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def entry(number, **changes):
    values = {"id": number, "timestamp": '"2026-11-22T15:04:05"', "status": '"Accepted"', "rfid_id": '"04A1"',
              "user_name": '"Ada"', "image_path": "null"} | changes
    return "{" + ",".join(f'"{name}":{value}' for name, value in values.items() if value is not None) + "}"


CREATED = '{"message":"Log created successfully","id":7,"image_path":"/static/img/a.jpg"}\n'
CHUNKED = "Transfer-Encoding: chunked"

answers = {
    "created": answer("201 Created", CREATED),
    "no-length": answer("201 Created", CREATED, "Connection: close"),
    "chunked": answer("201 Created", f"{len(CREATED):x}\r\n{CREATED}\r\n0\r\n\r\n", CHUNKED),
    "chunked-broken": answer("201 Created", "zz\r\n{}\r\n", CHUNKED),
    "chunked-trailer": answer("200 OK", "2;a=b\r\n[]\r\n0\r\nRetry-After: 9\r\n\r\n", CHUNKED),
    "cut-off": answer("201 Created", '{"id":', "Content-Length: 500"),
    "too-much": answer("201 Created", CREATED + CREATED, "Content-Length: 5"),
    "two-lengths": answer("200 OK", "[]", "Content-Length: 2", "Content-Length: 3"),
    "negative-length": answer("200 OK", "[]", "Content-Length: -2"),
    "huge-length": answer("200 OK", "[]", "Content-Length: 99999999999999999999"),
    "accents": answer("201 Created", '{"id":7,"image_path":"/static/img/\u00e9\u202e\\u0000\\u001b[2J"}'),
    "empty-path": answer("201 Created", '{"id":7,"image_path":""}'),
    "no-json": answer("200 OK", "<html>\n  <p>it works</p>\n</html>"),
    "bad-utf8": answer("400 Bad Request", b"\xff\xfe\xc3(\xe2\x82\x1b[31mred\x07\x00" + "\u00e9".encode() * 40),
    "accents-cut": answer("500 Oops", "a" + "\u00e9\u20ac\U0001f600" * 30),
    "list-cut": answer("200 OK", "<" + "\u20ac" * 80),
    "busy": answer("503 Busy", "later", "Retry-After: 120"),
    "busy-date": answer("503 Busy", "later", "Retry-After: Sun, 22 Nov 2026 15:04:05 GMT"),
    "busy-odd": answer("429 Many", "", "Retry-After: 99999999999999999999"),
    "busy-negative": answer("429 Many", "", "Retry-After: -5"),
    "unauthorized": answer("401 No", '{"error":"the bearer token is missing"}', "WWW-Authenticate: Bearer realm=\"a\""),
    "digest": answer("401 No", "", 'WWW-Authenticate: Digest realm="a", nonce="b"', "WWW-Authenticate: NTLM TlRM"),
    "redirect": answer("302 Found", "", "Location: http://127.0.0.1:9/login", "Content-Length: 0"),
    "missing": answer("404 Not Found", "not found"),
    "too-large": answer("413 Too Large", '{"error":"the request has more"}'),
    "no-content": answer("204 No Content", "", "X: y"),
    "reset-content": answer("205 Reset", "abc"),
    "continue": b"HTTP/1.1 100 Continue\r\n\r\n" + answer("201 Created", CREATED),
    "hints": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3 + answer("200 OK", "[]"),
    "announced": b"HTTP/1.1 100 C\n",
    "continue-only": b"HTTP/1.1 100 Continue\r\n\r\n",
    "switch": answer("101 Switching Protocols", "", "Upgrade: h2c", "Connection: Upgrade"),
    "old": answer("200 OK", "[]", "Server: old", version="HTTP/1.0"),
    "ancient": b"[]",
    "h2": answer("200", "[]", "x: y", version="HTTP/2"),
    "h3": answer("200 OK", "[]", version="HTTP/3.9"),
    "odd-status": answer("999 What"),
    "zero-status": answer("000 What"),
    "long-status": answer("2000 What"),
    "no-status": b"HTTP/1.1\r\n\r\n",
    "gzip": answer("200 OK", b"\x1f\x8b\x08\x00", "Content-Encoding: gzip", "Content-Length: 4"),
    "folded": answer("200 OK", "[]", "X-A: a", " b", "\tc", "Content-Length: 2"),
    "zero-in-header": b"HTTP/1.1 200 OK\r\nX: a\x00b\r\n\r\n[]",
    "no-colon": answer("200 OK", "[]", "what is this", "Content-Length: 2"),
    "bare-newlines": b"HTTP/1.1 200 OK\nContent-Length: 2\n\n[]",
    "cookies": answer("200 OK", "[]", "Set-Cookie: a=b; Max-Age=9", "Alt-Svc: h3=\":9\"", "Content-Length: 2"),
    "empty": b"",
    "tls": b"\x15\x03\x01\x00\x02\x02\x46",
    "ssh": b"SSH-2.0-OpenSSH_9.2p1\r\n",
}
write("sender", answers)

lists = {
    "empty": "[]", "blank": " [ ] \r\n", "one": f"[{entry(1)}]", "two": f"[{entry(1)},\n{entry(2)}]\n",
    "unended": f"[{entry(1)},", "comma": f"[{entry(1)},]", "none": "", "object": entry(1), "number": "7",
    "plain": "[7,true,null,\"a\",1e999]", "brackets": "[{\"a\":\"]}\\\"[{\"}]", "deep": "[" * 40 + "]" * 40,
    "mismatch": "[{]}", "closed": "]", "after": "[] []", "mark": "\ufeff[]", "no-id": f"[{entry(None)}]",
    "half": f"[{entry('7.5')}]", "big": f"[{entry('9007199254740993')}]",
    "status": "[" + entry(1, status='"Maybe"') + "]", "path": f"[{entry(1, image_path='7')}]",
    "reason": "[" + entry(1, status='"Refused"', reason="[]") + "]", "twice": '[{"id":1,"id":2}]',
    "escapes": '[{"user_name":"\\u00e9\\ud83d\\ude00\\u0000\\ud800"}]', "zero": b"[\x00]", "comment": "[/*a*/]",
    "many": "[" + ",".join(entry(i) for i in range(12)) + "]",
    "faults": "[" + ",".join(entry(i, status="7" if i == 9 else '"Refused"') for i in range(12)) + "]",
    "latin": b"[{\"user_name\":\"Andr\xe9\"}]", "word": "[tru", "split-word": "[nul,l]",
}
write("list", lists)

ask = answer("200 OK", lists["many"])
posted = BETWEEN.join(answer("201 Created", CREATED.replace("7", str(i))) for i in (1, 2, 3))
TESTED = {"rfid_id": '"00000000"', "user_name": '"facegate test"'}
PATH, NO = '"/static/img/a.jpg"', {"status": '"Refused"', "reason": '"Visage non reconnu"'}
found = [entry(1, **TESTED, image_path=PATH), entry(2, **TESTED, **NO, image_path=PATH), entry(3, **TESTED)]
write("probe", answers | {f"list-{name}": answer("200 OK", data) for name, data in lists.items()} | {
    "whole": posted + BETWEEN + ask,
    "whole-empty": posted + BETWEEN + answer("200 OK", "[]"),
    "found": posted + BETWEEN + answer("200 OK", "[" + ",".join(found) + "]"),
    "half-id": answer("201 Created", '{"id":7.5}') + BETWEEN + posted,
    "no-object": answer("201 Created", "[]") + BETWEEN + posted,
    "other": BETWEEN.join([answers["created"], answers["no-json"], answers["busy"], answers["list-cut"]]),
})

HOST = "Host: localhost\r\n"
LOGS = "/api/auth_logs"
FIELDS = {"timestamp": "2026-11-22T15:04:05", "status": "Refused", "rfid_id": "04A1", "user_name": "Gr\u00e2ce",
          "reason": "Visage non reconnu"}


def post(body, kind, *headers, path=LOGS):
    body = body if isinstance(body, bytes) else body.encode()
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, *headers]).encode() + b"\r\n\r\n" + body


def get(path, *headers, method="GET"):
    return (f"{method} {path} HTTP/1.1\r\n{HOST}" + "".join(f"{line}\r\n" for line in headers) + "\r\n").encode()


def form(fields, picture=None, extra="", end="--x--\r\n"):
    body = b""
    if picture is not None:
        body += b'--x\r\nContent-Disposition: form-data; name="image"; filename="face_image.jpg"\r\n'
        body += b"Content-Type: image/jpeg\r\n" + extra.encode() + b"\r\n" + picture + b"\r\n"
    for name, value in fields.items():
        body += f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
    return body + end.encode()


MULTIPART = "multipart/form-data; boundary=x1"
small = (CORPUS / "picture" / "grey.jpg").read_bytes()
boundary = lambda body: body.replace(b"--x", b"--x1")
text = "{" + ",".join(f'"{name}":"{value}"' for name, value in FIELDS.items()) + "}"
coded = "&".join(f"{name}={value}" for name, value in FIELDS.items()).replace(" ", "+").replace(":", "%3A")
PICTURE = "/static/img/20261122-150405-0123456789abcdef.jpg"
requests = {
    "form": post(boundary(form(FIELDS, small)), MULTIPART, "Idempotency-Key: 0f"),
    "form-no-picture": post(boundary(form(FIELDS)), MULTIPART),
    "form-no-jpeg": post(boundary(form(FIELDS, b"GIF89a")), MULTIPART),
    "form-empty-picture": post(boundary(form(FIELDS, b"")), MULTIPART),
    "form-cut": post(boundary(form(FIELDS, small, end="")), MULTIPART),
    "form-coded": post(boundary(form(FIELDS, JPEG, "Content-Transfer-Encoding: base64\r\n")), MULTIPART),
    "form-twice": post(boundary(form(FIELDS, JPEG, end="") + form(FIELDS, JPEG)), MULTIPART),
    "form-unknown": post(boundary(form({"a": "b"}, JPEG)), MULTIPART),
    "form-no-boundary": post("--x", "multipart/form-data"),
    "form-quoted": post(boundary(form(FIELDS, JPEG)), 'multipart/form-data; boundary="x1"; charset=utf-8'),
    "form-mixed": post(b'--x1\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: multipart/mixed; boundary=y'
                       b'\r\n\r\n--y\r\n\r\nb\r\n--y--\r\n--x1--\r\n', MULTIPART),
    "coded": post(coded, "application/x-www-form-urlencoded"),
    "coded-odd": post("%&=&a=%zz&status&user_name=%00&=b;c", "application/x-www-form-urlencoded"),
    "json": post(text, "application/json", "Idempotency-Key: 3c5a0b1e-0000-4000-8000-000000000000"),
    "json-twice": post('{"status":"Accepted","status":"Refused"}', "application/json; charset=utf-8"),
    "json-zero": post('{"status":"\\u0000"}', "application/json"),
    "json-array": post("[]", "application/json"),
    "json-empty": post("", "application/json"),
    "json-long-key": post(text, "application/json", "Idempotency-Key: " + "k" * 200),
    "json-chunked": get(LOGS, CHUNKED, "Content-Type: application/json", method="POST") +
                    f"{len(text.encode()):x}\r\n{text}\r\n0\r\n\r\n".encode(),
    "chunks-broken": get(LOGS, CHUNKED, "Content-Type: application/json", method="POST") + b"fffffffffffffffff\r\n",
    "too-long": get(LOGS, "Content-Length: 99999999999", "Content-Type: application/json", method="POST"),
    "expect": get(LOGS, "Content-Length: 99999999", "Expect: 100-continue", method="POST"),
    "no-type": get(LOGS, "Content-Length: 2", method="POST") + b"{}",
    "list": get(LOGS), "list-head": get(LOGS, method="HEAD"), "two": get("/healthz") + get("/metrics"),
    "query": get(LOGS + "?limit=5&before_id=9&status=Accepted&user=gr%C3%A2&rfid=04A1&from=2026-11-01&to=2026-11-30"),
    "query-odd": get(LOGS + "?limit=0&limit=&=&&user&%00=%00"), "query-like": get(LOGS + "?user=%25_%5C"),
    "query-end": get(LOGS + "?from=2026-11-30&to=2026-11-01"), "days": get("/api/days?days=366"),
    "days-odd": get("/api/days?days=0&x"), "events": get("/api/events", "Last-Event-ID: 3"),
    "events-new": get("/api/events", "Last-Event-ID: 99999999999999999999"), "metrics": get("/metrics"),
    "picture": get(PICTURE), "picture-known": get(PICTURE, f'If-None-Match: "{PICTURE[12:]}"'),
    "picture-range": get(PICTURE, "Range: bytes=1-2"), "picture-head": get(PICTURE, method="HEAD"),
    "climb": get("/static/img/../../secret"), "climb-coded": get("/static/img/%2e%2e%2f%2e%2e%2fsecret"),
    "climb-zero": get(PICTURE + "%00.jpg"), "climb-name": get("/static/img/secret.jpg"),
    "page": get("/", "If-None-Match: \"1\", W/\"2\", *"), "page-none": get("/none.css"),
    "login-page": get("/login"), "options": get("*", method="OPTIONS"), "absolute": get("http://localhost/healthz"),
    "delete": get(LOGS, method="DELETE"), "odd-method": get("/\u00e9", method="G\u00c9T"),
    "login": post("token=knock-knock-knock", "application/x-www-form-urlencoded", path="/login"),
    "login-foreign": post("token=a", "application/x-www-form-urlencoded", "Origin: http://example.org", path="/login"),
    "logout": post("", "text/plain", "Cookie: facegate=0123456789abcdef0123456789abcdef", path="/logout"),
    "no-host": b"GET / HTTP/1.1\r\n\r\n", "old": b"GET /healthz HTTP/1.0\r\n\r\n", "other-host": b"GET / HTTP/1.1\r\n"
    b"Host: door.example.org\r\n\r\n", "host-six": b"GET / HTTP/1.1\r\nHost: [::1]:5000\r\n\r\n", "noise": b"\x16\x03\x01",
    "folded": get("/", "X-A: a\r\n b"), "no-colon": get("/", "what"), "empty": b"",
}
closed = {
    "token": get(LOGS, "Authorization: Bearer knock-knock-knock"), "wrong-token": get(LOGS, "Authorization: bearer who"),
    "no-token": get(LOGS), "basic": get(LOGS, "Authorization: Basic YTpi"), "login-right": requests["login"],
    "login-wrong": post("token=who&token=%zz", "application/x-www-form-urlencoded", path="/login"),
    "login-form": post(boundary(form({"token": "knock-knock-knock"})), MULTIPART, path="/login"),
    "post-token": post(text, "application/json", "Authorization: Bearer knock-knock-knock"),
    "session": get("/", "Cookie: a=b; facegate=0123456789abcdef0123456789abcdef"),
    "many": get(LOGS, "Authorization: Bearer who") * 12,
}
write("http", requests | {f"closed-{name}": b"#" + data for name, data in closed.items()})

queries = [name for name in requests if name.startswith("query")]
write("backend", {name: requests[name].split()[1].split(b"?", 1)[-1].join([b"?", b""]) for name in queries} | {
    "body.json": text, "accepted.json": text.replace("Refused", "Accepted").replace(',"reason":"Visage non reconnu"', ""),
    "twice.json": '{"status":"Accepted","status":"Refused"}', "unknown.json": '{"a":1}', "array.json": "[]",
    "number.json": '{"status":7}', "null.json": '{"reason":null}', "after.json": text + "x", "blank.json": text + " \r\n",
    "escaped.json": '{"user_name":"\\u00e9\\ud83d\\ude00\\/\\n\\\\u0000"}', "half.json": '{"user_name":"\\ud83d"}',
    "long.json": '{"rfid_id":"' + "7" * 200 + '"}', "day.json": text.replace("11-22", "02-29"), "deep.json": '{"a":' * 40,
    "latin.json": b'{"user_name":"Andr\xe9"}', "mark.json": "\ufeff" + text, "query-number": "?limit=00000000000000000001",
    "query-far": "?before_id=9223372036854775808", "query-leap": "?from=2024-02-29&to=9999-12-31",
    "query-long": "?user=" + "a" * 300, "query-escape": "?user=a\u0085b",
})

numbers = [0.0] * 128, [0.125 * i for i in range(128)], [float("nan")] * 128, [float("inf"), -0.0] * 64
good = [base64.b64encode(struct.pack("<128f", *values)) for values in numbers]
write("encoding", {f"good-{i}": seed for i, seed in enumerate(good)} | {
    "bare": good[1][:-1], "end": good[1][:-2] + b"B=", "two-ends": good[1][:-2] + b"==", "long": good[1] + b"A",
    "space": good[1][:300] + b" " + good[1][301:], "url-safe": good[1][:300] + b"-_" + good[1][302:],
    "accent": good[1][:300] + "\u00e9".encode() + good[1][302:], "line": good[1][:76] + b"\n" + good[1][77:],
    "empty": b"", "short": b"AAAA", "end-within": good[1][:300] + b"=" + good[1][301:],
})

pair = subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                       "-subj", "/CN=door", "-days", "36500", "-keyout", "-"], capture_output=True, check=True).stdout
KEY, CERTIFICATE = b"-----BEGIN PRIVATE", b"-----BEGIN CERTIFICATE"
write("target", {
    "token": b"https://door.example.org\n\n\nhunter2\n", "plain": b"http://door.example.org\n\n\nhunter2\n",
    "local": b"http://localhost:5000/\n*\nproxy:3128\nhunter2", "two-words": b"http://[::1]:5000\n\n\nhunter2 b\n",
    "path": b"https://door/a?b#c\n\n\n", "user": b"https://ada:hunter2@door\n\n\n", "zero": b"https://door\n\n\na\x00b",
    "port": b"https://door:99999\n\n\na", "empty": b"", "accent": "https://t\u00fcr\n\n\n\u00e9".encode(),
    "loop": b"http://127.1:80\nexample.org, .org\nhttp://ada:hunter2@proxy.example.org:80/\nhunter2",
    "six": b"https://[fe80::1%25eth0]\n::1\nsocks5h://[::1]\nhunter2", "certificate": b"https://door\n\n\n" + pair,
    "certificate-alone": b"https://door\n\n\n" + pair[pair.index(CERTIFICATE):],
    "key-alone": b"https://door\n\n\n" + pair[pair.index(KEY):pair.index(CERTIFICATE)],
    "locked": b"https://door\n\n\n-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
    "old-locked": b"https://door\n\n\n-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,"
                  b"00112233445566778899AABBCCDDEEFF\n\nAAAA\n-----END CERTIFICATE-----\n",
})


def exif(orientation, order="<", kind=3, count=1, offset=8):
    tag = struct.pack(order + "HHIHH", 0x0112, kind, count, orientation, 0)
    tiff = (b"II" if order == "<" else b"MM") + struct.pack(order + "HI", 42, offset)
    data = b"Exif\0\0" + tiff + struct.pack(order + "H", 1) + tag + bytes(4)
    return b"\xff\xe1" + struct.pack(">H", len(data) + 2) + data


def marked(name, segment):
    jpeg = (CORPUS / "picture" / name).read_bytes()
    return jpeg[:2] + segment + jpeg[2:]


turned = {f"turned-{i}.jpg": marked("420.jpg", exif(i, "<>"[i % 2])) for i in range(1, 10)}
whole = (CORPUS / "picture" / "420.jpg").read_bytes()
write("picture", turned | {
    "turned-grey.jpg": marked("grey.jpg", exif(6)), "turned-444.jpg": marked("444.jpg", exif(5, ">")),
    "exif-long.jpg": marked("grey.jpg", exif(6, kind=4)), "exif-many.jpg": marked("grey.jpg", exif(6, count=2**31)),
    "exif-far.jpg": marked("grey.jpg", exif(6, offset=2**32 - 1)), "exif-self.jpg": marked("grey.jpg", exif(6, offset=0)),
    "cut.jpg": whole[:-40], "stray.jpg": whole[:-2] + b"\x00\x00\xff\xff\xd9", "two.jpg": whole + whole,
    "no-end.jpg": whole[:-2], "stray-before.jpg": whole[:2] + b"\x00\x11" + whole[2:], "head.jpg": whole[:20],
    "empty.jpg": b"", "no-picture.jpg": JPEG,
})


def varint(value):
    value &= 2**64 - 1
    data = b""
    while value > 127:
        data += bytes([value & 127 | 128])
        value >>= 7
    return data + bytes([value])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    value = value if isinstance(value, bytes) else value.encode()
    return varint(number << 3 | 2) + varint(len(value)) + value


def tensor(name, *sides, numbers=None, form=9):
    head = b"".join(field(1, side) for side in sides) + field(8, name)
    if numbers is not None:
        data = struct.pack(f"<{len(numbers)}q", *numbers) if form == 9 else b"".join(map(varint, numbers))
        return head + field(2, 7) + field(form, data)
    count = 1
    for side in sides:
        count *= side
    return head + field(2, 1) + field(form, b"".join(struct.pack("<f", i % 7 / 4 - 0.75) for i in range(count)))


def attribute(name, value):
    if isinstance(value, tuple):
        return field(1, name) + b"".join(field(8, number) for number in value)
    return field(1, name) + field({int: 3, float: 2, str: 4, bytes: 5}[type(value)], value)


def node(operator, inputs, output, **attributes):
    return field(1, b"".join(field(1, name) for name in inputs.split()) + field(2, output) + field(4, operator) +
                 b"".join(field(5, attribute(*pair)) for pair in attributes.items()))


def value_info(name, *sides):
    shape = b"".join(field(1, field(1, side)) for side in sides)
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, shape)))


def network(*parts, output="out", side=16, more=b""):
    graph = b"".join(parts) + field(11, value_info("in", 1, 3, side, side)) + field(12, value_info(output, 1, 2))
    return field(1, 8) + field(7, graph) + more


def floats(name, *sides, form=9):
    return field(5, tensor(name, *sides, form=form))


whole_number = lambda number: tensor("", numbers=[number])
first = floats("w", 5, 3, 3, 3) + floats("b", 5) + node("Conv", "in w b", "a", strides=(2, 2), pads=(1, 1, 1, 1))
last = lambda name: (node("GlobalAveragePool", name, "mean") + node("Flatten", "mean", "row") + floats("m", 5, 2) +
                     node("MatMul", "row m", "out"))
write("onnx", {
    "small": network(first, last("a")),
    "property": network(first, last("a"), more=field(14, field(1, "facegate_alive") + field(2, "1"))),
    "depthwise": network(first, floats("d", 5, 1, 3, 3), node("Conv", "a d", "c", group=5, pads=(1, 1, 1, 1)),
                         last("c")),
    "below": network(first, floats("d", 5, 5, 1, 1), node("Conv", "a d", "c", pads=(0, 0, 2, 1)), last("c")),
    "window": network(first, floats("d", 5, 1, 8, 7, form=4), node("Conv", "a d", "c", group=5), last("c")),
    "normal": network(first, node("BatchNormalization", "a b b b v", "c", epsilon=1.5), floats("v", 5),
                      node("BatchNormalization", "c b b b v", "d", epsilon=2.5), last("d")),
    "slopes": network(first, node("PRelu", "a s", "c"), floats("s", 5, 1, 1), node("Relu", "c", "d"), last("d")),
    "one-slope": network(first, node("PRelu", "a s", "c"), floats("s", 1), node("Add", "a c", "d"), last("d")),
    "renamed": network(first, node("Identity", "a", "c"), node("Dropout", "c", "d"), node("Relu", "d", "e"),
                       node("Add", "e a", "f"), last("f")),
    "squeeze": network(first, node("GlobalAveragePool", "a", "s"), floats("k", 5, 5, 1, 1), node("Conv", "s k", "t"),
                       node("Sigmoid", "t", "u"), node("Mul", "a u", "c"), last("c")),
    "gemm": network(first, node("GlobalAveragePool", "a", "mean"), node("Flatten", "mean", "row", axis=1),
                    floats("m", 2, 5), floats("n", 2), node("Gemm", "row m n", "out", transB=1, alpha=1.0)),
    "reshape": network(first, node("GlobalAveragePool", "a", "mean"), node("Shape", "mean", "s"),
                       node("Constant", "", "z", value=whole_number(0)), node("Gather", "s z", "g", axis=0),
                       node("Unsqueeze", "g", "u", axes=(0,)), node("Constant", "", "e", value=whole_number(-1)),
                       node("Concat", "u e", "l", axis=0), node("Reshape", "mean l", "row"), floats("m", 5, 2),
                       node("MatMul", "row m", "out")),
    "numbers": network(first, field(5, tensor("l", 2, numbers=[1, -1], form=7)), node("GlobalAveragePool", "a", "mean"),
                       node("Reshape", "mean l", "row"), floats("m", 5, 2), node("MatMul", "row m", "out")),
    "old-inputs": network(field(11, value_info("w", 5, 3, 3, 3)), first, last("a")),
    "unknown": network(first, node("Softmax", "a", "c"), last("c")), "no-output": network(first),
    "huge": network(field(5, field(1, 4096) + field(1, 4096) + field(1, 64) + field(1, 64) + field(2, 1)), first),
    "elsewhere": network(field(5, tensor("w", 1) + field(13, field(1, "location"))), first), "cut": network(first)[:60],
    "two": network(first, last("a")) * 2, "empty": b"", "escape": network(node("\x1b[2J", "in", "a")),
})
