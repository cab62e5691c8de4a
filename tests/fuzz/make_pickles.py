#!/usr/bin/env python3
"""Makes the pickles in corpus/pickle, which the fuzzer starts from and the unit tests read.

    make_pickles.py corpus/pickle         those committed
    make_pickles.py --all FOLDER          every form with every protocol

File names tell numpy's major version, the form and the protocol: numpy1-float64-2.pickle. Those with numpy1 were made by
Debian 12's Python 3.11 and numpy 1.24, those with numpy2 by Debian 13's Python 3.13 and numpy 2.2, with this script in
both. The tests know the numbers by the same formula and need no Python.
"""
import os
import pickle
import pickletools
import sys

import numpy

NAMES = ["Ada", "Zoë \u2603 \U0001d51b", "Ada"]


def numbers(encoding):
    """The numbers of the n-th encoding, counted from 0, which is as long as dlib's; few fit a float32 exactly."""
    return [0.4 * ((encoding * 37 + i * 11) % 1009 / 1009 - 0.5) for i in range(128)]


def arrays(kind):
    return [numpy.array(numbers(n), dtype=kind) for n in range(3)]


def every_other(n):
    """An array that is not in one piece."""
    return numpy.repeat(numpy.array(numbers(n)), 2)[::2]


class System:
    """What must never run: a file where the tests look for it."""

    def __reduce__(self):
        return os.system, ("touch facegate-was-here",)


def people(encodings, names=None):
    return {"encodings": encodings, "names": NAMES if names is None else names}


FORMS = {
    "float64": lambda: people(arrays("<f8")),
    "float32": lambda: people(arrays("<f4")),
    "big": lambda: people([arrays(">f8")[0], arrays(">f4")[1], arrays(">f8")[2]]),
    "lists": lambda: people([numbers(n) for n in range(3)]),
    "tuples": lambda: people(tuple(tuple(numbers(n)) for n in range(3)), tuple(NAMES)),
    "scalars": lambda: people([list(array) for array in arrays("f8")], [numpy.str_(name) for name in NAMES]),
    "rows": lambda: people(numpy.array(arrays("f8")), numpy.array(NAMES)),
    "columns": lambda: people(numpy.asfortranarray(arrays("f4"))),
    "pieces": lambda: people([every_other(n) for n in range(3)]),
    "repeated": lambda: people([(array := arrays("f8")[0]), arrays("f8")[1], array]),
    "system": lambda: people([System()]),
}
COMMITTED = {
    1: {"float64": range(6), "float32": range(6), "big": (0, 2, 5), "lists": (0, 1, 4), "tuples": (0, 4),
        "scalars": (0, 2, 4), "rows": (0, 2, 5), "columns": (0, 4, 5), "pieces": (3, 5), "repeated": (0, 1, 5),
        "system": (0, 2, 4)},
    2: {"float64": range(6), "columns": (4, 5), "rows": (5,), "scalars": (4,), "pieces": (5,)},
}


def main():
    every = "--all" in sys.argv
    folder = sys.argv[-1]
    major = int(numpy.__version__.split(".", maxsplit=1)[0])
    for form, make in FORMS.items():
        for protocol in range(6) if every else COMMITTED[major].get(form, ()):
            path = os.path.join(folder, f"numpy{major}-{form}-{protocol}.pickle")
            with open(path, "wb") as file:
                pickle.dump(make(), file, protocol)
    if major == 1:
        with open(os.path.join(folder, "numpy1-optimized-2.pickle"), "wb") as file:
            file.write(pickletools.optimize(pickle.dumps(FORMS["float64"](), 2)))


main()
