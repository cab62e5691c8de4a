#!/usr/bin/python3
"""A backend as it stands in the field, for tests and for a first look at facegate.

Flask parses the requests and the wire contract is enforced to the letter: a missing, empty or unknown field,
a picture that is none, a timestamp in another format are answered with 400. It can be asked to misbehave:

    POST /_control {"mode": MODE, "count": N, "on": "post"|"get", ...}

holds for the next N requests to /api/auth_logs (without count: until it is asked for another) of that method (post):

    ok                           as the contract says
    status  code, retry_after, body   answers that and stores nothing
    hang                         reads the request and never answers
    close   when: early|middle   closes without reading the request, or in the middle of the 201
    garbage code, size, text     10 MB of bytes that mean nothing, or of that text, under that status;
            keep                 and of all that only so many bytes, the header's included
    badjson                      stores it; 201, with a body that is no JSON
    slow    pause                stores it; the answer byte by byte, `pause` seconds apart
    lost                         stores it, closes without an answer
    long    size                 a GET is answered with a right list of about that many bytes

{"idempotency": true|false} turns recognising Idempotency-Key on or off (it starts on).
GET /_seen tells every POST that came, in order, as a JSON array.
"""

import argparse
import collections
import datetime
import hashlib
import json
import logging
import pathlib
import re
import signal
import socket
import ssl
import sys
import threading
import time

import flask
import werkzeug.exceptions
import werkzeug.serving

LIMIT = 16 * 1024 * 1024
FIELDS = {"timestamp", "status", "rfid_id", "user_name", "reason"}
MODES = {"ok", "status", "hang", "close", "garbage", "badjson", "slow", "lost", "long"}
PICTURES_IN_MEMORY = 64


class Refusal(Exception):
    def __init__(self, text, code=400):
        super().__init__(text)
        self.code = code


class Store:
    """What was received. On disk below `data` where one is given, so that a restarted receiver knows it again."""

    def __init__(self, data):
        self.lock = threading.Lock()
        self.seen = []
        self.entries = []
        self.by_key = {}
        self.pictures = collections.OrderedDict()
        self.folder = None
        self.journal = None
        if data is not None:
            self.folder = data / "img"
            self.folder.mkdir(parents=True, exist_ok=True)
            journal = data / "seen.jsonl"
            if journal.exists():
                for line in journal.read_text().splitlines():
                    self._remember(json.loads(line))
            self.journal = journal.open("a")

    def _remember(self, record):
        self.seen.append(record)
        if record["stored"]:
            names = ("id", "timestamp", "status", "rfid_id", "user_name", "image_path", "reason")
            entry = {name: record[name] for name in names if name in record}
            self.entries.append(entry)
            if record["key"]:
                self.by_key[record["key"]] = entry

    def note(self, record):
        with self.lock:
            self._note(record)

    def _note(self, record):
        self._remember(record)
        if self.journal:
            self.journal.write(json.dumps(record) + "\n")
            self.journal.flush()

    def add(self, record, picture, recognise):
        """The entry, and whether it was there before under the same key."""
        with self.lock:
            if recognise and record["key"] in self.by_key:
                self._note({**record, "repeated": True})
                return self.by_key[record["key"]], True
            number = len(self.entries) + 1
            path = None
            if picture is not None:
                name = f"{number:06d}_face_image.jpg"
                path = f"/static/img/{name}"
                if self.folder:
                    (self.folder / name).write_bytes(picture)
                else:
                    self.pictures[name] = picture
                    if len(self.pictures) > PICTURES_IN_MEMORY:
                        self.pictures.popitem(last=False)
            self._note({**record, "id": number, "image_path": path, "stored": True})
            return self.entries[-1], False

    def picture(self, name):
        if self.folder:
            return flask.send_from_directory(self.folder, name)
        with self.lock:
            picture = self.pictures.get(name)
        if picture is None:
            flask.abort(404)
        return flask.Response(picture, mimetype="image/jpeg")


class Behaviour:
    """The misbehaviour asked for, and for how many requests it holds."""

    def __init__(self):
        self.lock = threading.Lock()
        self.orders = {"POST": {"mode": "ok"}, "GET": {"mode": "ok"}}
        self.recognise = True
        self.changed = threading.Event()

    def set(self, order):
        with self.lock:
            if "idempotency" in order:
                self.recognise = bool(order["idempotency"])
            if "mode" in order:
                if order["mode"] not in MODES:
                    raise Refusal(f"mode is one of {', '.join(sorted(MODES))}")
                self.orders[order.get("on", "post").upper()] = dict(order)
                self.changed.set()
                self.changed = threading.Event()

    def take(self, method):
        with self.lock:
            order = self.orders.get(method, {"mode": "ok"})
            if "count" in order:
                order["count"] -= 1
                if order["count"] <= 0:
                    self.orders[method] = {"mode": "ok"}
            return dict(order), self.changed


def check_text(fields):
    for name in ("timestamp", "status", "rfid_id", "user_name"):
        value = fields.get(name)
        if not isinstance(value, str) or not value.strip():
            raise Refusal(f"Missing field: {name}")
    for name in fields:
        if name not in FIELDS:
            raise Refusal(f"Unknown field: {name}")
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", fields["timestamp"]):
        raise Refusal("timestamp is not in the format %Y-%m-%dT%H:%M:%S")
    try:
        datetime.datetime.strptime(fields["timestamp"], "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        raise Refusal("timestamp is not a date and time") from None
    if fields["status"] not in ("Accepted", "Refused"):
        raise Refusal("status is neither Accepted nor Refused")
    if "reason" in fields and (fields["status"] != "Refused" or not fields["reason"]):
        raise Refusal("reason is for Refused only, and must not be empty")


def decrypt(data, key):
    """A picture as the backend's next version gets it: nonce, ciphertext and tag of AES-128-CCM."""
    import cryptography.exceptions
    from cryptography.hazmat.primitives.ciphers.aead import AESCCM
    if len(key) != 16:
        key = hashlib.sha256(key).digest()[:16]
    try:
        return AESCCM(key, tag_length=16).decrypt(data[:12], data[12:], None)
    except (cryptography.exceptions.InvalidTag, ValueError):
        raise Refusal("image cannot be decrypted") from None


def parse(request, key=None):
    """The fields and the picture of a request, or a Refusal."""
    if request.mimetype == "application/json":
        fields = request.get_json(silent=True)
        if not isinstance(fields, dict):
            raise Refusal("the body is not a JSON object")
        return fields, None
    if request.mimetype != "multipart/form-data":
        raise Refusal(f"content type {request.mimetype or '(none)'} is not taken", 415)
    if any(len(values) != 1 for _, values in request.form.lists()):
        raise Refusal("a field is given twice")
    if list(request.files) != ["image"] or len(request.files.getlist("image")) != 1:
        raise Refusal("Missing field: image")
    image = request.files["image"]
    picture = image.read()
    name, kind = ("face_image.bin", "application/octet-stream") if key else ("face_image.jpg", "image/jpeg")
    if image.filename != name or image.mimetype != kind:
        raise Refusal(f"image is not {name} of type {kind}")
    if key:
        picture = decrypt(picture, key)
    if not picture.startswith(b"\xff\xd8\xff") or not picture.endswith(b"\xff\xd9"):
        raise Refusal("image is an incomplete JPEG")
    return request.form.to_dict(), picture


def answer_json(code, value):
    return flask.Response(json.dumps(value) + "\n", status=code, mimetype="application/json")


def cut_off(connection):
    """Ends the connection under the server, which takes the failing write that follows for a client gone."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    return flask.Response("")


def send_raw(connection, code, body, pause=0.0, keep=None):
    text = f"HTTP/1.1 {code} Ordered\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    data = text.encode() + b"Connection: close\r\n\r\n" + body
    data = data[:keep] if keep else data
    try:
        if pause:
            for at in range(len(data)):
                connection.sendall(data[at:at + 1])
                time.sleep(pause)
        else:
            connection.sendall(data)
    except OSError:
        pass
    return cut_off(connection)


def long_list(size):
    """Entries of 64 KiB, each the right one, made as they are sent."""
    name = "x" * 65000
    for number in range(max(size // 65536, 1)):
        entry = {"id": number + 1, "timestamp": "2026-01-31T08:15:00", "status": "Accepted", "rfid_id": "00000000",
                 "user_name": name, "image_path": None}
        yield ("," if number else "[") + json.dumps(entry)
    yield "]"


def misbehave(order, changed, connection):
    """An answer that is none of the contract's, or None where the mode stores the request first."""
    if order["mode"] == "status":
        code = int(order.get("code", 500))
        response = answer_json(code, {"error": order.get("body", f"asked to answer {code}")})
        if "retry_after" in order:
            response.headers["Retry-After"] = str(order["retry_after"])
        if 300 <= code < 400:
            response.headers["Location"] = "/elsewhere"
        return response
    if order["mode"] == "hang":
        changed.wait()
        return cut_off(connection)
    if order["mode"] == "long":
        return flask.Response(long_list(int(order.get("size", 100_000_000))), mimetype="application/json")
    if order["mode"] == "garbage":
        piece = order["text"].encode() if "text" in order else b"\xfe\x00garbage"
        body = piece * (int(order.get("size", 10_000_000)) // len(piece))
        return send_raw(connection, int(order.get("code", 500)), body, keep=order.get("keep"))
    return None


def make_app(store, behaviour, token, key=None):
    app = flask.Flask("receiver", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LIMIT

    @app.errorhandler(werkzeug.exceptions.HTTPException)
    def as_json(error):
        return answer_json(error.code, {"error": error.description})

    @app.before_request
    def check_token():
        if token is None or not flask.request.path.startswith("/api/"):
            return None
        if flask.request.headers.get("Authorization") == f"Bearer {token}":
            return None
        flask.request.get_data(cache=False)
        return answer_json(401, {"error": "the bearer token is missing or wrong"})

    @app.post("/api/auth_logs")
    def receive():
        order, changed = behaviour.take("POST")
        connection = flask.request.environ["werkzeug.socket"]
        record = {
            "arrived": time.monotonic(),
            "key": flask.request.headers.get("Idempotency-Key", ""),
            "content_type": flask.request.mimetype,
            "agent": flask.request.headers.get("User-Agent", ""),
            "authorization": "Authorization" in flask.request.headers,
            "expect": flask.request.headers.get("Expect", ""),
            "mode": order["mode"],
            "stored": False,
        }
        if order["mode"] == "close" and order.get("when", "early") == "early":
            store.note(record)
            return cut_off(connection)
        try:
            fields, picture = parse(flask.request, key)
            record.update(fields)
            if picture is not None:
                record["image_sha256"] = hashlib.sha256(picture).hexdigest()
                record["image_size"] = len(picture)
            check_text(fields)
        except Refusal as refusal:
            store.note({**record, "refused": str(refusal)})
            return answer_json(refusal.code, {"error": str(refusal)})
        if order["mode"] in ("status", "hang", "garbage"):
            store.note(record)
            return misbehave(order, changed, connection)

        entry, repeated = store.add(record, picture, behaviour.recognise and record["key"])
        answer = {"message": "Log already exists" if repeated else "Log created successfully",
                  "id": entry["id"], "image_path": entry["image_path"]}
        body = json.dumps(answer).encode()
        if order["mode"] == "lost":
            return cut_off(connection)
        if order["mode"] == "close":
            return send_raw(connection, 201, body, keep=-len(body) // 2)
        if order["mode"] == "slow":
            return send_raw(connection, 201, body, pause=float(order.get("pause", 0.01)))
        if order["mode"] == "badjson":
            return flask.Response('{"message": "Log created", "id": 7, "image_path": ', status=201,
                                  mimetype="application/json")
        return answer_json(201, answer)

    @app.get("/api/auth_logs")
    def entries():
        order, changed = behaviour.take("GET")
        wrong = misbehave(order, changed, flask.request.environ["werkzeug.socket"])
        if wrong is not None:
            return wrong
        with store.lock:
            return answer_json(200, store.entries)

    @app.get("/static/img/<name>")
    def picture(name):
        return store.picture(name)

    @app.get("/_seen")
    def seen():
        with store.lock:
            return answer_json(200, store.seen)

    @app.post("/_control")
    def control():
        order = flask.request.get_json(silent=True)
        try:
            if not isinstance(order, dict):
                raise Refusal("an order is a JSON object")
            behaviour.set(order)
        except Refusal as refusal:
            return answer_json(400, {"error": str(refusal)})
        return answer_json(200, {"message": "understood"})

    return app


class Quiet(werkzeug.serving.WSGIRequestHandler):
    """The server's own request line would be noise between the lines of who started it."""

    def log(self, type, message, *args):
        pass


def tls_context(options):
    if not options.tls_cert:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.tls_cert, options.tls_key)
    if options.client_ca:
        context.load_verify_locations(options.client_ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def main():
    parser = argparse.ArgumentParser(description="A backend for tests and for a first look at facegate.")
    parser.add_argument("--listen", default="127.0.0.1:5000", help="ADDRESS:PORT; port 0 takes a free one")
    parser.add_argument("--data", type=pathlib.Path, help="folder for pictures and entries; without, memory")
    parser.add_argument("--tls-cert")
    parser.add_argument("--tls-key")
    parser.add_argument("--client-ca", help="demand a client certificate of this CA")
    parser.add_argument("--token-file", type=pathlib.Path, help="demand this bearer token")
    parser.add_argument("--picture-key", help="demand pictures that are encrypted with this key")
    options = parser.parse_args()
    host, _, port = options.listen.rpartition(":")
    if not host or not port.isdigit():
        parser.error("--listen takes ADDRESS:PORT")
    if bool(options.tls_cert) != bool(options.tls_key) or (options.client_ca and not options.tls_cert):
        parser.error("--tls-cert and --tls-key go together, --client-ca needs them")

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    token = options.token_file.read_text().strip() if options.token_file else None
    key = options.picture_key.encode() if options.picture_key else None
    app = make_app(Store(options.data), Behaviour(), token, key)
    try:
        server = werkzeug.serving.make_server(host.strip("[]"), int(port), app, threaded=True, request_handler=Quiet,
                                              ssl_context=tls_context(options))
    except OSError as error:
        print(f"cannot listen on {options.listen}: {error.strerror}", file=sys.stderr)
        return 1
    scheme = "https" if options.tls_cert else "http"
    print(f"listening on {scheme}://{host}:{server.port}", flush=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    stop.wait()
    server.shutdown()
    server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
