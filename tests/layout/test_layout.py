#!/usr/bin/python3
"""Does layout.py see each fault that it is there for? In small houses made for it, one fault in each."""

import pathlib
import re
import tempfile
import unittest

import layout

# A call from another file, and what is called.
CALL = '/* Calls. */\n#include "{header}"\n\nvoid fg_{name}(void)\n{{\n    fg_{other}();\n}}\n'


class Layout(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = pathlib.Path(self.folder.name)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def faults(self, retired=()):
        return layout.check(self.root, list(retired))

    def expect(self, *parts):
        """One fault, in which all of this stands."""
        faults = self.faults()
        self.assertEqual(len(faults), 1, faults)
        for part in parts:
            self.assertIn(part, faults[0])

    def write_public(self, room):
        self.write(f"include/facegate/{room}/thing.h", "void fg_thing(void);\n")

    def test_a_house_in_order_has_no_faults(self):
        self.write("include/facegate/frame.h", "")
        self.write_public("camera")
        self.write("src/vision/own.h", '#include "facegate/camera/thing.h"\n')
        self.write("src/vision/finder.c", '/* Finds. */\n#include "own.h"\n#include "facegate/frame.h"\n')
        self.write("src/vision/CMakeLists.txt", "fg_room(vision\n  SOURCES finder.c\n  LIBRARIES fg_camera)\n")
        self.assertEqual(self.faults(), [])

    def test_each_forbidden_direction_is_refused_and_no_other(self):
        for room, may in layout.MAY_USE.items():
            for other in layout.MAY_USE:
                if other == room:
                    continue
                for includer in (f"src/{room}/from.c", f"src/{room}/deep/from.h", f"include/facegate/{room}/from.h"):
                    with self.subTest(room=room, other=other, includer=includer):
                        self.setUp()
                        self.write_public(other)
                        self.write(includer, f'/* From. */\n#include "facegate/{other}/thing.h"\n')
                        if other in may:
                            self.assertEqual(self.faults(), [])
                        else:
                            self.expect(includer, f"{room} must not know {other}")

    def test_every_way_to_write_an_include_is_seen(self):
        self.write_public("gallery")
        for line in ("#include <facegate/gallery/thing.h>", '#include"facegate/gallery/thing.h"',
                     '  # include  "facegate/gallery/thing.h"'):
            with self.subTest(line=line):
                self.write("src/vision/a.c", f"/* A. */\n{line}\n")
                self.expect("src/vision/a.c", "vision must not know gallery")

    def test_each_forbidden_link_is_refused(self):
        for room, may in layout.MAY_USE.items():
            for other in set(layout.MAY_USE) - may - {room}:
                with self.subTest(room=room, other=other):
                    self.setUp()
                    self.write(f"src/{room}/CMakeLists.txt", f"fg_room({room}\n  SOURCES a.c\n  LIBRARIES fg_{other})\n")
                    self.expect(f"links {other}, which {room} must not know")

    def test_a_link_that_is_not_used_or_not_there_is_refused(self):
        self.write_public("base")
        self.write("src/camera/camera.c", '/* Gives frames. */\n#include "facegate/base/thing.h"\n')
        self.write("src/camera/CMakeLists.txt", "fg_room(camera\n  SOURCES camera.c)\n")
        self.expect("does not link base, which camera uses")
        self.write("src/camera/camera.c", "/* Gives frames. */\n")
        self.write("src/camera/CMakeLists.txt", "fg_room(camera\n  SOURCES camera.c\n  LIBRARIES fg_base)\n")
        self.expect("links base, which camera does not use")

    def test_a_private_header_of_another_room_is_not_found(self):
        self.write("src/gallery/store.h", "")
        for included in ("store.h", "gallery/store.h", "../gallery/store.h"):
            with self.subTest(included=included):
                self.write("src/decision/judge.c", f'/* Judges. */\n#include "{included}"\n')
                self.expect("src/decision/judge.c", included)

    def test_what_every_room_speaks_stands_on_no_room(self):
        self.write_public("base")
        self.write("include/facegate/frame.h", '#include "facegate/base/thing.h"\n')
        self.expect("include/facegate/frame.h", "stands on no room")

    def test_an_unknown_room_is_refused(self):
        self.write("src/attic/old.c", "/* Old. */\n")
        self.expect('"attic" is no room')

    def test_a_circle_of_headers_is_found(self):
        self.write("src/base/a.h", '#include "b.h"\n')
        self.write("src/base/b.h", '#include "c.h"\n')
        self.write("src/base/c.h", '#include "a.h"\n')
        self.expect("circle: src/base/a.h -> src/base/b.h -> src/base/c.h -> src/base/a.h")

    def test_a_circle_of_calls_is_found(self):
        self.write("src/base/both.h", "void fg_one(void);\nvoid fg_two(void);\n")
        self.write("src/base/one.c", CALL.format(header="both.h", name="one", other="two"))
        self.write("src/base/two.c", CALL.format(header="both.h", name="two", other="one"))
        self.expect("circle: src/base/one.c -> src/base/two.c -> src/base/one.c")
        # A text or a comment that names a function is no call, and a text may hold what looks like a comment.
        self.write("src/base/two.c", '/* Not fg_one. */\nvoid fg_two(void)\n{\n    puts("/* fg_one");\n}\n')
        self.assertEqual(self.faults(), [])
        self.write("src/base/two.c", '/* Two. */\nvoid fg_two(void)\n{\n    puts("/*");\n    fg_one();\n}\n')
        self.expect("circle: ")

    def test_a_circle_through_a_table_is_found(self):
        self.write("src/base/both.h", "extern const int fg_table[];\nvoid fg_two(void);\n")
        self.write("src/base/one.c", "/* One. */\nconst void *const fg_table[] = {\n    fg_two,\n};\n")
        self.write("src/base/two.c", CALL.format(header="both.h", name="two", other="table"))
        self.expect("circle: ")

    def test_a_file_past_600_lines_is_found(self):
        for name in ("src/base/long.c", "include/facegate/base/long.h", "tests/long.py", "src/backend/page/long.js"):
            with self.subTest(name=name):
                self.setUp()
                self.write(name, "/* Long. */\n" + "\n" * 599)
                self.assertEqual(self.faults(), [])
                self.write(name, "/* Long. */\n" + "\n" * 600)
                self.expect(name, "601 lines")

    def test_a_source_without_a_purpose_is_found(self):
        self.write("src/base/quiet.c", '#include "quiet.h"\n')
        self.write("src/base/quiet.h", "")
        self.expect("src/base/quiet.c", "begins with no comment")

    def test_each_retired_name_is_found_wherever_it_stands(self):
        names = pathlib.Path(layout.__file__).with_name("retired.txt").read_text().splitlines()
        retired = layout.read_retired(pathlib.Path(layout.__file__).with_name("retired.txt"))
        self.assertGreater(len(retired), 15)
        samples = {"fg_(?!finder_)\\w+_look(_\\w+)?": "fg_motion_look", "mend(s|ed|ing)?": "mended"}
        for line in names:
            rule = line.partition(": ")[0]
            if not line.strip() or line.startswith("#"):
                continue
            sample = samples.get(rule, re.sub(r"s\?$", "", rule))
            for place in ("src/base/a.h", "tests/unit/a.py", "docs/a.md", "README.md"):
                for text in (sample, sample.capitalize(), f"the {sample}, once", f"{sample}_free"):
                    with self.subTest(rule=rule, place=place, text=text):
                        self.setUp()
                        self.write(place, text + "\n")
                        faults = self.faults(retired)
                        self.assertTrue(faults and "was given up" in faults[0] and place in faults[0], (text, faults))
        self.setUp()
        self.write("src/base/fine.h", "recommend, amended, bookkeeping, momentum; fg_finder_look, fg_file_watch, look at it\n")
        self.assertEqual(self.faults(retired), [])
        self.write("src/base/doorkeeper.h", "\n")
        self.assertIn("its name", self.faults(retired)[0])


if __name__ == "__main__":
    unittest.main(verbosity=2)
