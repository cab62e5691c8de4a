"""The commands by which a person looks at a backend, at the worst of its answers: they end in time, with a clear line
for each thing that they asked for, and nothing of the answer reaches the terminal but what can be read."""

import collections
import re

import server
from door import TIMEOUT

WORST = ("nothing, and closes", "4 KiB of noise", "HTTP/0.9: a page", "endless 100", "endless headers",
         "one header without end", "escapes in a header", "escapes as reason phrase", "endless chunks",
         "endless trailers", "gzip bomb of 100 MB, 503", "redirect to a host of escapes", "401 with 3000 challenges",
         "201 and 30 000 brackets", "201, a path of raw escapes", "201 and JSON of 10 MB", "400 and 10 MB of escapes",
         "a 503 that never ends", "accepts and says nothing",
         "HTTP/2 frames", "503, and a hundred 201", "TLS: plain HTTP instead", "TLS: endless warnings",
         "TLS: certificate of escapes", "TLS: certificate of huge", "TLS: nothing, and stays")
LINE = 700  # characters
POSTS = 4  # requests of test-backend, the GET among them

Answer = collections.namedtuple("Answer", "name command code seconds said wrong")


def judge(output, code, wanted):
    wrong = []
    if code != 1:
        wrong.append("it did not end in time" if code is None else f"it ended with {code}")
    if server.printable(output):
        wrong.append(server.printable(output))
    lines = output.decode(errors="replace").splitlines()
    if any(len(line) > LINE for line in lines):
        wrong.append(f"a line of {max(map(len, lines))} characters")
    found = [line for line in lines if re.match(wanted, line)]
    return found, wrong


def check(door, port, malady):
    """test-backend and doctor, before a backend that is never well."""
    port.fall_ill(malady.act, 1 << 30)
    answers = []
    code, output, seconds = door.run(*door.command("test-backend"), POSTS * TIMEOUT + 5)
    found, wrong = judge(output, code, "FAIL|ok ")
    if len(output.splitlines()) != POSTS or len(found) != POSTS:
        wrong.append(f"{len(output.splitlines())} lines for {POSTS} requests: {output[:300]}")
    answers.append(Answer(malady.name, "test-backend", code, seconds, found[0] if found else "", wrong))
    code, output, seconds = door.run(*door.command("doctor"), TIMEOUT + 10)
    found, wrong = judge(output, code, r"error +backend\.")
    if len(found) != 1:
        wrong.append(f"{len(found)} lines say that the backend is wrong")
    answers.append(Answer(malady.name, "doctor", code, seconds, found[0] if found else "", wrong))
    return answers


def print_checks(answers, out):
    print(f"\n{'AT THE MALADY':44} {'COMMAND':12} {'EXIT':>4} {'TOOK':>7}  SAID FIRST", file=out)
    for answer in answers:
        print(f"{answer.name:44} {answer.command:12} {answer.code!s:>4} {answer.seconds:5.1f} s  {answer.said[:90]}",
              file=out)
        for wrong in answer.wrong:
            print(f"{'':44} WRONG: {wrong}", file=out)
