#!/usr/bin/env python3
"""A backend on another host that says everything a server can say wrong, and a network between that does what networks
do.

For each malady: what became of the events, what the daemon said, how much memory it took, whether it went on judging,
and how soon it recovered. Several doors side by side, each with a port of its own at the backend's host."""

import argparse
import collections
import concurrent.futures
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support"), str(HERE.parent / "torture")]
import certificates  # noqa: E402
import commands  # noqa: E402
import conversations  # noqa: E402
import network  # noqa: E402
import scenarios  # noqa: E402
import server  # noqa: E402
from answers import Malady, receive  # noqa: E402
from door import Door, complaints  # noqa: E402

ADDRESS = "10.77.0.2"
MEMORY = 2048  # KiB that a row may add to what the daemon had before
LINES = 4  # that a row may add to the log, beside those that each event has; two more each time that the malady strikes
LENGTH = 700  # bytes of the longest of them
SLOWEST = 1  # frames a second, of the 5 that come: a slow machine judges these, a recognition thread that is held up none
LONG = b"next attempt in 600.0 s"  # the longest pause that a backend can ask for; a stop tries all the same
PATIENCE = 30.0  # seconds until a malady is gone through, and until all is well again
NARROW = 4096  # bytes of window
NETWORK_LASTS = 4.0  # seconds
SILENCE = "-"

Row = collections.namedtuple("Row", "name requests made sent aside waiting grown frames recovered said wrong")


def lying(exchange):
    """Answers as if it had stored: whoever counts must notice."""
    receive(exchange, "kept")
    exchange.send(conversations.STORED)


CONTROL = Malady("control: 201, and nothing stored", lying, "kept")


class Lane:
    """A door, its port, and the rows they go through together."""

    def __init__(self, name, options, port, url, ca_file=None):
        self.options, self.port = options, port
        self.believed = 0  # events that the door counts as sent and the port has not stored
        self.door = Door(options.work / name, options.program, options.scenes, options.gallery, url, ca_file)

    def begin(self):
        sent = b"Auth data sent"
        before = self.door.said().count(sent)
        self.door.start()
        # What the first deliveries take stays: libcurl's, OpenSSL's, SQLite's.
        self.wait(lambda: self.door.said().count(sent) >= before + 3, "the first events")

    def wait(self, is_met, what):
        deadline = time.monotonic() + PATIENCE
        while not is_met():
            if self.door.process.poll() is not None:
                raise RuntimeError(f"the daemon ended with {self.door.process.returncode} before {what}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"waited {PATIENCE:.0f} s in vain for {what}")
            time.sleep(0.2)

    def settled(self, count):
        ledger, _, _ = self.door.read_outbox()
        return ledger["sent"] + ledger["set_aside"] + ledger["dropped"] >= count

    def go_through(self, malady, act):
        """One row. `act` has the malady happen and returns when it is over."""
        since = self.door.log.stat().st_size
        before, _, _ = self.door.read_outbox()
        first = self.door.frames()
        self.door.forget_peak()
        memory = self.door.memory("VmRSS")
        wrong, after, waited, began = [], before, 0, time.monotonic()
        healed, grown = began, 0
        try:
            act()
            healed = time.monotonic()
            after, waiting, _ = self.door.read_outbox()
            waited = len(waiting)
            self.wait(lambda: self.settled(after["made"]) or (malady.restart and LONG in self.door.said(since)),
                      "what was made meanwhile to be settled")
            self.wait(lambda: self.door.frames() > first, "another frame")
            grown = self.door.memory("VmHWM") - memory
        except (RuntimeError, OSError) as error:
            wrong.append(str(error))
        recovered = time.monotonic() - healed
        said = self.door.said(since)
        frames, lasted = self.door.frames() - first, time.monotonic() - began
        if LONG in said and not wrong:
            wrong += self.restart()
            recovered = time.monotonic() - healed
        now, _, aside = self.door.read_outbox()
        wrong += self.judge_said(said, LINES + 2 * self.port.struck + now["set_aside"] - before["set_aside"])
        wrong += self.judge_keys(malady.outcome)
        if not self.options.sanitized and grown > MEMORY:
            wrong.append(f"it took {grown} KiB more")
        if frames < max(1, SLOWEST * (lasted - 1)):
            wrong.append(f"only {frames} frames were judged in {lasted:.1f} s")
        return Row(malady.name, self.port.requests, now["made"] - before["made"], now["sent"] - before["sent"],
                   now["set_aside"] - before["set_aside"], waited, grown, frames, recovered,
                   shorten(complaints(said)), wrong)

    def restart(self):
        """A stop tries at once, whatever the pause: it must leave nothing behind."""
        code = self.door.stop()
        _, waiting, _ = self.door.read_outbox()
        self.begin()
        return [f"the stop ended with {code} and left {len(waiting)} waiting"] if waiting else []

    def judge_said(self, said, most):
        lines = complaints(said)
        wrong = [server.printable(said)] if server.printable(said) else []
        if len(lines) > most:
            wrong.append(f"{len(lines)} lines in the log")
        wrong += [f"a line of {len(line)} characters" for line in lines if len(line) > LENGTH]
        if self.port.astray:
            wrong.append(self.port.astray[0])
            self.port.astray.clear()
        return wrong

    def judge_keys(self, outcome):
        """What became of the events that met the malady, and that nothing counts as sent which is not stored."""
        ledger, waiting, aside = self.door.read_outbox()
        count, stored = self.port.seen()
        wrong = []
        believed = ledger["sent"] - len(stored - waiting - aside)
        if believed > self.believed:
            wrong.append(f"{believed - self.believed} events count as sent that are not stored")
            self.believed = believed
        for key in dict.fromkeys(self.port.keys):
            if outcome == "aside" and key not in aside:
                wrong.append("it was not set aside")
            elif outcome == "kept" and key not in stored | waiting:
                wrong.append("it was taken for delivered" if key not in aside else "it was set aside")
            elif outcome == "sent" and (count[key] > 1 or key not in stored):
                wrong.append("it was sent again" if count[key] > 1 else "it was not sent")
        return wrong

    def run(self, maladies):
        rows = []
        try:
            self.begin()
            for malady in maladies:
                def act(malady=malady):
                    # What is believed at once strikes more often, so that the row lasts as long as others.
                    often = 1 if malady.restart else self.options.times
                    self.port.fall_ill(malady.act, often * (3 if malady.outcome in ("sent", "aside") else 1))
                    over = self.port.wait_until_over(PATIENCE)
                    self.port.heal()
                    if not over:
                        raise RuntimeError("the malady was not gone through")
                rows.append(self.go_through(malady, act))
        except (RuntimeError, OSError) as error:
            rows.append(failed(f"{rows[-1].name if rows else 'start'} and after", str(error)))
        return rows + self.finish()

    def run_link(self, link, wire):
        def act():
            fix = link.act(wire)
            time.sleep(NETWORK_LASTS)
            fix()
        try:
            self.begin()
            self.port.keys, self.port.requests, self.port.struck = [], 0, 0
            row = self.go_through(Malady(link.name, None, None), act)
            wrong = ["the wire spoilt nothing"] if wire.spoils and wire.spoilt == 0 else []
            # One may be under way at any time.
            if link.cuts and row.waiting < 2 and row.said == SILENCE:
                wrong.append("the way was not cut: nothing waited, and nothing was said")
            reported = f"{row.said} {wire.spoilt} of {wire.passed} frames spoilt"
            rows = [row._replace(wrong=row.wrong + wrong, said=reported)]
        except (RuntimeError, OSError) as error:
            rows = [failed(link.name, str(error))]
        return rows + self.finish()

    def finish(self):
        """Stops, takes back what was set aside, and counts: every event once. Only what is wrong makes a row."""
        wrong = []
        if self.door.process is not None and self.door.process.poll() is None:
            code = self.door.stop()
            wrong += [] if code in (0, 1) else [f"the stop ended with {code}"]
        if not self.door.outbox.exists():
            return []
        self.door.run(*self.door.command("outbox", "--outbox", str(self.door.outbox), "retry"), 20)
        code, output, _ = self.door.run(*self.door.watch("nobody.jpg"), 60)
        ledger, waiting, aside = self.door.read_outbox()
        _, stored = self.port.seen()
        if code != 0 or waiting or aside:
            wrong.append(f"the last run ended with {code} and left {ledger}: {output.decode(errors='replace')[-300:]}")
        wrong += scenarios.check_ledger(ledger, [])
        if not ledger["made"] == ledger["sent"] == len(stored):
            wrong.append(f"{ledger['made']} events were made, {ledger['sent']} sent, {len(stored)} are stored")
        return [failed(f"all of {self.door.folder.name}", "; ".join(wrong))] if wrong else []


def failed(name, why):
    return Row(name, 0, 0, 0, 0, 0, 0, 0, 0, "", [why])


def shorten(lines):
    if not lines:
        return SILENCE
    text = re.sub(r"^(Network error|Failed to send) (sending )?auth data: ", "", lines[0])
    text = re.sub(r"; \d+ waiting, next attempt in.*|; event [-0-9a-f]{36} of .*", "", text)
    return f"{text[:66]} [{len(lines)}]"


def deal(maladies, count):
    """Into so many hands, the slow ones (they stand together) apart."""
    return [maladies[at::count] for at in range(count) if maladies[at::count]]


def run_rows(options):
    """The rows of every lane, those of the control, and what the commands said."""
    made = certificates.make(options.work, ADDRESS)
    context = server.ssl.SSLContext(server.ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made["good"])

    def chosen(maladies):
        return [malady for malady in maladies if re.search(options.rows, malady.name)]

    def plain_lane(name, window=None):
        port = server.Port(network.listen(ADDRESS, window))
        return Lane(name, options, port, f"http://{ADDRESS}:{port.number}")

    def secure_lane(name):
        port = server.Port(network.listen(ADDRESS), context)
        port.certificates = made
        return Lane(name, options, port, f"https://{ADDRESS}:{port.number}", options.work / "ca.pem")

    lanes = [(plain_lane(f"door-{number}"), hand)
             for number, hand in enumerate(deal(chosen(conversations.MALADIES), options.doors))]
    lanes += [(secure_lane(f"tls-{number}"), hand)
              for number, hand in enumerate(deal(chosen(conversations.SECURE), max(1, options.doors // 6)))]
    lanes += [(plain_lane(f"narrow-{number}", NARROW), hand)
              for number, hand in enumerate(deal(chosen(conversations.NARROW), max(1, options.doors // 12)))]
    links = [link for link in network.LINKS if re.search(options.rows, link.name)]
    wired = []
    for number, link in enumerate(links):
        wire = network.Wire(100 + number)
        port = server.Port(network.listen(wire.address))
        wired.append((Lane(f"wire-{number}", options, port, f"http://{wire.address}:{port.number}"), link, wire))
    looks = []
    for malady in chosen(conversations.ALL):
        if malady.name in commands.WORST:
            secure = malady in conversations.SECURE
            lane = secure_lane if secure else plain_lane
            looks.append((lane(f"look-{len(looks)}"), malady))
    liar = plain_lane("control")
    with concurrent.futures.ThreadPoolExecutor(len(lanes) + len(wired) + len(looks) + 1) as pool:
        jobs = [pool.submit(lane.run, hand) for lane, hand in lanes]
        jobs += [pool.submit(lane.run_link, link, wire) for lane, link, wire in wired]
        control = pool.submit(liar.run, [CONTROL])
        looking = [pool.submit(commands.check, lane.door, lane.port, malady) for lane, malady in looks]
        order = {malady.name: number for number, malady in enumerate(conversations.ALL)}
        rows = [row for job in jobs for row in job.result()]
        rows.sort(key=lambda row: order.get(row.name, len(order)))
        return rows, control.result(), [look for job in looking for look in job.result()]


def print_rows(rows, out):
    print(f"{'MALADY':44} {'REQUESTS':>8} {'MADE':>5} {'SENT':>5} {'ASIDE':>5} {'WAITED':>6} {'KIB':>6} {'FRAMES':>6} "
          f"{'WELL AFTER':>10}  SAID [LINES]", file=out)
    for row in rows:
        print(f"{row.name:44} {row.requests:8} {row.made:5} {row.sent:5} {row.aside:5} {row.waiting:6} {row.grown:6} "
              f"{row.frames:6} {row.recovered:8.1f} s  {row.said}", file=out)
        for wrong in row.wrong:
            print(f"{'':44} WRONG: {wrong}", file=out)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="where facegate_canned was built")
    parser.add_argument("--output", type=pathlib.Path, help="a folder to keep the table in")
    parser.add_argument("--doors", type=int, default=36, help="how many daemons go through the rows side by side")
    parser.add_argument("--times", type=int, default=1, help="how often each malady strikes")
    parser.add_argument("--rows", default="", help="only those whose name this expression finds")
    parser.add_argument("--sanitized", action="store_true", help="a build whose memory says nothing")
    options = parser.parse_args()
    options.build = options.build.resolve()
    return options


def main():
    options = read_options()
    network.enter(sys.argv)
    began = time.monotonic()
    options.work = pathlib.Path(tempfile.mkdtemp(prefix="hostile-", dir="/dev/shm"))
    try:
        network.begin()
        # A copy, so that a build meanwhile does not matter.
        options.program = shutil.copy2(options.build / "facegate_canned", options.work)
        options.scenes = options.work / "scenes"
        subprocess.run([options.build / "fg_canned_scenes", options.scenes], check=True)
        world = scenarios.World(options.program, options.scenes, None, None, None)
        scenarios.enroll(world, options.work)
        options.gallery = options.work / "encodings.json"
        return report(options, *run_rows(options), began)
    except RuntimeError as error:
        sys.exit(f"hostile: {error}")
    finally:
        shutil.rmtree(options.work, ignore_errors=True)


def report(options, rows, control, looks, began):
    wrong = sum(bool(row.wrong) for row in rows + looks)
    noticed = "it was taken for delivered" in control[0].wrong
    texts = [sys.stdout]
    if options.output:
        options.output.mkdir(parents=True, exist_ok=True)
        texts.append((options.output / "table.txt").open("w"))
    for out in texts:
        print_rows(rows, out)
        commands.print_checks(looks, out)
        print("\nWhat must be noticed, and is not counted:", file=out)
        print_rows(control[:1], out)
        print(f"\n{len(rows)} rows in {time.monotonic() - began:.0f} s: {wrong} wrong; "
              f"{sum(row.made for row in rows)} events; "
              f"at most {max(row.grown for row in rows)} KiB more (allowed: "
              f"{'not checked in a sanitizer build' if options.sanitized else MEMORY})", file=out)
        if not noticed:
            print("The control was not noticed: a backend that stored nothing was believed.", file=out)
    return 1 if wrong or not noticed or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
