/* `facegate outbox`: shows what waits or was set aside, tries it again, or drops it. */
#include "outbox.h"

#include "common/options.h"
#include "common/outbox_access.h"
#include "common/table.h"
#include "facegate/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const fg_option outbox_options[] = {
    {.name = "outbox",
     .argument = "FILE",
     .section = "delivery",
     .key = "outbox",
     .help = "the database of events"},
};

static const fg_verb verbs[] = {
    {"list", "",
     "show waiting events, events set aside with the reason, and the ledger; the default"},
    {"retry", "", "send again what was set aside"},
    {"drop", "", "remove what was set aside; waiting events stay"},
    {0},
};

static const fg_option *options(size_t *ret_count)
{
    *ret_count = sizeof(outbox_options) / sizeof(outbox_options[0]);
    return outbox_options;
}

static void print_entry(void *context, const fg_outbox_entry *entry, const char *why)
{
    (void)context;
    char taken[32];
    fg_clock_format(fg_event_realtime(&entry->event), taken);
    printf("%6" PRId64 "  %s  %-8s  ", entry->number, taken, entry->event.status);
    fg_table_cell(entry->event.user_name, 24);
    printf("  %6zu bytes  %s%s\n", entry->event.jpeg_size, why != NULL ? "set aside: " : "waiting",
           why != NULL ? why : "");
}

static int list(fg_outbox *outbox, fg_error *error)
{
    fg_ledger ledger;
    int result = fg_outbox_each(outbox, print_entry, NULL, error);
    if (result == 0) {
        result = fg_outbox_ledger(outbox, &ledger, error);
    }
    if (result == 0) {
        printf("%s: made %" PRId64 " = sent %" PRId64 " + set aside %" PRId64 " + dropped %" PRId64
               " + waiting %" PRId64 "\n",
               fg_outbox_path(outbox), ledger.made, ledger.sent, ledger.set_aside, ledger.dropped,
               ledger.waiting);
        if (ledger.held_back > 0) {
            printf("Not made: %" PRId64 " held back, since too many strangers came at once "
                   "([delivery] stranger_rate).\n",
                   ledger.held_back);
        }
    }
    return result;
}

static int act(fg_outbox *outbox, const char *verb, fg_error *error)
{
    int count = 0;
    int result = 0;
    if (strcmp(verb, "retry") == 0) {
        result = fg_outbox_retry(outbox, &count, error);
        if (result == 0 && count > 0) {
            printf("%d will be sent again: by a running daemon within a minute, else by the next "
                   "one.\n",
                   count);
        }
    } else if (strcmp(verb, "drop") == 0) {
        result = fg_outbox_drop(outbox, &count, error);
        if (result == 0 && count > 0) {
            printf("%d removed.\n", count);
        }
    } else {
        result = list(outbox, error);
    }
    if (result == 0 && count == 0 && strcmp(verb, "list") != 0) {
        puts("No events are set aside.");
    }
    return result;
}

static int run(int argc, char **argv)
{
    fg_config config;
    fg_error error;
    fg_outbox *outbox = NULL;
    char path[FG_CONFIG_PATH];
    int first = 0;
    int result = fg_cli_parse(&fg_command_outbox, argc, argv, &config, &first);
    if (result != 0) {
        return result;
    }
    const char *verb = first < argc ? argv[first] : "list";
    if (fg_cli_verb(&fg_command_outbox, verb) < 0) {
        return fg_cli_no_verb(&fg_command_outbox, verb);
    }
    if (argc - first > 1) {
        return fg_cli_usage(&fg_command_outbox, "give one action, list, retry or drop, or none");
    }
    if (fg_cli_outbox_path(&config, path, &error) != 0) {
        return fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
    }
    result = fg_cli_open_outbox(&config, path, &outbox, &error);
    if (result == -ENOENT) {
        printf("There is no outbox at %s: no events wait.\n", path);
        return FG_EXIT_DONE;
    }
    if (result == 0) {
        result = act(outbox, verb, &error);
        fg_outbox_free(outbox);
    }
    return result == 0 ? FG_EXIT_DONE : fg_cli_fail(FG_EXIT_FAILED, "%s", error.text);
}

const fg_command fg_command_outbox = {
    .name = "outbox",
    .arguments = "[OPTION...] [list | retry | drop]",
    .summary = "Shows waiting events, events set aside, and the ledger",
    .details = "Without --outbox it shows the outbox of the service if there is one (needs sudo), "
               "else your own.",
    .verbs = verbs,
    .run = run,
    .options = options,
};
