"""What is run while one call fails, and what must be true afterwards.

A scenario lays out a folder, says what to run in it, and judges what is there when it has ended: a list of what is
wrong, empty where all is well. `reported` is whether a line of the program said that something failed."""

import base64
import http.client
import json
import os
import pathlib
import re
import select
import shutil
import signal
import sqlite3
import struct
import subprocess
import time

PATIENCE = 20.0  # seconds; what works ends within one, and a retry waits for one or two
MODELS = pathlib.Path(__file__).resolve().parents[2] / "models"  # the cohort; the engine needs none
LEDGER = ("made", "sent", "set_aside", "dropped", "waiting")


class Ended:
    """How a program ended and what it said."""

    def __init__(self, code, output):
        self.code = code  # negative: the signal; None: it hung
        self.output = output

    @property
    def complaints(self):
        """The lines that tell of a failure. One that has nothing to say after its prefix is none, nor are the warnings
        about writing down who is seen and about wrong tokens."""
        pattern = r"(?:^\S+ (?:ERROR|WARN ) +\S+ +|^facegate[^:\n]*: |facegate: |^FAIL +)(\S.*)$"
        return [line for line in re.findall(pattern, self.output, re.MULTILINE)
                if "for debugging" not in line and "wrong token" not in line]


class World:
    """What the scenarios share: the program, its pictures, and a receiver of this process's own."""

    def __init__(self, program, scenes, pickle, url, receiver):
        self.program, self.scenes, self.pickle = program, scenes, pickle
        self.url, self.receiver = url, receiver
        self.environment = {}  # of each program, besides this process's own

    def start(self, folder, arguments, fault=None):
        environment = dict(os.environ, XDG_RUNTIME_DIR=str(folder), RUNTIME_DIRECTORY="", CREDENTIALS_DIRECTORY="",
                           BACKEND_URL="", SEND_INTERVAL="", LC_ALL="C.UTF-8", **{**self.environment, **(fault or {})})
        return subprocess.Popen([self.program, *arguments], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0)

    def read_until(self, process, pattern, seconds):
        """What it says until that is in it, or it ends, or the time is over."""
        said, deadline = b"", time.monotonic() + seconds
        while not re.search(pattern, said.decode(errors="replace"), re.MULTILINE):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([process.stdout], [], [], left)[0]:
                break
            more = os.read(process.stdout.fileno(), 65536)
            if not more:
                break
            said += more
        return said.decode(errors="replace")

    def finish(self, process, said=""):
        try:
            output, _ = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
            return Ended(None, said + output.decode(errors="replace"))
        return Ended(process.returncode, said + output.decode(errors="replace"))

    def run(self, folder, arguments, fault=None):
        return self.finish(self.start(folder, arguments, fault))


class Scenario:
    name = ""
    camera = False  # whether it needs libcamera's virtual one
    template = None  # a folder that is copied

    def __init__(self, world):
        self.world = world

    def prepare(self, folder):
        """Makes the template, once."""

    def works(self):
        """Whether an undisturbed run did all that it is there for."""
        return True

    def reported(self, ended):
        """Whether it said that something failed."""
        return bool(ended.complaints)

    def arguments(self, folder):
        raise NotImplementedError

    def act(self, folder, fault):
        return self.world.run(folder, self.arguments(folder), fault)

    def judge(self, folder, ended, failed):
        raise NotImplementedError


def read_outbox(path):
    """The ledger and the events, as a dictionary and a list of (id, set aside)."""
    connection = sqlite3.connect(path)
    try:
        ledger = connection.execute(f"SELECT {', '.join(LEDGER)} FROM ledger").fetchone()
        events = connection.execute("SELECT id, set_aside IS NOT NULL FROM event").fetchall()
    finally:
        connection.close()
    return dict(zip(LEDGER, ledger)), events


def check_ledger(ledger, events):
    wrong = []
    if ledger["made"] != sum(ledger[name] for name in LEDGER[1:]):
        wrong.append(f"the ledger does not add up: {ledger}")
    waiting = sum(1 for _, aside in events if not aside)
    if (waiting, len(events) - waiting) != (ledger["waiting"], ledger["set_aside"]):
        wrong.append(f"the ledger {ledger} is not of these events: {events}")
    return wrong


class Run(Scenario):
    """A door with two events waiting from before: Ada is accepted, a stranger refused."""

    name = "run"
    fewest = 2  # events that are made

    def write_configuration(self, folder, drain=3):
        (folder / "facegate.conf").write_text(
            # The liveness model is loaded and asked, but the canned faces are hardly alive.
            f"[camera]\nfps = 4\n[vision]\nmodels = {MODELS}\n[access]\nencodings = {folder}/encodings.json\n"
            f"liveness_threshold = 0.01\n[delivery]\nbackend_url = {self.world.url}\nsend_interval = 60\n"
            f"drain_timeout = {drain}\ntimeout = 4\n")

    def watch(self, folder, pictures, *options):
        return ["run", "--config", f"{folder}/facegate.conf", "--outbox", f"{folder}/outbox.db",
                "--source", f"images:{pictures}", *options]

    def prepare(self, folder):
        enroll(self.world, folder)
        self.write_configuration(folder, drain=0)
        self.world.receiver.misbehave(503)
        self.world.run(folder, self.watch(folder, self.world.scenes / "door"))
        self.world.receiver.misbehave(None)
        ledger, self.before = read_outbox(folder / "outbox.db")
        assert (ledger["made"], ledger["waiting"]) == (2, 2), ledger

    def arguments(self, folder):
        self.write_configuration(folder)
        self.world.receiver.forget()
        return self.watch(folder, self.world.scenes / "door")

    def judge(self, folder, ended, failed):
        wrong = []
        stored = self.world.receiver.keys()
        events = []
        for path in sorted(folder.glob("outbox.db.corrupt-*")):
            if not path.name.endswith(("-wal", "-shm")):
                events += read_outbox(path)[1]
        set_away = bool(events)
        ledger, present = read_outbox(folder / "outbox.db")
        wrong += check_ledger(ledger, present)
        known = stored | {key for key, _ in events + present}
        lost = [key for key, _ in self.before if key not in known]
        if lost:
            wrong.append(f"events from before are lost: {lost}")
        before = len(self.before)
        made = ledger["made"] + (before if set_away else 0)
        if len(known) != made:
            wrong.append(f"{made} events were committed, {len(known)} are known: {ledger}")
        if ledger["dropped"] != 0:
            wrong.append(f"events were dropped: {ledger}")
        seen = len(re.findall("Face detected: ", ended.output)) - len(self.lost_lines(ended.output))
        if made - before < seen:
            wrong.append(f"{seen} events were reported and not lost, {made - before} were committed")
        delivered = ledger["waiting"] + ledger["set_aside"] == 0 and not set_away
        if ended.code == 0 and not delivered:
            wrong.append(f"exit code 0, and not all was delivered: {ledger}")
        if made - before < self.fewest and not ended.complaints:
            wrong.append(f"only {made - before} events, and no word of it")
        if ledger["waiting"] > 0:
            wrong += self.resume(folder, known)
        return wrong + self.judge_more(folder, ended, failed)

    def lost_lines(self, output):
        reported = re.findall(r"(\d+) lost(?:[,;].*)?$", output, re.MULTILINE)
        return range(int(reported[-1])) if reported else []

    def resume(self, folder, known):
        """An undisturbed run must bring what waits to the backend."""
        again = self.world.run(folder, self.watch(folder, self.world.scenes / "nobody.jpg"))
        missing = known - self.world.receiver.keys()
        if again.code != 0 or missing:
            return [f"the next run ended with {again.code} and left {missing}:\n{again.output}"]
        return []

    def judge_more(self, folder, ended, failed):
        return []


class Debug(Run):
    """The same with everything written down."""

    name = "debug"

    def arguments(self, folder):
        arguments = super().arguments(folder)
        return [*arguments, "--trace", f"{folder}/trace.jsonl", "--record", f"{folder}/pictures",
                "--annotate", f"{folder}/drawings"]

    def judge_more(self, folder, ended, failed):
        count = {"trace": 0, "pictures": 0, "drawings": 0}
        try:
            count["trace"] = len((folder / "trace.jsonl").read_text().splitlines())
        except FileNotFoundError:
            pass
        for name, end in (("pictures", "jpg"), ("drawings", "svg")):
            count[name] = len(list((folder / name).glob(f"*.{end}")))
        whole = all(number == 12 for number in count.values())
        return [] if whole or ended.complaints else [f"not all was written down, and no word of it: {count}"]


class Reload(Run):
    """Ada before the camera while she becomes Eva."""

    name = "reload"
    fewest = 1

    def arguments(self, folder):
        super().arguments(folder)
        return self.watch(folder, self.world.scenes / "ada.jpg", "--loop", "--fps", "20")

    def act(self, folder, fault):
        process = self.world.start(folder, self.arguments(folder), fault)
        said = self.world.read_until(process, "Face detected", PATIENCE / 3)
        self.reached = "Face detected" in said and process.poll() is None
        if self.reached:
            other = folder / "other.json"
            other.write_text((folder / "encodings.json").read_text().replace('"Ada"', '"Eva"'))
            other.rename(folder / "encodings.json")
            said += self.world.read_until(process, "Encodings reloaded|people loaded before",
                                          PATIENCE / 3)
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        return self.world.finish(process, said)

    def judge_more(self, folder, ended, failed):
        taken = "Encodings reloaded" in ended.output
        return ["other people were not taken, and no word of it"] if not (taken or ended.complaints) else []


def enroll(world, folder, others=0):
    """Ada and Grace, and so many whom no picture shows."""
    for name, badge, picture in (("Ada", "D8E2F1G3", "ada"), ("Grace", "0A1B", "bob")):
        ended = world.run(folder, ["enroll", "--encodings", f"{folder}/encodings.json", "--name", name,
                                   "--badge", badge, f"{world.scenes}/{picture}.jpg"])
        assert ended.code == 0, ended.output
    path = folder / "encodings.json"
    gallery = json.loads(path.read_text())
    for number in range(others):
        encoding = [1.4 * (i == 8 + number) for i in range(128)]
        gallery["people"].append({"name": f"Person {number}",
                                  "encodings": [base64.b64encode(struct.pack("<128f", *encoding)).decode()]})
    path.write_text(json.dumps(gallery))


class Change(Scenario):
    """A command that writes the people's file: the old one or the new one is there, and nothing beside it."""

    words = ()
    owner = 65534  # where one can be given: the folder is another's

    def prepare(self, folder):
        (folder / "people").mkdir()
        enroll(self.world, folder, 24)  # more than a buffer of the C library holds
        shutil.move(folder / "encodings.json", folder / "people" / "encodings.json")
        self.old = (folder / "people" / "encodings.json").read_bytes()
        copy = folder.parent / f"{folder.name}-after"
        shutil.copytree(folder, copy)
        ended = self.world.run(copy, self.arguments(copy))
        assert ended.code == 0, ended.output
        self.new = (copy / "people" / "encodings.json").read_bytes()
        assert self.new != self.old
        shutil.rmtree(copy)

    def arguments(self, folder):
        words = [str(word).format(scenes=self.world.scenes, pickle=self.world.pickle) for word in self.words]
        at = 2 if words[0] == "people" else 1
        return [*words[:at], "--encodings", f"{folder}/people/encodings.json", *words[at:]]

    def act(self, folder, fault):
        if os.geteuid() == 0:
            os.chown(folder / "people" / "encodings.json", self.owner, self.owner)
        return super().act(folder, fault)

    def judge(self, folder, ended, failed):
        wrong = []
        path = folder / "people" / "encodings.json"
        if os.geteuid() == 0 and path.stat().st_uid != self.owner:
            wrong.append(f"it belongs to {path.stat().st_uid} now")
        now = path.read_bytes()
        if now not in (self.old, self.new):
            wrong.append("the file is neither the old one nor the new one")
        if ended.code == 0 and now != self.new:
            wrong.append("exit code 0, and the file is the old one")
        if path.stat().st_mode & 0o777 != 0o600:
            wrong.append(f"mode {path.stat().st_mode & 0o777:o}")
        left = [path.name for path in (folder / "people").iterdir() if path.name != "encodings.json"]
        if left and not failed.startswith("unlink"):
            wrong.append(f"left behind: {left}")
        return wrong


class Enroll(Change):
    name, words = "enroll", ("enroll", "--name", "Bob", "--force", "{scenes}/bob.jpg")


class Rename(Change):
    name, words = "rename", ("people", "rename", "Ada", "Eva")


class Remove(Change):
    name, words = "remove", ("people", "remove", "Ada")


class Import(Change):
    name, words = "import", ("import", "{pickle}")


class Show(Scenario):
    """A command that only shows: with exit code 0 it has shown everything."""

    words = ()

    def prepare(self, folder):
        enroll(self.world, folder, 24)
        ended = self.world.run(folder, self.arguments(folder))
        assert ended.code == 0, ended.output
        self.whole = ended.output

    def arguments(self, folder):
        words = [str(word).format(scenes=self.world.scenes) for word in self.words]
        at = 2 if words[0] == "people" else 1
        return [*words[:at], "--encodings", "encodings.json", *words[at:]]

    def judge(self, folder, ended, failed):
        # Numbers are those of entries at the receiver.
        whole = re.sub(r"\d+", "N", ended.output) == re.sub(r"\d+", "N", self.whole)
        if ended.code == 0 and not whole and not ended.complaints:
            return ["exit code 0, and the output is not whole"]
        return []


class People(Show):
    name, words = "people", ("people", "list")


class Export(Show):
    name, words = "export", ("export", "-")


class Identify(Show):
    name, words = "identify", ("identify", "--models", MODELS, "{scenes}/ada.jpg", "{scenes}/nobody.jpg")


class TestBackend(Show):
    name = "test"

    def arguments(self, folder):
        self.world.receiver.forget()
        return ["test-backend", "--backend-url", self.world.url]


class Aside(Scenario):
    """A word on events that were set aside: done to all of them, or to none."""

    verb = ""

    def prepare(self, folder):
        run = Run(self.world)
        enroll(self.world, folder)
        run.write_configuration(folder)
        self.world.receiver.misbehave(400)
        self.world.run(folder, run.watch(folder, self.world.scenes / "door"))
        self.world.receiver.misbehave(None)
        ledger, _ = read_outbox(folder / "outbox.db")
        assert ledger["set_aside"] == 2, ledger

    def arguments(self, folder):
        return ["outbox", "--outbox", f"{folder}/outbox.db", self.verb]

    def judge(self, folder, ended, failed):
        ledger, events = read_outbox(folder / "outbox.db")
        wrong = check_ledger(ledger, events)
        done = ledger["waiting" if self.verb == "retry" else "dropped"]
        if ledger["made"] != 2 or done not in (0, 2) or (ended.code == 0 and done != 2):
            wrong.append(f"exit code {ended.code}, and the ledger is {ledger}")
        return wrong


class Retry(Aside):
    name, verb = "retry", "retry"


class Drop(Aside):
    name, verb = "drop", "drop"


class Backend(Scenario):
    """The bundled backend takes one entry: what it answered 201 to is there after its next start."""

    name = "backend"
    token = None

    def arguments(self, folder):
        return ["backend", "--listen", "127.0.0.1:0", "--data", f"{folder}/data"]

    def works(self):
        return [status for status, _ in self.answers] == [201, 200, 200]

    def serve(self, folder, fault, use):
        """Starts it, lets `use` speak with it at its port, and ends it."""
        process = self.world.start(folder, self.arguments(folder), fault)
        # In the log too, for where the first cannot be written.
        place = r"(?:listening on|the page is at) http://127\.0\.0\.1:(\d+)"
        said = self.world.read_until(process, place, PATIENCE)
        found = re.search(place, said)
        if found:
            use(int(found[1]))
            process.send_signal(signal.SIGTERM)
        return self.world.finish(process, said)

    def post(self, port):
        picture = (self.world.scenes / "ada.jpg").read_bytes()
        fields = {"timestamp": "2026-01-31T08:15:00", "status": "Accepted", "rfid_id": "D8E2F1G3", "user_name": "Ada"}
        body = b"".join(f'--parts\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
                        for name, value in fields.items())
        body += (b'--parts\r\nContent-Disposition: form-data; name="image"; filename="face_image.jpg"\r\n'
                 b"Content-Type: image/jpeg\r\n\r\n" + picture + b"\r\n--parts--\r\n")
        return self.ask(port, "POST", "/api/auth_logs", body,
                        {"Content-Type": "multipart/form-data; boundary=parts", "Idempotency-Key": "one"})

    def ask(self, port, method, path, body=None, headers=None, token=None):
        token = token or self.token
        headers = {**(headers or {}), **({"Authorization": f"Bearer {token}"} if token else {})}
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            return 0, str(error).encode()
        finally:
            connection.close()

    def act(self, folder, fault):
        self.answers = []

        def use(port):
            self.answers.append(self.post(port))
            self.answers.append(self.ask(port, "GET", "/api/auth_logs"))
            if self.answers[1][0] == 200:
                for entry in json.loads(self.answers[1][1]):
                    self.answers.append(self.ask(port, "GET", entry["image_path"]))

        return self.serve(folder, fault, use)

    def judge(self, folder, ended, failed):
        wrong = []
        statuses = [status for status, _ in self.answers]
        if any(b"timed out" in body for status, body in self.answers if status == 0):
            wrong.append(f"no answer in time: {statuses}")
        reported = [b"error" in body for status, body in self.answers if status not in (200, 201)]
        # A connection that breaks tells nothing, unless the network itself was what failed.
        mute = ("sqlite3", "open", "pread", "pwrite", "f", "MHD_queue")
        if not ended.complaints and not all(reported) and failed.startswith(mute):
            wrong.append(f"answers {statuses}, and no word of why")
        self.later = []

        def use(port):
            status, body = self.ask(port, "GET", "/api/auth_logs")
            self.later = json.loads(body) if status == 200 else None
            for entry in self.later or []:
                status, body = self.ask(port, "GET", entry["image_path"])
                if status != 200 or not body.startswith(b"\xff\xd8"):
                    wrong.append(f"the picture of {entry} is gone: {status}")

        again = self.serve(folder, None, use)
        if again.code != 0 or self.later is None:
            wrong.append(f"the next start ended with {again.code}:\n{again.output}")
        elif statuses[:1] == [201] and len(self.later) != 1:
            wrong.append(f"it answered 201 and has {len(self.later)} entries at its next start")
        drafts = list((folder / "data" / "tmp").glob("*"))
        kept = list((folder / "data" / "static" / "img").glob("*"))
        if drafts or len(kept) != len(self.later or []):
            wrong.append(f"after the next start there are drafts {drafts} and pictures {kept}")
        return wrong


class Guarded(Backend):
    """The same with a token: whatever fails, a wrong one opens nothing."""

    name = "guarded"
    token = "0123456789abcdef-the-right-one"

    def prepare(self, folder):
        (folder / "token").write_text(self.token)
        (folder / "token").chmod(0o600)

    def arguments(self, folder):
        return [*super().arguments(folder), "--token-file", f"{folder}/token"]

    def post(self, port):
        answer = super().post(port)
        self.intruder = [self.ask(port, "GET", "/api/auth_logs", token="0123456789abcdef-a-wrong-one")[0]
                         for _ in range(3)]
        return answer

    def works(self):
        return super().works() and self.intruder == [401, 401, 401]

    def act(self, folder, fault):
        self.intruder = []
        return super().act(folder, fault)

    def judge(self, folder, ended, failed):
        let_in = [f"a wrong token was answered {status}" for status in self.intruder if status not in (0, 401, 503)]
        refused = [f"the right token was answered {status}" for status, _ in self.answers if status == 401]
        return let_in + refused + super().judge(folder, ended, failed)


ALL = (Run, Debug, Reload, Enroll, Rename, Remove, Import, People, Export, Identify, TestBackend, Retry, Drop, Backend,
       Guarded)
