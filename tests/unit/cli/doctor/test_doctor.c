/* doctor's checks of the machine, on files that are brought along, and how a checkup is printed. */
#include "doctor/account.h"
#include "doctor/check_board.h"
#include "doctor/check_clock.h"
#include "doctor/check_permissions.h"
#include "doctor/checkup.h"
#include "facegate/clock.h"
#include "testing.h"

#include <errno.h>
#include <grp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include <cmocka.h>

static char *root;
static fg_checkup *checkup;

static int set_up(void **state)
{
    (void)state;
    root = fg_testing_folder();
    checkup = fg_checkup_create();
    assert_non_null(checkup);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fg_checkup_free(checkup);
    fg_testing_remove(root);
    return 0;
}

/* A file below the root, with the folders before it. */
static void put(const char *path, const char *text)
{
    char whole[512];
    snprintf(whole, sizeof(whole), "%s%s", root, path);
    for (char *slash = whole + strlen(root) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        assert_true(mkdir(whole, 0755) == 0 || errno == EEXIST);
        *slash = '/';
    }
    fg_testing_write(whole, text, strlen(text));
}

static void take_away(const char *path)
{
    char whole[512];
    snprintf(whole, sizeof(whole), "%s%s", root, path);
    assert_true(unlink(whole) == 0 || errno == ENOENT || errno == ENOTDIR);
}

/* The checkup so far as it is printed, without the summary; the next starts afresh. */
static void expect_lines(const char *expected)
{
    char *text = NULL;
    size_t size = 0;
    FILE *output = open_memstream(&text, &size);
    assert_non_null(output);
    fg_checkup_print(checkup, 200, output);
    fclose(output);
    char *summary = strstr(text, "\n\n");
    assert_non_null(summary);
    summary[1] = '\0';
    assert_string_equal(text, expected);
    free(text);
    fg_checkup_free(checkup);
    checkup = fg_checkup_create();
}

static void a_board_that_is_no_pi_is_distinguished_from_one(void **state)
{
    (void)state;
    fg_check_board(checkup, root);
    expect_lines("n/a      board.temperature no sensor\n"
                 "n/a      board.throttling  not a Raspberry Pi\n");
    put("/proc/device-tree/model", "Some Other Board 4");
    put("/sys/class/thermal/thermal_zone0/temp", "85000\n");
    put("/sys/class/thermal/thermal_zone1/temp", "41000\n");
    fg_check_board(checkup, root);
    expect_lines("ok       board.temperature 85 degrees Celsius\n"
                 "n/a      board.throttling  not a Raspberry Pi\n");
    put("/sys/class/thermal/thermal_zone1/temp", "91000\n");
    put("/sys/class/thermal/thermal_zone2/temp", "broken\n");
    put("/sys/class/thermal/thermal_zone3/temp", "999000\n");
    fg_check_board(checkup, root);
    expect_lines(
        "warning  board.temperature 91 degrees Celsius\n"
        "         fix: add a heat sink or a fan, keep the sun off the box, or lower [camera] fps\n"
        "n/a      board.throttling  not a Raspberry Pi\n");
}

static void a_pi_tells_how_it_is(void **state)
{
    (void)state;
    static const char cooler[] =
        "         fix: add a heat sink or a fan, or keep the sun off the box\n";
    static const char supply[] =
        "         fix: use the Raspberry Pi's own power supply and a short, thick cable\n";
    static const struct {
        const char *bits, *line, *fix;
    } table[] = {
        {"0\n", "ok       board.throttling  none, now or since boot\n", ""},
        {"1\n", "error    board.throttling  now: voltage too low\n", supply},
        {"50005\n", "error    board.throttling  now: voltage too low, throttled\n", supply},
        {"0xe0008\n", "error    board.throttling  now: temperature near its limit\n", cooler},
        {"6\n", "error    board.throttling  now: frequency capped, throttled\n", cooler},
        {"10000\n", "warning  board.throttling  since boot: voltage too low\n", supply},
        {"80000\n", "warning  board.throttling  since boot: temperature near its limit\n", cooler},
        {"what\n",
         "skipped  board.throttling  not checked: the firmware does not report it "
         "(get_throttled)\n",
         ""},
    };
    put("/proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.4");
    put("/sys/class/thermal/thermal_zone0/temp", "48300\n");
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char expected[512];
        put("/sys/devices/platform/soc/soc:firmware/get_throttled", table[i].bits);
        snprintf(expected, sizeof(expected), "ok       board.temperature 48 degrees Celsius\n%s%s",
                 table[i].line, table[i].fix);
        fg_check_board(checkup, root);
        expect_lines(expected);
    }
}

static void a_hot_pi_is_wrong_before_other_boards_are(void **state)
{
    (void)state;
    static const struct {
        const char *temp, *verdict;
    } table[] = {{"69900\n", "ok "}, {"70000\n", "warning "}, {"80000\n", "error "}};
    put("/proc/device-tree/model", "Raspberry Pi Zero 2 W Rev 1.0");
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char *text = NULL;
        size_t size = 0;
        put("/sys/class/thermal/thermal_zone0/temp", table[i].temp);
        fg_check_board(checkup, root);
        FILE *output = open_memstream(&text, &size);
        fg_checkup_print(checkup, 80, output);
        fclose(output);
        assert_int_equal(strncmp(text, table[i].verdict, strlen(table[i].verdict)), 0);
        free(text);
        fg_checkup_free(checkup);
        checkup = fg_checkup_create();
    }
}

static void memory_must_do_for_the_daemon(void **state)
{
    (void)state;
    static const char fix[] = "         fix: stop programs you do not need; \"ps -eo rss,args "
                              "--sort=-rss | head\" shows the largest\n";
    static const struct {
        const char *info;
        bool runs;
        const char *line, *fix;
    } table[] = {
        {"MemTotal: 1024000 kB\nMemAvailable: 512000 kB\n", false,
         "ok       memory            500 of 1000 MiB are free; the daemon needs about 75 MiB\n",
         ""},
        {"MemTotal: 1024000 kB\nMemAvailable: 102400 kB\n", false,
         "warning  memory            100 of 1000 MiB are free; the daemon needs about 75 MiB\n",
         fix},
        {"MemTotal: 1024000 kB\nMemAvailable: 51200 kB\n", false,
         "error    memory            50 of 1000 MiB are free; the daemon needs about 75 MiB\n",
         fix},
        {"MemTotal: 1024000 kB\nMemAvailable: 51200 kB\n", true,
         "ok       memory            50 of 1000 MiB are free; the daemon already has its memory\n",
         ""},
        {"nothing\n", false,
         "skipped  memory            not checked: /proc/meminfo cannot be read\n", ""},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char expected[512];
        snprintf(expected, sizeof(expected), "%s%s", table[i].line, table[i].fix);
        put("/proc/meminfo", table[i].info);
        fg_check_memory(checkup, root, table[i].runs);
        expect_lines(expected);
    }
}

static void swap_is_not_for_frames(void **state)
{
    (void)state;
    static const char header[] = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n";
    static const char file[] =
        "/var/swap                               file\t\t524284\t\t0\t\t-2\n";
    static const char none[] = "ok       memory.swap       this machine has no swap\n";
    static const char kept[] = "ok       memory.swap       systemd keeps the service out of swap\n";
    static const char unknown[] = "skipped  memory.swap       not checked: "
                                  "/sys/fs/cgroup/cgroup.controllers cannot be read\n";
    static const char written[] =
        "warning  memory.swap       pictures of faces may be written to /var/swap: systemd cannot "
        "keep the service out of swap without the kernel's memory controller\n"
        "         fix: add cgroup_enable=memory to the kernel's command line (on a Raspberry Pi in "
        "/boot/firmware/cmdline.txt) and reboot; until then \"sudo swapoff -a\"\n";
    static const struct {
        const char *controllers, *swap, *lines;
    } table[] = {
        {NULL, "", none},
        {"cpuset cpu io pids\n", "", none},
        {NULL, file, unknown},
        {"cpuset cpu io memory pids\n", file, kept},
        {"memory\n", file, kept},
        {"cpuset cpu io pids\n", file, written},
        {"cpuset memory_recursiveprot not-memory\n", file, written},
        {"", file, written},
    };
    fg_check_swap(checkup, root);
    expect_lines(none);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char swaps[256];
        snprintf(swaps, sizeof(swaps), "%s%s", header, table[i].swap);
        put("/proc/swaps", swaps);
        if (table[i].controllers != NULL) {
            put("/sys/fs/cgroup/cgroup.controllers", table[i].controllers);
        } else {
            take_away("/sys/fs/cgroup/cgroup.controllers");
        }
        fg_check_swap(checkup, root);
        expect_lines(table[i].lines);
    }
}

static void the_clock_is_synchronised_or_not_or_its_hosts(void **state)
{
    (void)state;
    const int64_t then = INT64_C(1800000000) * FG_NS_PER_S;
    char now[32], expected[512];
    fg_clock_format(then, now);
    fg_kernel_clock good = {.state = TIME_OK, .realtime = then};
    fg_kernel_clock unset = {.state = TIME_ERROR, .status = STA_UNSYNC, .realtime = then};
    fg_kernel_clock early = {.state = TIME_OK, .realtime = 0};

    fg_check_clock(checkup, root, &good);
    snprintf(expected, sizeof(expected), "ok       clock.time        %s, synchronised\n", now);
    expect_lines(expected);
    fg_check_clock(checkup, root, &unset);
    snprintf(expected, sizeof(expected),
             "warning  clock.time        %s, not synchronised\n"
             "         fix: \"sudo timedatectl set-ntp true\"; events are sent with this clock's "
             "time\n",
             now);
    expect_lines(expected);
    put("/.dockerenv", "");
    fg_check_clock(checkup, root, &unset);
    snprintf(expected, sizeof(expected),
             "n/a      clock.time        %s; in a container the host sets the clock\n", now);
    expect_lines(expected);
    put("/run/systemd/timesync/synchronized", "");
    fg_check_clock(checkup, root, &unset);
    snprintf(expected, sizeof(expected), "ok       clock.time        %s, synchronised\n", now);
    expect_lines(expected);
    fg_check_clock(checkup, root, &early);
    fg_clock_format(0, now);
    snprintf(expected, sizeof(expected),
             "error    clock.time        the clock says %s, which is wrong\n"
             "         fix: \"sudo timedatectl set-ntp true\", or without a network \"sudo date -s "
             "'YYYY-MM-DD HH:MM'\"\n",
             now);
    expect_lines(expected);
}

/* Somebody who is neither the owner of what the test makes nor root, in its group or not. */
static fg_account somebody(bool in_group)
{
    static gid_t groups[2];
    groups[0] = getegid();
    groups[1] = getegid() + 4711;
    return (fg_account){.name = "facegate",
                        .uid = geteuid() + 4711,
                        .groups = in_group ? &groups[0] : &groups[1],
                        .group_count = 1};
}

static void set_mode(const char *path, mode_t mode)
{
    char whole[512];
    snprintf(whole, sizeof(whole), "%s%s", root, path);
    assert_int_equal(chmod(whole, mode), 0);
}

static void what_an_account_may_goes_by_mode_owner_and_groups(void **state)
{
    (void)state;
    static const struct {
        mode_t mode;
        int owner, member, other; /* whether each may read and write */
    } table[] = {
        {0600, 1, 0, 0}, {0660, 1, 1, 0}, {0666, 1, 1, 1}, {0606, 1, 0, 1},
        {0066, 0, 1, 1}, {0644, 1, 0, 0}, {0640, 1, 0, 0}, {0000, 0, 0, 0},
    };
    char path[512];
    fg_account owner = somebody(true), member = somebody(true), other = somebody(false);
    fg_account super = {.uid = 0};
    put("/folder/file", "");
    snprintf(path, sizeof(path), "%s/folder/file", root);
    set_mode("", 0755);
    /* As root it is not the owner's rights that would be looked at. */
    owner.uid = geteuid() == 0 ? 4712 : geteuid();
    assert_true(geteuid() != 0 || chown(path, 4712, getegid()) == 0);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        set_mode("/folder/file", table[i].mode);
        assert_int_equal(fg_account_may(&owner, path, R_OK | W_OK), table[i].owner);
        assert_int_equal(fg_account_may(&member, path, R_OK | W_OK), table[i].member);
        assert_int_equal(fg_account_may(&other, path, R_OK | W_OK), table[i].other);
        assert_int_equal(fg_account_may(&super, path, R_OK | W_OK), 1);
    }
    set_mode("/folder/file", 0666);
    set_mode("/folder", 0750);
    assert_int_equal(fg_account_may(&member, path, R_OK), 1);
    assert_int_equal(fg_account_may(&other, path, R_OK), 0);
    set_mode("/folder", 0755);
    unlink(path);
    assert_int_equal(fg_account_may(&other, path, R_OK), -ENOENT);
}

static void an_account_has_all_its_groups_however_many(void **state)
{
    (void)state;
    gid_t before[1024], many[200];
    int count = getgroups(1024, before);
    fg_account account = {0};
    assert_true(count >= 0);
    for (int i = 0; i < 200; i++) {
        many[i] = (gid_t)(20000 + i);
    }
    /* Only root may be given more; the groups there are must do for others. */
    bool given = setgroups(200, many) == 0;
    const gid_t *wanted = given ? many : before;
    int found = 0, all = given ? 200 : count;
    int result = fg_account_find(NULL, &account);
    assert_true(!given || setgroups((size_t)count, before) == 0);
    assert_int_equal(result, 0);
    assert_int_equal(account.group_count, all + 1);
    for (int i = 0; i < account.group_count; i++) {
        for (int j = 0; j < all; j++) {
            found += account.groups[i] == wanted[j] ? 1 : 0;
        }
    }
    assert_true(found >= all);
    fg_account_release(&account);
}

static void device_nodes_are_held_against_the_services_groups(void **state)
{
    (void)state;
    fg_account member = somebody(true), other = somebody(false);
    fg_check_devices(checkup, root, &member);
    expect_lines("n/a      rights.devices    no camera devices: no /dev/video*, /dev/media*, "
                 "/dev/dma_heap/*\n");
    set_mode("", 0755);
    put("/dev/dma_heap/system", "");
    set_mode("/dev/dma_heap/system", 0600);
    fg_check_devices(checkup, root, &member);
    expect_lines(
        "warning  rights.devices    facegate cannot open 1 of 1 camera devices, first "
        "/dev/dma_heap/system (mode 0600)\n"
        "         fix: add the line SUBSYSTEM==\"dma_heap\", GROUP=\"video\", MODE=\"0660\" to "
        "/etc/udev/rules.d/60-facegate.rules, then \"sudo udevadm trigger\"\n");
    put("/dev/video0", "");
    put("/dev/media0", "");
    set_mode("/dev/video0", 0600);
    set_mode("/dev/media0", 0666);
    fg_check_devices(checkup, root, &other);
    expect_lines(
        "error    rights.devices    facegate cannot open 2 of 3 camera devices, first /dev/video0 "
        "(mode 0600)\n"
        "         fix: add the line SUBSYSTEM==\"video4linux\", GROUP=\"video\", MODE=\"0660\" to "
        "/etc/udev/rules.d/60-facegate.rules, then \"sudo udevadm trigger\"\n");
    set_mode("/dev/video0", 0660);
    set_mode("/dev/dma_heap/system", 0660);
    fg_check_devices(checkup, root, &member);
    expect_lines("ok       rights.devices    facegate can open all 3 camera devices\n");
    fg_check_devices(checkup, root, NULL);
    expect_lines("skipped  rights.devices    not checked: 3 devices, but no user facegate\n");
}

static void files_must_be_readable_for_the_service(void **state)
{
    (void)state;
    char expected[4 * FG_CONFIG_PATH];
    fg_config config;
    fg_account other = somebody(false);
    /* Below /tmp the service would see another folder than everybody else. */
    char *folder = fg_testing_folder_in("/dev/shm");
    fg_config_init(&config);
    snprintf(config.access.encodings, FG_CONFIG_PATH, "%s/encodings.json", folder);
    snprintf(config.vision.models, FG_CONFIG_PATH, "%s", folder);
    fg_testing_write(config.access.encodings, "", 0);
    assert_int_equal(chmod(config.access.encodings, 0644), 0);
    assert_int_equal(chmod(folder, 0755), 0);
    fg_check_files(checkup, &config, &other);
    expect_lines(
        "ok       rights.files      facegate can read every file that the configuration names\n");

    assert_int_equal(chmod(config.access.encodings, 0600), 0);
    fg_check_files(checkup, &config, &other);
    snprintf(expected, sizeof(expected),
             "error    rights.files      [access] encodings %s: facegate cannot read it\n"
             "         fix: \"sudo chown facegate: %s\" and \"sudo chmod 600 %s\"; it must be able "
             "to enter the folders above, too\n",
             config.access.encodings, config.access.encodings, config.access.encodings);
    expect_lines(expected);

    strcpy(config.access.encodings, "/home/pi/encodings.json");
    fg_check_files(checkup, &config, &other);
    expect_lines(
        "error    rights.files      [access] encodings /home/pi/encodings.json: the service cannot "
        "see this folder\n"
        "         fix: move it to /etc/facegate or /var/lib/facegate and set [access] encodings\n");
    fg_testing_remove(folder);
}

static void long_lines_are_broken_between_words_and_never_in_commands(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    fg_checkup_say(checkup, "camera.open", FG_VERDICT_ERROR, "%s", "one two three four five six");
    fg_checkup_fix(checkup, "first \"sudo a command of many words\" then another");
    fg_checkup_say(checkup, "a", FG_VERDICT_OK, "Zo\xc3\xab Zo\xc3\xab Zo\xc3\xab Zo\xc3\xab Zo");
    fg_checkup_say(checkup, "b", FG_VERDICT_WARNING, "x\x1b[31m\xff");
    FILE *output = open_memstream(&text, &size);
    fg_checkup_print(checkup, 42, output);
    fclose(output);
    assert_string_equal(text,
                        "error    camera.open       one two three\n"
                        "                           four five six\n"
                        "         fix: first\n"
                        "              \"sudo a command of many words\"\n"
                        "              then another\n"
                        "ok       a                 Zo\xc3\xab Zo\xc3\xab Zo\xc3\xab Zo\xc3\xab\n"
                        "                           Zo\n"
                        "warning  b                 x?[31m?\n"
                        "\n"
                        "1 error, 1 warning, 0 not checked\n");
    free(text);
    assert_int_equal(fg_checkup_count(checkup, FG_VERDICT_ERROR), 1);
}

static void json_says_the_same(void **state)
{
    (void)state;
    static const char *const verdicts[] = {"ok", "n/a", "skipped", "warning", "error"};
    for (int i = 0; i < FG_VERDICTS; i++) {
        char *text = NULL;
        size_t size = 0;
        fg_checkup_say(checkup, "camera.open", (enum fg_verdict)i, "it \"is\" so");
        FILE *output = open_memstream(&text, &size);
        assert_int_equal(fg_checkup_print_json(checkup, output), 0);
        fclose(output);
        cJSON *object = cJSON_Parse(text);
        const cJSON *checks = cJSON_GetObjectItem(object, "checks");
        const cJSON *last = cJSON_GetArrayItem(checks, i);
        assert_string_equal(cJSON_GetObjectItem(object, "verdict")->valuestring,
                            i < FG_VERDICT_WARNING ? "ok" : verdicts[i]);
        assert_int_equal(cJSON_GetArraySize(checks), i + 1);
        assert_string_equal(cJSON_GetObjectItem(last, "verdict")->valuestring, verdicts[i]);
        assert_string_equal(cJSON_GetObjectItem(last, "text")->valuestring, "it \"is\" so");
        assert_null(cJSON_GetObjectItem(last, "fix"));
        cJSON_Delete(object);
        free(text);
    }
}

#define WITH_ROOT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ROOT(a_board_that_is_no_pi_is_distinguished_from_one),
        WITH_ROOT(a_pi_tells_how_it_is),
        WITH_ROOT(a_hot_pi_is_wrong_before_other_boards_are),
        WITH_ROOT(memory_must_do_for_the_daemon),
        WITH_ROOT(swap_is_not_for_frames),
        WITH_ROOT(the_clock_is_synchronised_or_not_or_its_hosts),
        WITH_ROOT(what_an_account_may_goes_by_mode_owner_and_groups),
        WITH_ROOT(an_account_has_all_its_groups_however_many),
        WITH_ROOT(device_nodes_are_held_against_the_services_groups),
        WITH_ROOT(files_must_be_readable_for_the_service),
        WITH_ROOT(long_lines_are_broken_between_words_and_never_in_commands),
        WITH_ROOT(json_says_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
