/* Frames kept in a folder: as they are, and with what was seen drawn on them. */
#include "debug/record.h"

#include "debug/annotate.h"
#include "facegate/camera/picture.h"
#include "facegate/delivery/jpeg.h"
#include "frame_results.h"
#include "testing.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define NOBODY 65534

static const char *const two[] = {"Ada", "Bob", NULL};

static frame_results all;
static char *folder;
static char *frames; /* not made yet */

static int open_folder(void **state)
{
    (void)state;
    folder = fg_testing_folder();
    frames = fg_testing_path(folder, "frames");
    return 0;
}

static int close_folder(void **state)
{
    (void)state;
    free(frames);
    fg_testing_remove(folder);
    return 0;
}

/*
 * What a real XML parser reads out of a document: the texts, a line each, then the JPEG's SHA-256.
 * To be freed.
 */
static char *read_svg(const char *path)
{
    static const char program[] =
        "import base64, hashlib, sys, xml.etree.ElementTree as tree\n"
        "svg = '{http://www.w3.org/2000/svg}'\n"
        "root = tree.parse(sys.argv[1]).getroot()\n"
        "assert root.tag == svg + 'svg' and root.get('viewBox') == '0 0 64 48', root.attrib\n"
        "for text in root.iter(svg + 'text'):\n"
        "    print(ascii(text.text), 0 <= int(text.get('x')) <= 64)\n"
        "for box in root.iter(svg + 'rect'):\n"
        "    print('box', *(box.get(name) for name in ('x', 'y', 'width', 'height')),\n"
        "          box.get('stroke-dasharray'))\n"
        "for group in root.iter(svg + 'g'):\n"
        "    if group.get('color'): print(group.get('color'))\n"
        "data = root.find(svg + 'image').get('{http://www.w3.org/1999/xlink}href')\n"
        "start = 'data:image/jpeg;base64,'\n"
        "assert data.startswith(start)\n"
        "print(hashlib.sha256(base64.b64decode(data[len(start):], validate=True)).hexdigest())\n";
    char *output = NULL;
    const char *argv[] = {"python3", "-c", program, path, NULL};
    if (fg_process_run(folder, argv, NULL, FG_TESTING_PATIENCE, &output) != 0) {
        fail_msg("%s", output);
    }
    return output;
}

/* What is drawn of the frame result, read back. */
static char *annotate(const void *jpeg, size_t size)
{
    fg_buffer svg = {0};
    char *path = fg_testing_path(folder, "one.svg");
    fg_annotate(&svg, &all.frame_result, jpeg, size);
    assert_false(svg.failed);
    fg_testing_write(path, svg.data, svg.size);
    fg_buffer_free(&svg);
    char *text = read_svg(path);
    free(path);
    return text;
}

static void what_was_seen_is_drawn_on_the_picture(void **state)
{
    (void)state;
    char expected[2000];
    char sum[65];
    frame_results_open(&all, two);
    all.frame_result.error = "the <engine> failed";
    int ada = frame_results_add(&all);
    frame_results_measure(&all, ada, 112, FG_QUALITY_GOOD);
    frame_results_match(&all, ada, 0, 0.31234, 1, 0.7);
    frame_results_decide(&all, ada, FG_ACCEPTED, 0, 0.31234);
    strcpy(all.reports[ada].event, "0d9c2f9a-4a43-4c0e-9d0e-7d6f6f1c2b3a");
    int dark = frame_results_add(&all);
    frame_results_measure(&all, dark, 31, FG_QUALITY_DARK);
    frame_results_decide(&all, dark, FG_REFUSED, -1, INFINITY);
    int lost = frame_results_add(&all);
    all.observations[lost].track.seen = false;
    frame_results_decide(&all, lost, FG_REFUSED, -1, 0.61);
    int alone = frame_results_add(&all);
    frame_results_match(&all, alone, -1, INFINITY, -1, INFINITY);
    fg_testing_sha256("no JPEG", 7, sum);
    char *text = annotate("no JPEG", 7);
    snprintf(expected, sizeof(expected),
             "'frame 12, 0.400 s: motion, searched everywhere' True\n"
             "'the <engine> failed' True\n"
             "'Ada' True\n"
             "'Accepted 0.312' True\n"
             "'view: 0.312 Ada' True\n"
             "'margin: 0.125' True\n"
             "'next: 0.700 Bob' True\n"
             "'event 0d9c2f9a' True\n"
             "'track 1.1' True\n"
             "'Refused' True\n"
             "'view: too dark: more light on the face' True\n"
             "'track 2.1' True\n"
             "'Refused 0.610' True\n"
             "'track 3.1, not seen' True\n"
             "'Undecided' True\n"
             "'view: nobody is enrolled' True\n"
             "'track 4.1' True\n"
             "box 10 20 30 31 None\nbox 10 20 30 31 None\n"
             "box 10 20 30 31 None\nbox 10 20 30 31 None\n"
             "box 12 21 30 31 None\nbox 12 21 30 31 8\n"
             "box 10 20 30 31 None\nbox 10 20 30 31 None\n"
             "#4cd964\n#ff5a4f\n#ff5a4f\n#ffc53d\n%s\n",
             sum);
    assert_string_equal(text, expected);
    free(text);
    frame_results_close(&all);
}

static void no_name_breaks_the_picture(void **state)
{
    (void)state;
    static const char *const names[] = {
        "</text></svg>",
        "\"'&amp;]]>",
        "\xE2\x80\xAE"
        "x",
        "\xEF\xBF\xBE\xEF\xBF\xBF",
        "\xF0\x9F\x98\x80",
        NULL,
    };
    frame_results_open(&all, names);
    for (int i = 0; names[i] != NULL; i++) {
        int face = frame_results_add(&all);
        frame_results_match(&all, face, i, 0.3, -1, INFINITY);
        frame_results_decide(&all, face, FG_ACCEPTED, i, 0.3);
    }
    char *text = annotate("", 0);
    assert_non_null(strstr(text, "'</text></svg>' True\n"));
    assert_non_null(strstr(text, "'view: 0.300 </text></svg>' True\n"));
    assert_non_null(strstr(text, "'\"\\'&amp;]]>' True\n"));
    assert_non_null(strstr(text, "'view: 0.300 \\u202ex' True\n"));
    assert_non_null(strstr(text, "'?"
                                 "?' True\n"));
    assert_non_null(strstr(text, "'\\U0001f600' True\n"));
    free(text);
    frame_results_close(&all);
}

static void text_stays_in_the_picture_wherever_the_face_is(void **state)
{
    (void)state;
    static const fg_box boxes[] = {
        {-40, -40, 50, 50}, {60, 40, 50, 50}, {-1000, 0, 10, 10}, {0, 0, 64, 48}};
    frame_results_open(&all, two);
    for (int i = 0; i < 4; i++) {
        int face = frame_results_add(&all);
        all.observations[face].track.face.box = boxes[i];
    }
    char *text = annotate("", 0);
    assert_non_null(strstr(text, "True"));
    assert_null(strstr(text, "False"));
    free(text);
    frame_results_close(&all);
}

static fg_record *open_record(enum fg_record_as as)
{
    fg_error error;
    fg_record *record = NULL;
    if (fg_record_open(frames, as, &record, &error) != 0) {
        fail_msg("%s", error.text);
    }
    return record;
}

static int mode_of(const char *path)
{
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    return info.st_mode & 07777;
}

static void recorded_frames_are_pictures_in_order_of_their_number(void **state)
{
    (void)state;
    fg_decoder *decoder = NULL;
    fg_frame again = {0};
    frame_results_open(&all, two);
    fg_record *record = open_record(FG_RECORD_PICTURES);
    assert_int_equal(fg_record_frame(record, &all.frame_result, NULL), 0);
    all.frame.sequence = 100;
    assert_int_equal(fg_record_frame(record, &all.frame_result, NULL), 0);
    assert_int_equal(fg_record_written(record).frames, 2);
    char *first = fg_testing_path(frames, "frame-00000012.jpg");
    char *second = fg_testing_path(frames, "frame-00000100.jpg");
    struct stat info;
    assert_int_equal(stat(first, &info), 0);
    assert_int_equal(fg_record_written(record).bytes, 2 * info.st_size);
    assert_null(fg_record_close(record));
    assert_null(fg_record_close(NULL));
    assert_int_equal(mode_of(frames), 0700);
    assert_int_equal(mode_of(first), 0600);
    assert_int_equal(mode_of(second), 0600);

    assert_int_equal(fg_decoder_create(&decoder), 0);
    assert_int_equal(fg_picture_load(decoder, first, true, &again, NULL), 0);
    assert_int_equal(again.width, 64);
    assert_int_equal(again.height, 48);
    for (int i = 0; i < 64 * 48; i++) {
        int was = all.frame.plane[0][i / 64 * all.frame.stride[0] + i % 64];
        int is = again.plane[0][i / 64 * again.stride[0] + i % 64];
        assert_in_range(is - was + 3, 0, 6);
    }
    fg_frame_release(&again);
    fg_decoder_free(decoder);
    free(first);
    free(second);
    frame_results_close(&all);
}

static void annotated_frames_hold_their_picture(void **state)
{
    (void)state;
    const uint8_t *data = NULL;
    size_t size = 0;
    char sum[65];
    fg_jpeg *jpeg = NULL;
    frame_results_open(&all, two);
    fg_record *record = open_record(FG_RECORD_ANNOTATED);
    assert_int_equal(fg_record_frame(record, &all.frame_result, NULL), 0);
    fg_record_close(record);
    assert_int_equal(fg_jpeg_create(80, &jpeg), 0);
    assert_int_equal(fg_jpeg_encode(jpeg, &all.frame, 0, 0, 64, 48, &data, &size, NULL), 0);
    fg_testing_sha256(data, size, sum);
    fg_jpeg_free(jpeg);
    char *path = fg_testing_path(frames, "frame-00000012.svg");
    char *text = read_svg(path);
    assert_non_null(strstr(text, sum));
    assert_int_equal(mode_of(path), 0600);
    free(path);
    free(text);
    frame_results_close(&all);
}

static void assert_refused(const char *path, enum fg_record_as as, int code, const char *why)
{
    char expected[1200];
    fg_error error = {""};
    fg_record *record = NULL;
    assert_int_equal(fg_record_open(path, as, &record, &error), code);
    assert_null(record);
    snprintf(expected, sizeof(expected), "%s %s: %s",
             as == FG_RECORD_PICTURES ? "--record" : "--annotate", path, why);
    assert_string_equal(error.text, expected);
}

static void a_folder_that_cannot_be_had_is_refused(void **state)
{
    (void)state;
    char *file = fg_testing_path(folder, "file");
    char *hidden = fg_testing_path(frames, ".hidden");
    fg_testing_write(file, "", 0);
    assert_refused(file, FG_RECORD_PICTURES, -ENOTDIR, "Not a directory");
    assert_refused("/no/such/folder", FG_RECORD_ANNOTATED, -ENOENT, "No such file or directory");
    assert_refused("", FG_RECORD_ANNOTATED, -ENOENT, "No such file or directory");
    assert_int_equal(mkdir(frames, 0700), 0);
    fg_testing_write(hidden, "", 0);
    assert_refused(frames, FG_RECORD_PICTURES, -ENOTEMPTY,
                   "the folder is not empty: empty it, or use another");
    assert_int_equal(unlink(hidden), 0);
    assert_int_equal(chmod(folder, 0755) + chmod(frames, 0755), 0);
    /* Root may write everywhere. */
    if (geteuid() == 0) {
        assert_int_equal(seteuid(NOBODY), 0);
    } else {
        assert_int_equal(chmod(frames, 0500), 0);
    }
    fg_error error = {""};
    fg_record *record = NULL;
    int result = fg_record_open(frames, FG_RECORD_PICTURES, &record, &error);
    if (getuid() == 0) {
        assert_int_equal(seteuid(0), 0);
    }
    assert_int_equal(result, -EACCES);
    assert_non_null(strstr(error.text, ": Permission denied"));
    assert_int_equal(access(frames, F_OK), 0);
    free(file);
    free(hidden);
}

static void a_folder_that_was_made_for_nothing_is_removed(void **state)
{
    (void)state;
    fg_record_close(open_record(FG_RECORD_PICTURES));
    assert_int_equal(access(frames, F_OK), -1);
    assert_int_equal(mkdir(frames, 0700), 0);
    fg_record_close(open_record(FG_RECORD_PICTURES));
    assert_int_equal(access(frames, F_OK), 0);
}

static void one_folder_is_distinguished_from_another(void **state)
{
    (void)state;
    char *other = fg_testing_path(folder, "other");
    char *link = fg_testing_path(folder, "link");
    fg_record *records[3] = {0};
    assert_int_equal(mkdir(frames, 0700) + symlink("frames", link), 0);
    assert_int_equal(fg_record_open(frames, FG_RECORD_PICTURES, &records[0], NULL), 0);
    assert_int_equal(fg_record_open(other, FG_RECORD_ANNOTATED, &records[1], NULL), 0);
    assert_int_equal(fg_record_open(link, FG_RECORD_ANNOTATED, &records[2], NULL), 0);
    assert_false(fg_record_is_same(records[0], records[1]));
    assert_true(fg_record_is_same(records[0], records[2]));
    for (int i = 0; i < 3; i++) {
        fg_record_close(records[i]);
    }
    free(other);
    free(link);
}

static void write_too_much(void *context)
{
    fg_error error = {""};
    assert_int_equal(fg_record_frame(context, &all.frame_result, &error), -EFBIG);
    assert_string_equal(error.text, "frame-00000012.jpg: File too large");
}

static void half_a_frame_is_never_there(void **state)
{
    (void)state;
    fg_error error = {""};
    frame_results_open(&all, two);
    fg_record *record = open_record(FG_RECORD_PICTURES);
    frame_results_on_a_small_disk(100, write_too_much, record);
    assert_int_equal(rmdir(frames), 0);
    assert_int_equal(fg_record_frame(record, &all.frame_result, &error), -ENOENT);
    assert_string_equal(error.text, "frame-00000012.jpg: No such file or directory");
    assert_int_equal(fg_record_written(record).frames, 0);
    fg_record_close(record);
    frame_results_close(&all);
}

#define in_a_folder(test) cmocka_unit_test_setup_teardown(test, open_folder, close_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_a_folder(what_was_seen_is_drawn_on_the_picture),
        in_a_folder(no_name_breaks_the_picture),
        in_a_folder(text_stays_in_the_picture_wherever_the_face_is),
        in_a_folder(recorded_frames_are_pictures_in_order_of_their_number),
        in_a_folder(annotated_frames_hold_their_picture),
        in_a_folder(a_folder_that_cannot_be_had_is_refused),
        in_a_folder(a_folder_that_was_made_for_nothing_is_removed),
        in_a_folder(one_folder_is_distinguished_from_another),
        in_a_folder(half_a_frame_is_never_there),
    };
    return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
