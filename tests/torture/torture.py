#!/usr/bin/env python3
"""Every fallible call fails once: counts the calls that a few short runs make, then repeats each run with one of them
failing, and judges what it leaves behind. No crash, no hang, no committed event lost, and no silence about a failure.

What nobody noticed and did no harm either is listed by the place of the call, for a person to judge."""

import argparse
import collections
import concurrent.futures
import logging
import multiprocessing
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]
import receiver as receiving  # noqa: E402
import scenarios  # noqa: E402
import scenarios_camera  # noqa: E402
import werkzeug.serving  # noqa: E402

ALL = scenarios.ALL + scenarios_camera.ALL


class Receiver:
    """tests/support/receiver.py within this process, so that asking it costs nothing."""

    def __init__(self):
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.store, self.behaviour = receiving.Store(None), receiving.Behaviour()
        app = receiving.make_app(self.store, self.behaviour, None)
        self.server = werkzeug.serving.make_server("127.0.0.1", 0, app, threaded=True, request_handler=receiving.Quiet)
        self.url = f"http://127.0.0.1:{self.server.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def misbehave(self, code):
        self.behaviour.set({"mode": "status", "code": code} if code else {"mode": "ok"})

    def forget(self):
        with self.store.lock:
            self.store.seen.clear()
            self.store.entries.clear()
            self.store.by_key.clear()
            self.store.pictures.clear()

    def keys(self):
        with self.store.lock:
            return {record["key"] for record in self.store.seen if record["stored"]}


Report = collections.namedtuple("Report", "failed function stack counts")
Result = collections.namedtuple("Result", "scenario kind number verdict function stack wrong code lines output")


def read_report(path, program):
    """What fail.c wrote: whether the call failed, its function, the stack from the inside, the counts."""
    failed, function, stack, counts = False, "", [], {}
    for line in path.read_text().splitlines() if path.exists() else ():
        words = line.split(" ")
        if words[0] == "failed":
            failed, function = True, words[3]
        elif words[0] == "at":
            name = os.path.basename(words[1])
            if name != "fg_fail.so":
                stack.append((name == os.path.basename(program), name, words[2], words[3]))
        elif words[0] == "count":
            counts[words[1]] = int(words[2])
        elif words[0] == "missing":
            sys.exit(f"the function {words[1]} is not there to be interposed")
    return Report(failed, function, stack, counts)


def plug_camera(folder, options):
    """The environment in which libcamera finds one camera, before which Ada stands. See virtual_camera.h."""
    pictures, configuration = folder / "pictures", folder / "virtual.yaml"
    pictures.mkdir()
    for number in range(2):
        shutil.copy2(options.scenes / "ada.jpg", pictures / f"{number}.jpg")
    configuration.write_text(
        '"Front":\n  supported_formats:\n  - width: 320\n    height: 240\n    frame_rates:\n    - 1\n    - 120\n'
        f'  frames:\n    path: "{pictures}/"\n  location: "CameraLocationFront"\n  model: "A door"\n')
    return {"FG_VIRTUAL_CAMERA": str(configuration), "LD_PRELOAD": str(options.virtual)}


class Worker:
    """One of those that run side by side, each with a receiver and templates of its own."""

    def __init__(self, options, number):
        self.options = options
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"worker-{number}-", dir=options.work))
        receiver = Receiver()
        world = scenarios.World(options.program, options.scenes, options.pickle, receiver.url, receiver)
        if options.virtual:
            world.environment = plug_camera(self.folder, options)
        self.scenarios = {}
        for kind in ALL:
            if kind.name in options.scenarios:
                scenario = kind(world)
                scenario.template = self.folder / f"{kind.name}-template"
                scenario.template.mkdir()
                scenario.prepare(scenario.template)
                self.scenarios[kind.name] = scenario

    def run(self, name, kind=None, number=0):
        scenario = self.scenarios[name]
        folder = self.folder / name
        report = self.folder / "report"
        shutil.rmtree(folder, ignore_errors=True)
        report.unlink(missing_ok=True)
        shutil.copytree(scenario.template, folder)
        # What stands in for devices comes first: fail.c makes its own system calls.
        preloads = [*self.options.also, self.options.virtual, self.options.preload]
        fault = {"LD_PRELOAD": ":".join(str(path) for path in preloads if path), "FG_FAIL_REPORT": str(report),
                 "MALLOC_PERTURB_": "165"}
        if kind is not None:
            fault.update(FG_FAIL_KIND=kind, FG_FAIL_AT=str(number))
        ended = scenario.act(folder, fault)
        seen = read_report(report, self.options.program)
        wrong = self.judge(scenario, folder, ended, seen)
        if kind is None:
            if wrong or ended.code != 0 or ended.complaints or not scenario.works():
                sys.exit(f"{name} does not work undisturbed: {wrong}\n{ended.output}")
            return seen.counts
        reported = scenario.reported(ended)
        verdict = "fault" if wrong else "unreached" if not seen.failed else "said" if reported else "harmless"
        return Result(name, kind, number, verdict, seen.function, seen.stack, wrong, ended.code, ended.complaints,
                      ended.output if wrong else "")

    def judge(self, scenario, folder, ended, seen):
        if ended.code is None:
            return [f"it hung for {scenarios.PATIENCE:g} s"]
        if ended.code not in (0, 1, 78):
            return [f"signal {signal.Signals(-ended.code).name}" if ended.code < 0 else f"exit code {ended.code}"]
        wrong = [f"exit code {ended.code}, and no word of why"] if ended.code != 0 and not ended.complaints else []
        try:
            return wrong + scenario.judge(folder, ended, seen.function)
        except Exception as error:  # a file that cannot be read is a finding, not the end
            return [*wrong, f"{type(error).__name__}: {error}"]


worker = None


def start_worker(options, numbers):
    global worker
    worker = Worker(options, numbers.get())


def run_task(task):
    return worker.run(*task)


def find_places(program, results):
    """Where each call was made from: the innermost line of ours, by offset."""
    offsets = sorted({frame[2] for result in results for frame in result.stack if frame[0]})
    if not offsets:
        return {}
    # A return address is behind the call.
    asked = "".join(f"{int(offset, 16) - 1:x}\n" for offset in offsets)
    reported = subprocess.run(["addr2line", "-s", "-f", "-e", program], input=asked, capture_output=True, text=True,
                          check=True).stdout.splitlines()
    return {offset: f"{reported[2 * i]} ({reported[2 * i + 1].split(' ')[0]})" for i, offset in enumerate(offsets)}


def describe(result, places):
    ours = [places.get(frame[2], "?") for frame in result.stack if frame[0]]
    via = next((frame[1].split(".so")[0] for frame in result.stack if not frame[0]), "")
    inside = result.stack and not result.stack[0][0] and via != "libc"
    return f"{result.function}{f' in {via}' if inside else ''} <- {' <- '.join(ours[:3]) or 'no code of ours'}"


def shape(text):
    """A line without what differs from run to run."""
    text = re.sub(r"/\S*/(worker-[^/\s]*|scenes)/", "", text)
    return re.sub(r"\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\d+", "N", text)


def print_groups(title, groups, out):
    print(f"\n{title}", file=out)
    for text, results in sorted(groups.items()):
        numbers = ", ".join(f"{r.scenario} {r.kind} {r.number}" for r in results[:2])
        print(f"  {len(results):5}  {text}  [{numbers}{' ...' if len(results) > 2 else ''}]", file=out)


def print_details(program, results, out):
    places = find_places(program, results)
    harmless, lines, faults = (collections.defaultdict(list) for _ in range(3))
    for result in results:
        if result.verdict == "harmless":
            harmless[f"{result.kind}: {describe(result, places)}"].append(result)
        for line in result.lines[:1]:
            lines[shape(line)].append(result)
        if result.verdict == "fault":
            faults[f"{shape('; '.join(result.wrong).splitlines()[0])}: {describe(result, places)}"].append(result)
    print_groups("What was said:", lines, out)
    print_groups("Silent, and nothing amiss:", harmless, out)
    print_groups("Faults:", faults, out)
    shown = {}
    for text, group in faults.items():
        shown[text] = group[0]
    for text, result in list(shown.items())[:40]:
        print(f"\n--- {result.scenario} {result.kind} {result.number} ({describe(result, places)}): exit code "
              f"{result.code}", file=out)
        print("\n".join(result.wrong), file=out)
        print(result.output, file=out)


def print_table(results, counts, out):
    print(f"{'SCENARIO':9} {'KIND':17} {'CALLS':>6} {'RUNS':>6} {'SAID':>6} {'HARMLESS':>9} {'UNREACHED':>10} "
          f"{'FAULTS':>7}", file=out)
    table = collections.Counter((r.scenario, r.kind, r.verdict) for r in results)
    total = collections.Counter(r.verdict for r in results)
    for (scenario, kind), calls in counts.items():
        of = {verdict: table[scenario, kind, verdict] for verdict in ("said", "harmless", "unreached", "fault")}
        if sum(of.values()):
            print(f"{scenario:9} {kind:17} {calls:6} {sum(of.values()):6} {of['said']:6} {of['harmless']:9} "
                  f"{of['unreached']:10} {of['fault']:7}", file=out)
    print(f"{'all':27} {sum(counts.values()):6} {len(results):6} {total['said']:6} {total['harmless']:9} "
          f"{total['unreached']:10} {total['fault']:7}", file=out)


def is_wanted(kind, options):
    named = options.kinds is None or kind in options.kinds.split(",")
    return named and kind.startswith("camera-") == (options.virtual is not None)


def choose(counts, options):
    """The calls that are to fail: all, or every so many of each kind from a random one on."""
    dice = random.Random(options.seed)
    tasks = []
    for (scenario, kind), calls in counts.items():
        if kind.startswith("camera-"):
            # Each way at least once. How many frames there are is another number each time.
            tasks += [(scenario, kind, number) for number in {1, 1 + dice.randrange(calls), 1 + calls // 2}]
            continue
        step = options.every if kind != "alloc" else options.every_alloc
        tasks += [(scenario, kind, number) for number in range(1 + dice.randrange(step), calls + 1, step)]
    dice.shuffle(tasks)
    return tasks


def report(options, results, counts, missed, began):
    faults = sum(r.verdict == "fault" for r in results)
    if options.output:
        with options.output.open("w") as out:
            print_table(results, counts, out)
            print_details(options.program, results, out)
    print_table(results, counts, sys.stdout)
    if faults or not options.output:
        print_details(options.program, results, sys.stdout)
    failed = sum(bool(r.function) for r in results)
    print(f"\n{failed} calls failed in {len(results)} runs, in {time.monotonic() - began:.0f} s; {faults} faults, "
          f"seed {options.seed}" + (f"; all of it is in {options.output}" if options.output else ""))
    if missed:
        print(f"No call of these kinds failed: {', '.join(missed)}")
    return 1 if faults or missed or not results else 0


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="where facegate_canned and the rest was built")
    parser.add_argument("--output", type=pathlib.Path, help="write the table and all details here")
    parser.add_argument("--every", type=int, default=1, help="only each Nth call of a kind")
    parser.add_argument("--every-alloc", type=int, default=1, help="only each Nth allocation")
    parser.add_argument("--seed", type=int, default=random.randrange(1000000), help="where those start")
    parser.add_argument("--virtual", type=pathlib.Path,
                        help="libcamera's calls fail, at its virtual camera, with this preloaded for it")
    parser.add_argument("--scenarios", help="only these")
    parser.add_argument("--kinds", help="only these")
    parser.add_argument("--at", type=int, help="only this call")
    parser.add_argument("--also", action="append", default=[], help="another library to preload")
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    options.build = options.build.resolve()
    options.virtual = options.virtual and options.virtual.resolve()
    camera = options.virtual is not None
    options.scenarios = (options.scenarios.split(",") if options.scenarios else
                         [scenario.name for scenario in ALL if scenario.camera == camera])
    options.pickle = HERE.parent / "fuzz" / "corpus" / "pickle" / "numpy1-float64-2.pickle"
    return options


def main():
    options = read_options()
    began = time.monotonic()
    # On a disk where there is one: what lies in memory is never synced.
    options.work = pathlib.Path(tempfile.mkdtemp(prefix="torture-", dir=options.build))
    options.scenes = options.work / "scenes"
    results = []
    try:
        # Copies, so that a build meanwhile does not matter.
        options.program = shutil.copy2(options.build / "facegate_canned", options.work)
        options.preload = shutil.copy2(options.build / "fg_fail.so", options.work)
        subprocess.run([options.build / "fg_canned_scenes", options.scenes], check=True)
        counts, wanted = {}, set()
        first = Worker(options, "count")
        for name in options.scenarios:
            for kind, calls in first.run(name).items():
                if is_wanted(kind, options):
                    wanted.add(kind)
                    if calls:
                        counts[name, kind] = calls
        tasks = choose(counts, options)
        if options.at:
            tasks = [(name, kind, options.at) for name, kind in counts]
        print(f"{sum(counts.values())} calls, {len(tasks)} runs, seed {options.seed}", flush=True)
        processes = multiprocessing.get_context("spawn")
        numbers = processes.Queue()
        for number in range(options.jobs):
            numbers.put(number)
        with concurrent.futures.ProcessPoolExecutor(options.jobs, processes, start_worker, (options, numbers)) as pool:
            for done, result in enumerate(pool.map(run_task, tasks, chunksize=4), 1):
                results.append(result)
                if result.verdict == "fault":
                    print(f"fault: {result.scenario} {result.kind} {result.number} ({result.function}): "
                          f"{result.wrong[0].splitlines()[0]}", flush=True)
                if done % 500 == 0:
                    print(f"{done} of {len(tasks)} in {time.monotonic() - began:.0f} s, faults: "
                          f"{sum(r.verdict == 'fault' for r in results)}", flush=True)
        # A kind of libcamera's that no run reached is proven as little as a wrong name.
        missed = sorted(wanted - {r.kind for r in results if r.function}) if options.virtual else []
        return report(options, results, counts, missed, began)
    finally:
        shutil.rmtree(options.work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
