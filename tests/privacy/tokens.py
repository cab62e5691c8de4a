"""The token is in nothing that is said, no process list and no file, whatever a hostile server answers."""

import base64
import collections
import concurrent.futures
import contextlib
import os
import pathlib
import secrets
import shutil
import socket
import ssl
import threading
import time
import urllib.parse

import house
import pictures

KEYS = pathlib.Path("/run/keys")  # where the token may be: in memory, for its owner alone
CREDENTIALS = pathlib.Path("/run/credentials/facegate.service")
PASSED_OVER = (KEYS, CREDENTIALS, house.SOURCE, house.BUILD)
PIECE = 12  # characters of it that count as the token
PATIENCE = 60
NOTHING = bytes(1 << 20)  # most of a new disk, which need not be searched


class Token:
    """A word with everything in it that one may have, and the ways in which it could be written down."""

    def __init__(self):
        self.text = "fg/" + secrets.token_urlsafe(30) + "+/~=="
        text = self.text.encode()
        quoted = urllib.parse.quote(self.text, safe="").encode()
        self.forms = {text[:PIECE], text[-PIECE:], quoted[:PIECE], quoted[-PIECE:], quoted[-PIECE:].lower(),
                      text[-PIECE:].replace(b"/", b"\\/"), text.hex().encode()[:2 * PIECE]}
        for shift in range(3):
            # Of what base64 makes, the part that does not hang on what stands before and after.
            coded = base64.b64encode(b"\0" * shift + text)
            self.forms.add(coded[4:4 + PIECE + 4])
            self.forms.add(base64.urlsafe_b64encode(b"\0" * shift + text)[4:4 + PIECE + 4])
        self.overlap = max(map(len, self.forms))

    def count_in(self, data):
        return sum(data.count(form) for form in self.forms)


def search(token, *paths):
    """As house.scan, for the token's forms."""
    found = {"bytes": 0, "needles": len(token.forms), "found": 0, "first": str(paths[0])}
    for path in paths:
        tail = b""
        try:
            with open(path, "rb", buffering=0) as file:
                while chunk := file.read(1 << 20):
                    found["bytes"] += len(chunk)
                    if chunk == NOTHING:
                        tail = b""
                        continue
                    if number := token.count_in(tail + chunk):
                        found["found"] += number
                        found["first"] = str(path)
                    tail = chunk[-token.overlap:]
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


def files(*folders):
    for folder in folders:
        for path, names, found in os.walk(folder):
            names[:] = [name for name in names if pathlib.Path(path, name) not in PASSED_OVER]
            whole = (os.path.join(path, name) for name in found)
            yield from (name for name in whole if os.path.isfile(name) and not os.path.islink(name))


class Watcher:
    """Looks at every process list there is, over and over."""

    def __init__(self, token):
        self.token, self.looks, self.processes = token, 0, set()
        self.found = {"bytes": 0, "needles": len(token.forms), "found": 0, "first": ""}
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)

    def look(self):
        for name in filter(str.isdigit, os.listdir("/proc")):
            for what in ("cmdline", "environ", "comm", "status"):
                try:
                    data = pathlib.Path("/proc", name, what).read_bytes()
                except OSError:
                    continue
                self.found["bytes"] += len(data)
                if number := self.token.count_in(data):
                    self.found["found"] += number
                    self.found["first"] = f"{what} of {name}"
            self.processes.add(name)
        self.looks += 1

    def watch(self):
        while not self.stopped.wait(0.02):
            self.look()

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()


def answer(status, body, *headers, length=None):
    size = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {size}", "Connection: close", "", body]
    return "\r\n".join(lines).encode()


def escaped(text):
    return text.replace("/", "\\/")


def quoted(text):
    return urllib.parse.quote(text, safe="")


# What a server says that knows the token only from the request. In those that end within it, it must not show either.
ANSWERS = {
    "401, echoed": lambda t, at: answer(f"401 No {t}", f'{{"error": "Authorization: Bearer {t} is wrong"}}',
                                        f'WWW-Authenticate: Bearer realm="{t}"'),
    "401, echoed by itself": lambda t, at: answer("401 No", t),
    "500, percent-encoded": lambda t, at: answer("500 Error", f"<h1>GET /?token={quoted(t)}</h1> "
                                                 f"{quoted(t).lower() if t.islower() else quoted(t)}"),
    "500, escaped": lambda t, at: answer("500 Error", f'{{"error": "{escaped(t)}"}}'),
    "400, set aside": lambda t, at: answer("400 Bad", f'{{"error": "bad request: {t}"}}'),
    "201, as the picture's path": lambda t, at: answer(
        "201 Created", f'{{"message": "{t}", "id": 7, "image_path": "/static/{escaped(t)}.jpg"}}'),
    "201, no JSON": lambda t, at: answer("201 Created", f"{t} {escaped(t)}"),
    "302 to another host": lambda t, at: answer("302 Found", "", f"Location: http://127.0.0.2:{at}/?token={quoted(t)}"),
    "no status": lambda t, at: f"HTTP/{t} 200 {t}\r\n\r\n{t}".encode(),
    "no HTTP": lambda t, at: f"{t}\r\n{t}\r\n".encode(),
    "a header that is none": lambda t, at: answer("201 Created", "{}", t, f"{t}: {t}"),
    "a length that is none": lambda t, at: answer("201 Created", "{}", length=t),
    "a piece's length that is none": lambda t, at: (f"HTTP/1.1 201 {t}\r\nTransfer-Encoding: chunked\r\n\r\n"
                                                    f"{t}\r\n").encode(),
    "an encoding that is none": lambda t, at: answer("201 Created", "{}", f"Content-Encoding: {t}"),
    "503, to wait for": lambda t, at: answer("503 Busy", t, f"Retry-After: {t}"),
    "cut off within": lambda t, at: answer("500 Error", " " * 40000 + t[:-3], length=99999),
    "too long, the limit within": lambda t, at: answer("500 Error", " " * ((64 << 10) - 20) + t + "x" * 9999),
    "200, a list of it": lambda t, at: answer("200 OK", f'[{{"id": 1, "timestamp": "{t}", "status": "{escaped(t)}"}}]'),
    "200, no list": lambda t, at: answer("200 OK", f'{{"{t}": "{escaped(t)}"}}'),
}


class Hostile:
    """A server that hands back the token it gets. `seen` counts requests with it."""

    def __init__(self, make, host="127.0.0.1", context=None, elsewhere=0):
        self.make, self.context, self.elsewhere, self.seen, self.requests = make, context, elsewhere, 0, 0
        self.socket = socket.create_server((host, 0), backlog=64)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.socket.accept()
                threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection):
        with contextlib.suppress(OSError, ValueError), connection:
            connection.settimeout(10)
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as file:
                head = {}
                self.requests += bool(file.readline())
                while (line := file.readline().strip()):
                    name, _, value = line.decode("latin-1").partition(":")
                    head[name.lower()] = value.strip()
                file.read(int(head.get("content-length", "0")))
                word = head.get("authorization", "Bearer none").partition(" ")[2]
                self.seen += word != "none"
                connection.sendall(self.make(word, self.elsewhere))
                connection.shutdown(socket.SHUT_WR)
                file.read()

    def close(self):
        self.socket.close()


def credential(token):
    CREDENTIALS.mkdir(parents=True)
    file = CREDENTIALS / "token"
    file.write_text(token, encoding="ascii")
    for path in (CREDENTIALS, file):
        os.chown(path, house.USER, house.USER)
    file.chmod(0o400)


Try = collections.namedtuple("Try", "name words environment")


def ways(url, name, wrong=None):
    """The commands that talk to a backend: with the token in a file, and with it in a credential."""
    for by, more, environment in (("file", "token_file = /run/keys/token\n", {}),
                                  ("credential", "", {"CREDENTIALS_DIRECTORY": str(CREDENTIALS)})):
        config = KEYS / f"{secrets.token_hex(6)}.conf"
        config.write_text(f"[vision]\nmodels = {house.SOURCE}/models\n[access]\nencodings = "
                          f"/var/lib/facegate/encodings.json\n[delivery]\nbackend_url = {url}\ntimeout = 2\n"
                          f"connect_timeout = 1\ndrain_timeout = 1\n{wrong or more}", encoding="ascii")
        config.chmod(0o644)
        source = ["--source", "images:/run/short"]
        yield {words[0] + (" --json" if "--json" in words else ""): Try(
            f"{name}, {words[0]}, by {by}", [house.FACEGATE, *words, "--config", config],
            {"RUNTIME_DIRECTORY": "/run/facegate", **environment})
            for words in (["run", "--verbose", *source], ["test-backend", "--verbose"],
                          ["doctor", "--verbose", *source], ["doctor", "--json", *source])}


def do(one, log):
    """One command to its end; what it said is in a file on the disk too."""
    done = pictures.start(one.words, log, one.environment)
    try:
        code = done.wait(timeout=PATIENCE)
    except Exception:
        done.kill()
        raise house.Failure(f"{one.name}: it does not end") from None
    if code < 0:
        raise house.Failure(f"{one.name}: signal {-code} ended it: {pathlib.Path(log).read_text()[-1000:]}")
    return code


def certificate():
    """One that nobody vouches for."""
    house.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
              "-subj", "/CN=localhost", "-keyout", KEYS / "tls.key", "-out", KEYS / "tls.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(KEYS / "tls.pem", KEYS / "tls.key")
    return context


def faults(token):
    """Files and configurations that are wrong in ways that a message might quote."""
    for name, text in (("two words", f"{token} {token}"), ("a control character", f"{token}\a"),
                       ("too long", token * 200), ("not ASCII", f"{token}\u00e9")):
        file = KEYS / name.replace(" ", "-")
        file.write_text(text, encoding="utf-8")
        file.chmod(0o644)
        yield f"a token file with {name}", "http://127.0.0.1:9", f"token_file = {file}\n"
    yield "http to another machine", "http://192.0.2.1", None
    yield "a key for it that is none", "http://127.0.0.1:9", f"token = {token}\n"
    yield "in the address", f"http://door:{quoted(token)}@127.0.0.1:9", None


def choose(servers, token, thorough):
    """All commands at all servers take minutes. A short run has a cheap one at each, and the others now and then."""
    cases = [(name, f"http://127.0.0.1:{server.port}", None) for name, server in servers.items() if name != "TLS"]
    cases += [("no TLS there", f"https://127.0.0.1:{servers['401, echoed'].port}", None),
              ("TLS, nobody vouches", f"https://localhost:{servers['TLS'].port}", None), *faults(token)]
    for number, (name, url, text) in enumerate(cases):
        by_file, by_credential = list(ways(url, name, text))
        if thorough:
            yield from (*by_file.values(), *by_credential.values())
            continue
        these, others = (by_file, by_credential)[::1 if number % 2 == 0 else -1]
        yield these["test-backend"]
        if number % 4 == 0:
            yield others["run"]
        if number % 9 == 0:
            yield these["doctor"]
            yield others["doctor --json"]


def check_outboxes(log):
    """What was set aside is shown with the reason."""
    found = list(pathlib.Path("/run/facegate").glob("*.db"))
    for path in found:
        do(Try("outbox", [house.FACEGATE, "outbox", "--outbox", path], {}), log)
    return len(found)


def bundled(token, log):
    """The bundled backend has the token too: asked without, with a wrong and with the right one."""
    said = pathlib.Path(f"{log}-backend")
    backend = pictures.start([house.FACEGATE, "backend", "--verbose", "--data", "/run/facegate/backend", "--listen",
                              "127.0.0.1:0", "--token-file", KEYS / "token"], said, {})
    try:
        end = time.monotonic() + PATIENCE
        while b"http://" not in said.read_bytes() and time.monotonic() < end and backend.poll() is None:
            time.sleep(0.05)
        url = "http://" + said.read_text().partition("http://")[2].split()[0].rstrip("/.,;")
        for one in (way[name] for way in ways(url, "bundled backend") for name in ("run", "test-backend")):
            if do(one, log) != 0:
                raise house.Failure(f"{one.name}: it failed: {pathlib.Path(log).read_text()[-1000:]}")
        with socket.create_connection(("127.0.0.1", urllib.parse.urlsplit(url).port)) as connection:
            connection.sendall(f"GET /api/auth_logs?token={quoted(token)} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic "
                               f"{token}\r\nCookie: token={token}\r\nConnection: close\r\n\r\n".encode())
            while connection.recv(4096):
                pass
    finally:
        backend.terminate()
        backend.wait(timeout=PATIENCE)


def try_all(token, thorough, report):
    """Every command at every server; returns a Watcher's finds."""
    pathlib.Path("/run/short").mkdir()
    for path in sorted(pictures.PICTURES.iterdir())[:20]:
        shutil.copy(path, "/run/short")
    credential(token.text)
    other = Hostile(lambda t, at: answer("200 OK", "[]"), host="127.0.0.2")
    servers = {name: Hostile(make, elsewhere=other.port) for name, make in ANSWERS.items()}
    servers["TLS"] = Hostile(ANSWERS["401, echoed"], context=certificate())
    logs = pathlib.Path("/var/log/facegate")
    with Watcher(token) as watcher:
        tries = list(choose(servers, token.text, thorough))
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            done = list(pool.map(lambda pair: do(pair[1], logs / f"try-{pair[0]}"), enumerate(tries)))
        outboxes = check_outboxes(logs / "outboxes")
        bundled(token.text, logs / "bundled")
    echoed = sum(server.seen for name, server in servers.items() if name != "TLS")
    silent = [name for name, server in servers.items() if name != "TLS" and server.seen == 0]
    for server in (*servers.values(), other):
        server.close()
    report.head(f"The token, handed back by {len(ANSWERS)} kinds of hostile answers {echoed} times, to {len(done)} "
                "commands")
    report.note(f"{watcher.looks} looks at the process list, {len(watcher.processes)} processes; {outboxes} outboxes "
                "printed; by file and by credential, which are the two ways there are")
    report.check(not silent, f"every hostile server got the token{': not ' + ', '.join(silent) if silent else ''}")
    report.check(servers["TLS"].seen == 0, f"a server that nobody vouches for got it {servers['TLS'].seen} times")
    report.check(other.requests == 0, f"another host got {other.requests} requests by redirects")
    return watcher


def search_everywhere(token, watcher, report):
    """While the disk is still mounted."""
    said = list(files("/var/log/facegate"))
    report.row("what they said", "the token", search(token, *said), False)
    report.row(f"{watcher.looks} looks at process lists", "the token", watcher.found, False)
    report.row("every file", "the token", search(token, *files("/run", "/dev/shm")), False)


def compare(device, token, report):
    """The same looks where somebody did it all wrong: in each the token must be found."""
    with house.living_on(device):
        log = pathlib.Path("/var/log/facegate/careless")
        log.write_text("curl: " + token.text, encoding="ascii")
        coded = pathlib.Path("/var/lib/facegate/coded")
        coded.write_bytes(base64.b64encode(b"Bearer " + token.text.encode()))
        with Watcher(token) as watcher:
            careless = pictures.start(["/bin/sh", "-c", "sleep 0.3; :", "--token", token.text], log,
                                      {"TOKEN": token.text})
            careless.wait(timeout=PATIENCE)
        report.head("The token, to compare: somebody says it, passes it on and writes it down in base64")
        report.row("what they said", "the token", search(token, log), True)
        report.row(f"{watcher.looks} looks at process lists", "the token", watcher.found, True)
        report.row("every file", "the token", search(token, *files("/run", "/dev/shm")), True)
        log.unlink()
        coded.unlink()
    report.row(f"disk ({device}, ext4)", "the token", search(token, device), True)
