/* What doctor says of the units, reported by a systemd that stands at the other end of a socket. */
#include "doctor/check_service.h"
#include "doctor/checkup.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <cmocka.h>

#define UNITS "/org/freedesktop/systemd1/unit/"

typedef struct unit {
    const char *load, *active, *sub, *file, *result;
    uint64_t changed;
    int32_t exit_code;
} unit;

static const sd_bus_vtable unit_table[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("LoadState", "s", NULL, offsetof(unit, load), 0),
    SD_BUS_PROPERTY("ActiveState", "s", NULL, offsetof(unit, active), 0),
    SD_BUS_PROPERTY("SubState", "s", NULL, offsetof(unit, sub), 0),
    SD_BUS_PROPERTY("UnitFileState", "s", NULL, offsetof(unit, file), 0),
    SD_BUS_PROPERTY("StateChangeTimestamp", "t", NULL, offsetof(unit, changed), 0),
    SD_BUS_VTABLE_END,
};

static const sd_bus_vtable service_table[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_PROPERTY("Result", "s", NULL, offsetof(unit, result), 0),
    SD_BUS_PROPERTY("ExecMainStatus", "i", NULL, offsetof(unit, exit_code), 0),
    SD_BUS_VTABLE_END,
};

typedef struct manager {
    int fd;
    unit service, path;
} manager;

static void *serve(void *context)
{
    manager *of = context;
    sd_bus *bus = NULL;
    sd_id128_t id = {{1}};
    bool up =
        sd_bus_new(&bus) >= 0 && sd_bus_set_fd(bus, of->fd, of->fd) >= 0 &&
        sd_bus_set_server(bus, 1, id) >= 0 && sd_bus_set_anonymous(bus, 1) >= 0 &&
        sd_bus_add_object_vtable(bus, NULL, UNITS "facegate_2eservice",
                                 "org.freedesktop.systemd1.Unit", unit_table, &of->service) >= 0 &&
        sd_bus_add_object_vtable(bus, NULL, UNITS "facegate_2eservice",
                                 "org.freedesktop.systemd1.Service", service_table,
                                 &of->service) >= 0 &&
        sd_bus_add_object_vtable(bus, NULL, UNITS "facegate_2epath",
                                 "org.freedesktop.systemd1.Unit", unit_table, &of->path) >= 0 &&
        sd_bus_start(bus) >= 0;
    int result = up ? 1 : -1;
    while (result >= 0) {
        result = sd_bus_process(bus, NULL);
        if (result == 0) {
            result = sd_bus_wait(bus, UINT64_MAX);
        }
    }
    sd_bus_close(bus);
    sd_bus_unref(bus);
    return NULL;
}

/* What is said of units in that state, and whether the service counts as running. */
static bool ask(const unit *service, const unit *path, char **ret_text)
{
    int ends[2];
    pthread_t thread;
    size_t size = 0;
    sd_bus *bus = NULL;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    manager of = {.fd = ends[0], .service = *service, .path = *path};
    assert_int_equal(pthread_create(&thread, NULL, serve, &of), 0);
    assert_true(sd_bus_new(&bus) >= 0);
    assert_true(sd_bus_set_fd(bus, ends[1], ends[1]) >= 0);
    assert_true(sd_bus_set_anonymous(bus, 1) >= 0);
    assert_true(sd_bus_start(bus) >= 0);

    fg_checkup *checkup = fg_checkup_create();
    bool runs = fg_check_service_units(checkup, bus);
    FILE *output = open_memstream(ret_text, &size);
    fg_checkup_print(checkup, 200, output);
    fclose(output);
    fg_checkup_free(checkup);
    sd_bus_flush_close_unref(bus);
    pthread_join(thread, NULL);
    return runs;
}

static void units_are_reported_with_what_fixes_them(void **state)
{
    (void)state;
    static const char since[] = "since 20";
    const unit good_path = {"loaded", "active", "waiting", "enabled", NULL, 0, 0};
    const struct {
        unit service, path;
        bool runs;
        const char *lines[4]; /* each must be there */
    } table[] = {
        {{"loaded", "active", "running", "enabled", "success", 1700000000000000, 0},
         good_path,
         true,
         {"ok       service.daemon    running since 2023-", "ok       service.path      starts",
          "0 errors, 0 warnings", since}},
        {{"loaded", "active", "running", "disabled", "success", 1700000000000000, 0},
         good_path,
         true,
         {"warning  service.daemon    running since 2023-", "but it does not start at boot",
          "fix: \"sudo systemctl enable facegate.path facegate.service\"", since}},
        {{"loaded", "failed", "failed", "enabled", "exit-code", 1700000000000000, 78},
         good_path,
         false,
         {"error    service.daemon    failed since 2023-",
          ": exit-code, exit code 78 (configuration, models or encodings cannot be used)",
          "fix: see \"journalctl -u facegate -n 30\"", "1 error, 0 warnings"}},
        {{"loaded", "activating", "auto-restart", "enabled", "watchdog", 1700000000000000, 1},
         good_path,
         false,
         {"error    service.daemon    restarting again and again since 2023-", ": watchdog, ",
          "\"sudo systemctl restart facegate\"", "1 error"}},
        {{"loaded", "inactive", "dead", "enabled", "success", 0, 0},
         {"loaded", "inactive", "dead", "disabled", NULL, 0, 0},
         false,
         {"warning  service.daemon    not running\n", "fix: \"sudo systemctl start facegate\"",
          "warning  service.path      facegate.path is off",
          "fix: \"sudo systemctl enable --now facegate.path\""}},
        {{"loaded", "inactive", "dead", "disabled", "success", 0, 0},
         {"not-found", "inactive", "dead", "", NULL, 0, 0},
         false,
         {"not running, and it does not start at boot",
          "fix: \"sudo systemctl enable --now facegate.path facegate.service\"",
          "facegate.path is not installed", "0 errors, 2 warnings"}},
        {{"not-found", "inactive", "dead", "", "success", 0, 0},
         good_path,
         false,
         {"warning  service.daemon    facegate.service is not installed",
          "\"sudo cmake --install build/release\"", "0 errors, 1 warning", "daemon-reload"}},
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        char *text = NULL;
        assert_int_equal(ask(&table[i].service, &table[i].path, &text), table[i].runs);
        for (int line = 0; line < 4; line++) {
            if (strstr(text, table[i].lines[line]) == NULL) {
                assert_string_equal(text, table[i].lines[line]);
            }
        }
        free(text);
    }
}

static void a_systemd_that_does_not_answer_is_no_verdict_on_the_units(void **state)
{
    (void)state;
    int ends[2];
    char *text = NULL;
    size_t size = 0;
    sd_bus *bus = NULL;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    assert_true(sd_bus_new(&bus) >= 0);
    assert_true(sd_bus_set_fd(bus, ends[1], ends[1]) >= 0);
    assert_true(sd_bus_set_anonymous(bus, 1) >= 0);
    assert_int_equal(shutdown(ends[0], SHUT_RDWR), 0);
    sd_bus_start(bus);
    fg_checkup *checkup = fg_checkup_create();
    assert_false(fg_check_service_units(checkup, bus));
    FILE *output = open_memstream(&text, &size);
    fg_checkup_print(checkup, 200, output);
    fclose(output);
    assert_non_null(
        strstr(text, "skipped  service.daemon    not checked: systemd does not answer"));
    free(text);
    fg_checkup_free(checkup);
    sd_bus_close_unref(bus);
    close(ends[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_are_reported_with_what_fixes_them),
        cmocka_unit_test(a_systemd_that_does_not_answer_is_no_verdict_on_the_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
