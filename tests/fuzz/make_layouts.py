#!/usr/bin/env python3
"""Makes the files in corpus/import: every layout in which encodings and names are found in the field.

    make_layouts.py corpus/import

The fuzzer starts from them, and tests/unit/gallery/import/test_layouts.c knows what must become of each, with the same
numbers as in make_pickles.py. Made with Debian 12's Python 3.11, numpy 1.24 and joblib 1.2. The classifiers are of
classes that have scikit-learn's names and attributes, so that scikit-learn is not needed.
"""
import collections
import datetime
import gzip
import io
import json
import math
import os
import pickle
import sys
import types

import joblib
import numpy

NAMES = ["Ada", "Ada", "Zoë"]


def numbers(encoding):
    return [0.4 * ((encoding * 37 + i * 11) % 1009 / 1009 - 0.5) for i in range(128)]


E = [numpy.array(numbers(n)) for n in range(3)]
LISTS = [numbers(n) for n in range(3)]
WHEN = datetime.datetime(2024, 2, 29, 12, 30)


def pickled(value, protocol=4):
    return pickle.dumps(value, protocol)


def dumped(value):
    return json.dumps(value, ensure_ascii=False).encode()


def saved(value):
    file = io.BytesIO()
    numpy.save(file, value, allow_pickle=True)
    return file.getvalue()


def zipped(save, *arrays, **named):
    file = io.BytesIO()
    save(file, *arrays, **named)
    return file.getvalue()


def jobbed(value, compress=0):
    file = io.BytesIO()
    joblib.dump(value, file, compress=compress)
    return file.getvalue()


def classifier(module, name, attributes):
    """An object of a class of that name, which need not exist anywhere."""
    parts = module.split(".")
    for count in range(len(parts)):
        sys.modules.setdefault(".".join(parts[: count + 1]), types.ModuleType(parts[count]))
    made = type(name, (), {"__module__": module})
    setattr(sys.modules[module], name, made)
    instance = made()
    instance.__dict__.update(attributes)
    return pickled(instance)


def serialized(values):
    """A vector of dlib as dlib serializes it: tested against dlib 19.24."""

    def integer(value):
        width = (abs(value).bit_length() + 7) // 8
        return bytes([width | (0x80 if value < 0 else 0)]) + abs(value).to_bytes(width, "little")

    def number(value):
        mantissa, exponent = math.frexp(value)
        mantissa, exponent = int(mantissa * 2**53), exponent - 53
        while mantissa and exponent < 0 and mantissa % 256 == 0:
            mantissa, exponent = mantissa // 256, exponent + 8
        return integer(mantissa) + integer(exponent)

    return integer(-len(values)) + integer(-1) + b"".join(number(value) for value in values)


def dlib_vector(values):
    """An object that pickles as dlib's vector does."""
    module = sys.modules.setdefault("_dlib_pybind11", types.ModuleType("_dlib_pybind11"))
    if not hasattr(module, "vector"):
        module.vector = type("vector", (), {"__module__": "_dlib_pybind11", "__getstate__": lambda self: (self.data,)})
    made = module.vector()
    made.data = serialized(values)
    return made


class Person:
    def __init__(self, name):
        self.name = name


def objects(values):
    made = numpy.empty(len(values), dtype=object)
    for i, value in enumerate(values):
        made[i] = value
    return made


FILES = {
    # A dict with a key for each.
    "two-keys.pickle": pickled({"encodings": E, "names": NAMES}),
    "two-keys-known.pkl": pickled({"known_encodings": E, "known_names": NAMES}),
    "two-keys-faces.pkl": pickled({"known_face_names": NAMES, "known_face_encodings": E}),
    "two-keys-capitals.pkl": pickled({"Encodings": E, "NAMES": NAMES}),
    "two-keys-embeddings.pkl": pickled({"embeddings": numpy.array(E), "names": numpy.array(NAMES)}),
    "two-keys-unusual.pkl": pickled({"encodings": E, "qui": NAMES, "version": 2}),
    "two-keys-labels.pkl": pickled({"face_encodings": E, "labels": NAMES}),
    "two-keys-ids.pkl": pickled({"encodings": E, "ids": [numpy.int64(7), numpy.int64(7), numpy.int64(8)]}),
    "two-keys-extras.pickle": pickled({"encodings": E, "names": NAMES, "ids": [numpy.int64(4)] * 3, "seen": {1, 2},
                                       "created": WHEN, "when": numpy.array(["2024-02-29"], dtype="M8[D]")}, 3),
    "two-keys-rows.pickle": pickled({"encodings": [e.reshape(1, 128) for e in E], "names": NAMES}),
    "two-keys-lists.pickle": pickled({"encodings": [[e] for e in E], "names": NAMES}),
    "two-keys-columns.pickle": pickled({"encodings": [e.reshape(128, 1) for e in E], "names": NAMES}),
    "two-keys-cube.pickle": pickled({"encodings": numpy.array(E).reshape(3, 1, 128), "names": NAMES}),
    "two-keys-bytes.pickle": pickled({"encodings": E, "names": numpy.array([n.encode() for n in NAMES])}),
    "two-keys-objects.pickle": pickled({"encodings": objects(E), "names": objects(NAMES)}, 2),
    "two-keys-ordered.pickle": pickled(collections.OrderedDict(encodings=E, names=NAMES), 2),
    "two-keys-inside.pickle": pickled({"version": 1, "data": {"encodings": E, "names": NAMES}}),
    "two-keys-each.pickle": pickled({"names": ["Ada", "Zoë"], "encodings": [[E[0], E[1]], [E[2]]]}),
    "two-keys-bad.pickle": pickled({"encodings": [*E, E[0][:127], None, E[1], []],
                                    "names": [*NAMES, "Bob", "Bob", None, "Bob"]}),
    "two-keys-packed.pickle.gz": gzip.compress(pickled({"encodings": E, "names": NAMES}), mtime=0),
    "two-keys-short.pickle": pickled({"encodings": E, "names": NAMES[:2]}),
    "two-keys-other.pickle": pickled({"encodings": [e / numpy.linalg.norm(e) for e in E], "names": NAMES}),
    "two-keys-512.pickle": pickled({"encodings": [numpy.tile(e, 4) for e in E], "names": NAMES}),
    "two-keys-twice.pickle": pickled({"encodings": E, "first_name": NAMES, "last_name": ["L.", "L.", "Z."]}),
    # Two series side by side.
    "list-of-two.p": pickled([E, NAMES]),
    "list-of-two-ids.p": pickled([E, ["321654", "321654", "852741"]]),
    "list-of-two-integers.p": pickled([E, [7, 7, 8]]),
    "list-of-two-turned.p": pickled([NAMES, E]),
    "list-of-three.p": pickled([E, NAMES, [3, 3, 5]]),
    "list-of-two-short.p": pickled([E, NAMES[:2]]),
    "tuple-of-two.pkl": pickled((E, NAMES)),
    "tuple-of-arrays.pkl": pickled((numpy.array(E), numpy.array(NAMES))),
    # A dict of names.
    "names.dat": pickled({"Ada": E[0], "Zoë": E[2]}),
    "names-lists.dat": pickled({"Ada": [E[0], E[1]], "Zoë": [E[2]]}),
    "names-arrays.dat": pickled(collections.defaultdict(list, {"Ada": numpy.array(E[:2]), "Zoë": E[2]})),
    "names-plain.dat": pickled({"Ada": LISTS[:2], "Zoë": LISTS[2], "size": 3}, 0),
    "names-records.dat": pickled({"Ada": {"encodings": E[:2], "added": WHEN}, "Zoë": {"encoding": E[2], "id": 4}}),
    "ids-lists.dat": pickled({7: [E[0], E[1]], 8: [E[2]]}),
    "names.npy": saved({"Ada": E[:2], "Zoë": E[2]}),
    # A list of entries.
    "records.pickle": pickled([{"name": n, "encoding": e, "path": "a.jpg"} for n, e in zip(NAMES, E)]),
    "records-pairs.pickle": pickled(list(zip(NAMES, E))),
    "records-pairs-turned.pickle": pickled([[e, n] for n, e in zip(NAMES, E)]),
    "records-nameless.pickle": pickled([{"imagePath": "a.jpg", "loc": (1, 2, 3, 4), "encoding": e} for e in E]),
    "records-bad.pickle": pickled([{"name": n, "encoding": e} for n, e in zip(NAMES, E)] + [{"name": "Bob"}, 3]),
    # JSON.
    "names.json": dumped({"Ada": LISTS[:2], "Zoë": LISTS[2]}),
    "two-keys.json": dumped({"encodings": LISTS, "names": NAMES, "model": "hog"}),
    "list-of-two.json": dumped([LISTS, NAMES]),
    "records.json": dumped([{"name": n, "encoding": e, "id": 1} for n, e in zip(NAMES, LISTS)]),
    "records-people.json": dumped({"people": [{"name": "Ada", "embeddings": LISTS[:2]},
                                              {"name": "Zoë", "embeddings": LISTS[2:]}], "count": 2}),
    "ada.dat": dumped([{"time": 1, "label": "Initial model", "id": 0, "data": LISTS[:1]},
                       {"time": 2, "label": "glasses", "id": 1, "data": LISTS[1:2]}]),
    "nan.json": b'\xef\xbb\xbf{"Ada": %s, "Zo\xc3\xab": [NaN, %s]}' % (dumped(LISTS[0]), dumped(LISTS[1][1:])[1:-1]),
    # numpy's archives.
    "two-keys.npz": zipped(numpy.savez, encodings=numpy.array(E), names=numpy.array(NAMES)),
    "two-keys-packed.npz": zipped(numpy.savez_compressed, encodings=numpy.array(E), names=numpy.array(NAMES)),
    "two-keys-objects.npz": zipped(numpy.savez_compressed, names=objects(NAMES), encodings=objects(E)),
    "numbered.npz": zipped(numpy.savez, numpy.asfortranarray(numpy.array(E, dtype=">f4")), numpy.array(NAMES)),
    "names.npz": zipped(numpy.savez, Ada=numpy.array(E[:2]), **{"Zoë": E[2]}),
    # joblib.
    "two-keys.joblib": jobbed({"encodings": E, "names": NAMES}),
    "rows.joblib": jobbed((numpy.array(E), numpy.array(NAMES))),
    "two-keys-packed.joblib": jobbed({"encodings": E, "names": NAMES}, 3),
    # dlib's own vectors.
    "two-keys-vectors.pickle": pickled({"encodings": [dlib_vector(row) for row in LISTS], "names": NAMES}),
    # Encodings in one file, names in another.
    "only-encodings.npy": saved(numpy.array(E)),
    "only-names.npy": saved(numpy.array(NAMES)),
    "only-encodings.pkl": pickled(E),
    "only-names.pkl": pickled(NAMES),
    "only-map.pkl": pickled({7: "Ada", 8: "Zoë"}),
    "only-ids.json": dumped({"Ada": 7, "Zoë": 8}),
    # What no encodings are in, or none that can be found.
    "neighbours.clf": classifier("sklearn.neighbors._classification", "KNeighborsClassifier",
                                 {"_fit_X": numpy.array(E), "classes_": numpy.array(["Ada", "Zoë"])}),
    "vectors.pkl": classifier("sklearn.svm._classes", "SVC", {"gamma": "scale"}),
    "objects.pkl": pickled([Person("Ada"), Person("Zoë")]),
    "two-ways.pkl": pickled({"faces": E, "persons_seen": NAMES, "Bob": E[0]}),
    "two-readings.pkl": pickled({"faces": E, "qui": NAMES}),
    "own.json": dumped({"format": "facegate-encodings", "version": 1, "people": []}),
}


def main():
    for name, data in FILES.items():
        with open(os.path.join(sys.argv[1], name), "wb") as file:
            file.write(data)


main()
