"""A daemon at a door where Ada stands all the time, what it costs and what it says."""

import os
import re
import signal
import subprocess
import time

import scenarios

FPS = 5
TIMEOUT = 2  # seconds that it gives a backend
EACH = re.compile(r"Face detected|Auth data sent successfully|Image saved at")  # reported once for an event
LEVELS = re.compile(r"^\S+ (DEBUG|INFO|WARN|ERROR) +(\S+) +(.*)$", re.MULTILINE)


class Door:
    def __init__(self, folder, program, scenes, gallery, url, ca_file=None):
        self.folder, self.program, self.scenes = folder, program, scenes
        folder.mkdir()
        self.outbox, self.config = folder / "outbox.db", folder / "facegate.conf"
        self.log, self.trace = folder / "log", folder / "trace"
        self.config.write_text(
            # The canned faces are of nobody alive.
            f"[vision]\nmodels = {scenarios.MODELS}\n[access]\nencodings = {gallery}\nliveness = off\n"
            f"[delivery]\nbackend_url = {url}\n"
            f"send_interval = 0.7\ntimeout = {TIMEOUT}\nconnect_timeout = 1\ndrain_timeout = 20\n"
            + (f"ca_file = {ca_file}\n" if ca_file else ""))
        self.process = None

    def command(self, *words):
        environment = dict(os.environ, XDG_RUNTIME_DIR=str(self.folder), RUNTIME_DIRECTORY="", CREDENTIALS_DIRECTORY="",
                           BACKEND_URL="", SEND_INTERVAL="", LC_ALL="C.UTF-8")
        return [str(self.program), *words, "--config", str(self.config)], environment

    def watch(self, picture, *options):
        return self.command("run", "--outbox", str(self.outbox), "--source", f"images:{self.scenes}/{picture}",
                            *options)

    def start(self):
        self.trace.unlink(missing_ok=True)
        words, environment = self.watch("ada.jpg", "--loop", "--fps", str(FPS), "--trace", str(self.trace), "--verbose")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def stop(self):
        """Its exit code; None where it had to be killed."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None

    def run(self, words, environment, seconds):
        """Exit code (None: it did not end in time), what it said, and how long it took."""
        began = time.monotonic()
        with subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT) as process:
            try:
                output, _ = process.communicate(timeout=seconds)
                code = process.returncode
            except subprocess.TimeoutExpired:
                process.kill()
                output, _ = process.communicate()
                code = None
        return code, output, time.monotonic() - began

    def said(self, since=0):
        if not self.log.exists():
            return b""
        with self.log.open("rb") as log:
            log.seek(since)
            return log.read()

    def read_outbox(self):
        """The ledger, the keys that wait, and those that were set aside."""
        ledger, events = scenarios.read_outbox(self.outbox)
        return ledger, {key for key, aside in events if not aside}, {key for key, aside in events if aside}

    def frames(self):
        """How many it has judged."""
        return self.trace.read_bytes().count(b"\n")

    def forget_peak(self):
        with open(f"/proc/{self.process.pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")

    def memory(self, name):
        """VmRSS or its peak VmHWM, in KiB."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as status:
            return int(re.search(rf"^{name}:\s+(\d+)", status.read(), re.MULTILINE)[1])


def complaints(said):
    """Every line of a log that is neither for debugging nor reported once for an event, without its time."""
    lines = LEVELS.findall(said.decode(errors="replace"))
    return [text for level, _, text in lines if level != "DEBUG" and not EACH.search(text)]
