"""A core cannot be written, by the limit and by what the kernel asks first; and nobody else reads the memory."""

import os
import pathlib
import re
import resource
import signal
import subprocess
import time

import house
import pictures
import tokens

SIGNALS = (signal.SIGSEGV, signal.SIGABRT, signal.SIGQUIT, signal.SIGBUS)
FOLDER = pathlib.Path("/var/lib/facegate")


def unlimited():
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def readable(pid, what, user):
    """Whether a process of that user reads from /proc/PID/WHAT, where memory is asked for at a place that is there."""
    maps = pathlib.Path(f"/proc/{pid}/maps").read_text(encoding="ascii")
    start = int(maps.partition("-")[0], 16) if what == "mem" else 0
    code = f"import os; os.pread(os.open('/proc/{pid}/{what}', os.O_RDONLY), 1, {start})"
    return subprocess.run(["/usr/bin/python3", "-c", code], user=user, group=user, extra_groups=[], check=False,
                          stderr=subprocess.DEVNULL).returncode == 0


def wait_for(log, text, process):
    end = time.monotonic() + tokens.PATIENCE
    while text not in log.read_bytes():
        if time.monotonic() > end or process.poll() is not None:
            raise house.Failure(f"it never says {text!r}: {log.read_text()[-1000:]}")
        time.sleep(0.02)


def crash(words, text, number, name):
    """Starts it, waits until it has said that, and ends it by a signal: who read its memory, what limit it has, and
    whether a core was written."""
    log = pathlib.Path(f"/var/log/facegate/crash-{name}-{number}")
    before = set(FOLDER.iterdir())
    process = pictures.start(words, log, {"RUNTIME_DIRECTORY": "/run/facegate"}, preexec_fn=unlimited)
    try:
        wait_for(log, text, process)
        limits = pathlib.Path(f"/proc/{process.pid}/limits").read_text(encoding="ascii")
        limit = re.search(r"Max core file size +(\S+) +(\S+)", limits).group(1, 2)
        read = [what for what in ("mem", "environ") if readable(process.pid, what, house.USER)]
    finally:
        process.send_signal(number)
    # Not Popen.wait: it keeps to itself whether a core was dumped.
    _, status = os.waitpid(process.pid, 0)
    process.returncode = -number
    ended = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    left = [path for path in FOLDER.iterdir() if path not in before and path.name.startswith("core")]
    sizes = sum(path.stat().st_size for path in left)
    for path in left:
        path.unlink()
    return {"ended": ended == number, "dumped": os.WCOREDUMP(status), "files": len(left), "bytes": sizes,
            "limit": limit, "read": read}


def prove(token, report):
    pattern = pathlib.Path("/proc/sys/kernel/core_pattern").read_text(encoding="ascii").strip()
    away = tokens.Hostile(lambda t, at: time.sleep(tokens.PATIENCE) or b"")
    pictures.furnish(f"http://127.0.0.1:{away.port}", token.text)
    commands = {
        "run": (["run", "--config", pictures.CONFIG, "--source", f"images:{pictures.PICTURES}", "--loop", "--fps", 8],
                b"Face detected: "),
        "backend": (["backend", "--data", "/run/facegate/crashing", "--listen", "127.0.0.1:0", "--token-file",
                     tokens.KEYS / "token"], b"http://"),
    }
    report.title(f"Cores: RLIMIT_CORE is unlimited, core_pattern is \"{pattern}\"")
    for name, (words, text) in commands.items():
        seen = [crash([house.FACEGATE, *words], text, number, name) for number in SIGNALS]
        ended = all(one["ended"] for one in seen)
        report.check(ended and not any(one["dumped"] or one["files"] for one in seen),
                     f"facegate {name}, ended by {', '.join(number.name for number in SIGNALS)}: "
                     f"{sum(one['dumped'] for one in seen)} cores dumped, {sum(one['files'] for one in seen)} files")
        report.check(all(one["limit"] == ("0", "0") for one in seen),
                     f"facegate {name} has put its own limit to {seen[0]['limit'][0]}")
        report.check(not any(one["read"] for one in seen),
                     f"facegate {name}: another process of its user reads {', '.join(seen[0]['read']) or 'nothing'} of "
                     "it")
    other = crash(["/bin/sh", "-c", "echo there; exec sleep 60"], b"there", signal.SIGSEGV, "other")
    if other["dumped"]:
        report.check(True, f"to compare, another program: 1 core dumped, {other['files']} files of {other['bytes']} bytes")
    else:
        report.check(False, "this machine writes no cores where asked (core_pattern above; to compare, another program "
                     "left none either), so nothing is shown of those of facegate")
    report.check("environ" in other["read"],
                 f"to compare, another program: its user reads {', '.join(other['read']) or 'nothing'} of it")
    for unit in ("facegate", "facegate-backend"):
        text = (house.SOURCE / f"systemd/{unit}.service.in").read_text(encoding="utf-8")
        report.check("\nLimitCORE=0\n" in text, f"{unit}.service has LimitCORE=0")
    away.close()
