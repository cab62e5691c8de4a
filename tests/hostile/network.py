"""Another host: network namespaces joined by veth pairs, and a wire between two of them that does to frames what it is
reported. The wire copies them by itself, so that no queueing discipline of the kernel's is needed.

Source: namespaces(7), veth(4), packet(7); linux/ethtool.h."""

import collections
import concurrent.futures
import ctypes
import fcntl
import heapq
import os
import random
import select
import socket
import struct
import subprocess
import sys
import threading
import time

CLONE_NEWNET = 0x40000000
SIOCETHTOOL = 0x8946
OFFLOADS = (0x15, 0x17, 0x1F, 0x24, 0x2C)  # receive and transmit checksums, TSO, GSO, GRO
PACKET_OUTGOING = 4
ALL_PROTOCOLS = 3

libc = ctypes.CDLL(None, use_errno=True)


def enter(arguments):
    """Starts this program again in namespaces of its own, as their root and first process."""
    if os.environ.get("FG_HOSTILE_INSIDE"):
        return
    words = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]
    if os.geteuid() != 0:
        words += ["--map-root-user"]
    probe = subprocess.run([*words, "true"], capture_output=True, text=True)
    if probe.returncode != 0:
        sys.exit(f"NOT CHECKED: this machine gives no namespaces, which another host needs: {probe.stderr.strip()}")
    os.environ["FG_HOSTILE_INSIDE"] = "1"
    os.execvp(words[0], [*words, sys.executable, *arguments])


def ip(*words):
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"ip {' '.join(words)}: {done.stderr.strip()}")


def within(name, work, *arguments):
    """The result of work, done by a thread that is in this namespace; sockets that it made stay there."""
    result = []

    def run():
        fd = os.open(f"/run/netns/{name}", os.O_RDONLY)
        try:
            if libc.setns(fd, CLONE_NEWNET) != 0:
                result.append(OSError(ctypes.get_errno(), "setns"))
                return
            result.append(work(*arguments))
        except OSError as error:
            result.append(error)
        finally:
            os.close(fd)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if isinstance(result[0], Exception):
        raise result[0]
    return result[0]


def compute_checksums(interface):
    """No offloading: frames go over the wire as they would over a cable, whole and of its size."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for command in OFFLOADS:
            value = ctypes.create_string_buffer(struct.pack("II", command, 0))
            request = struct.pack("16sP16x", interface.encode(), ctypes.addressof(value))
            try:
                fcntl.ioctl(sock, SIOCETHTOOL, request)
            except OSError:
                pass  # one that this kernel does not have is not on either


def begin():
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
    ip("link", "set", "lo", "up")
    # So that a picture does not fit into the send buffer, as those of a real camera may not.
    with open("/proc/sys/net/ipv4/tcp_wmem", "w", encoding="ascii") as file:
        file.write("4096 16384 16384")
    for name in ("backend", "wire"):
        ip("netns", "add", name)
    ip("link", "add", "door0", "type", "veth", "peer", "name", "backend0", "netns", "backend")
    join("door0", "backend0", 77)


def join(here, there, net):
    ip("addr", "add", f"10.{net}.0.1/24", "dev", here)
    ip("link", "set", here, "up")
    ip("-netns", "backend", "addr", "add", f"10.{net}.0.2/24", "dev", there)
    ip("-netns", "backend", "link", "set", there, "up")


def listen(address, window=None):
    """With a window of so many bytes, what is not read stays with the sender."""
    def work():
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if window is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
        sock.bind((address, 0))
        sock.listen(64)
        return sock
    return within("backend", work)


class Wire:
    """A cable from this namespace to the backend's, through a third one."""

    def __init__(self, net):
        self.here, self.there, self.net = f"door{net}", f"backend{net}", net
        self.address = f"10.{net}.0.2"
        ends = [f"left{net}", f"right{net}"]
        ip("link", "add", self.here, "type", "veth", "peer", "name", ends[0], "netns", "wire")
        ip("-netns", "backend", "link", "add", self.there, "type", "veth", "peer", "name", ends[1], "netns", "wire")
        for end in ends:
            ip("-netns", "wire", "link", "set", end, "up")
        join(self.here, self.there, net)
        compute_checksums(self.here)
        within("backend", compute_checksums, self.there)
        self.sockets = [within("wire", self._open, end) for end in ends]
        self.dice = random.Random(net)
        self.carry = carry_well
        self.passed = self.spoilt = 0  # frames
        self.spoils = False  # whether it was ever asked to
        threading.Thread(target=self._run, daemon=True).start()

    @staticmethod
    def _open(name):
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL_PROTOCOLS))
        sock.bind((name, ALL_PROTOCOLS))
        return sock

    def _run(self):
        waiting, number = [], 0
        while True:
            now = time.monotonic()
            while waiting and waiting[0][0] <= now:
                _, _, to, frame = heapq.heappop(waiting)
                try:
                    self.sockets[to].send(frame)
                except OSError:
                    pass  # an end that is down takes none
            left = max(0, waiting[0][0] - now) if waiting else None
            for sock in select.select(self.sockets, [], [], left)[0]:
                try:
                    frame, place = sock.recvfrom(65536)
                except OSError:
                    continue
                if place[2] == PACKET_OUTGOING:
                    continue
                came = self.carry(self.dice, frame)
                self.passed += 1
                self.spoilt += came != [(0, frame)]
                for delay, carried in came:
                    number += 1
                    heapq.heappush(waiting, (time.monotonic() + delay, number, 1 - self.sockets.index(sock), carried))


def carry_well(_, frame):
    return [(0, frame)]


def carry_nothing(_, frame):
    return []


def lose(dice, frame):
    return [] if dice.random() < 0.2 else [(0, frame)]


def delay(dice, frame):
    """Some overtake others."""
    return [(dice.uniform(0.02, 0.2), frame)]


def double(dice, frame):
    return [(0, frame), (dice.uniform(0, 0.05), frame)]


def corrupt(dice, frame):
    """One bit of every eighth, behind the addresses."""
    if len(frame) < 60 or dice.random() > 0.125:
        return [(0, frame)]
    at, spoilt = dice.randrange(14, len(frame)), bytearray(frame)
    spoilt[at] ^= 1 << dice.randrange(8)
    return [(0, bytes(spoilt))]


def all_at_once(dice, frame):
    carried = []
    for _, lost in lose(dice, frame):
        for later, twice in double(dice, lost):
            carried += [(later + dice.uniform(0, 0.1), spoilt) for _, spoilt in corrupt(dice, twice)]
    return carried


def swallow_large(_, frame):
    """A tunnel that drops what is too large for it, and says nothing."""
    return [(0, frame)] if len(frame) <= 600 else []


def carries(how):
    def act(wire):
        wire.carry, wire.spoils = how, True
        return lambda: setattr(wire, "carry", carry_well)
    return act


def goes_down(wire):
    ip("link", "set", wire.here, "down")
    return lambda: ip("link", "set", wire.here, "up")


def far_end_goes_down(wire):
    ip("-netns", "backend", "link", "set", wire.there, "down")
    return lambda: ip("-netns", "backend", "link", "set", wire.there, "up")


def flaps(wire):
    stop, pool = threading.Event(), concurrent.futures.ThreadPoolExecutor(1)

    def run():
        while not stop.wait(0.4):
            ip("link", "set", wire.here, "down")
            time.sleep(0.2)
            ip("link", "set", wire.here, "up")

    flapping = pool.submit(run)

    def fix():
        stop.set()
        flapping.result()  # raises here what failed in there
    return fix


def routed(kind):
    def act(wire):
        ip("route", "add", kind, f"{wire.address}/32")
        return lambda: ip("route", "del", kind, f"{wire.address}/32")
    return act


def unaddressed(wire):
    """Nobody has the address any more."""
    ip("-netns", "backend", "addr", "del", f"{wire.address}/24", "dev", wire.there)
    ip("neigh", "flush", "dev", wire.here)

    def fix():
        ip("-netns", "backend", "addr", "add", f"{wire.address}/24", "dev", wire.there)
    return fix


def tiny(wire):
    ip("link", "set", wire.here, "mtu", "256")
    return lambda: ip("link", "set", wire.here, "mtu", "1500")


# `cuts`: no event gets through.
Link = collections.namedtuple("Link", "name act cuts", defaults=[False])
LINKS = (
    Link("link down at the door", goes_down, cuts=True),
    Link("link down at the backend", far_end_goes_down, cuts=True),
    Link("link flaps", flaps),
    Link("everything swallowed", carries(carry_nothing), cuts=True),
    Link("a fifth lost", carries(lose)),
    Link("delayed and reordered", carries(delay)),
    Link("everything twice", carries(double)),
    Link("bits flipped", carries(corrupt)),
    Link("all of these at once", carries(all_at_once)),
    Link("large frames swallowed", carries(swallow_large), cuts=True),
    Link("MTU of 256", tiny),
    Link("route: blackhole", routed("blackhole"), cuts=True),
    Link("route: prohibited", routed("prohibit"), cuts=True),
    Link("route: unreachable", routed("unreachable"), cuts=True),
    Link("nobody has the address", unaddressed, cuts=True),
)
