/* The manual pages: the texts of manual/, and in their holes what the tables say. */
#include "help/manual.h"

#include "facegate/version.h"
#include "help/roff.h"

#include <string.h>

bool fg_manual_fill_in(FILE *out, const char *name, fg_manual_fill *fill, void *context)
{
    const fg_embedded_file *file = fg_embedded_find(fg_manual_texts, name);
    if (file == NULL) {
        return false;
    }
    const char *text = (const char *)file->data;
    const char *hole;
    while ((hole = strstr(text, "%{")) != NULL) {
        char called[64];
        int length = (int)strcspn(hole + 2, "}");
        if (hole[2 + length] != '}') {
            return false;
        }
        fwrite(text, 1, (size_t)(hole - text), out);
        snprintf(called, sizeof(called), "%.*s", length, hole + 2);
        if (!fill(context, out, called)) {
            return false;
        }
        text = hole + 2 + length + 1;
    }
    fputs(text, out);
    return true;
}

/* Where a request is to come next, the line before it must have ended. */
static void end_text(FILE *out, const char *text)
{
    fg_roff_text(out, text);
    fputc('\n', out);
}

/* With the paragraphs it has. */
static void write_paragraphs(FILE *out, const char *text)
{
    const char *end;
    while ((end = strstr(text, "\n\n")) != NULL) {
        fg_roff_bytes(out, text, (size_t)(end - text));
        fputs("\n.PP\n", out);
        text = end + strspn(end, "\n");
    }
    end_text(out, text);
}

static void write_options(FILE *out, const fg_option *options, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fputs(".TP\n\\fB\\-\\-", out);
        fg_roff_text(out, options[i].name);
        fputs("\\fR", out);
        if (options[i].argument != NULL) {
            fputc(' ', out);
            fg_roff_usage(out, options[i].argument);
        }
        fputc('\n', out);
        fg_roff_text(out, options[i].help);
        if (options[i].alias != NULL) {
            fputs("\n(also \\fB\\-\\-", out);
            fg_roff_text(out, options[i].alias);
            fputs("\\fR)", out);
        }
        if (options[i].key != NULL) {
            fprintf(out, "\n(\\fB[%s] %s\\fR)", options[i].section, options[i].key);
        }
        fputc('\n', out);
    }
}

static void write_synopsis(FILE *out, const fg_command *command)
{
    fprintf(out, "\\fBfacegate ");
    fg_roff_text(out, command->name);
    fprintf(out, "\\fR%s", command->arguments[0] != '\0' ? " " : "");
    fg_roff_usage(out, command->arguments);
}

/* Whether it has a page of its own, and facegate.8 only points there. */
static bool has_page(const fg_command *command)
{
    char name[64];
    snprintf(name, sizeof(name), "facegate-%s.8", command->name);
    return fg_embedded_find(fg_manual_texts, name) != NULL;
}

static void write_description(FILE *out, const fg_command *command)
{
    fg_roff_text(out, command->summary);
    fprintf(out, ".\n");
    if (command->details != NULL) {
        fprintf(out, ".PP\n");
        write_paragraphs(out, command->details);
    }
}

static void write_command(FILE *out, const fg_command *command)
{
    size_t count = 0;
    fprintf(out, ".SS ");
    end_text(out, command->name);
    write_synopsis(out, command);
    fprintf(out, "\n.PP\n");
    write_description(out, command);
    if (has_page(command)) {
        fprintf(out, ".PP\nIts options are in\n.BR facegate\\-%s (8).\n", command->name);
        return;
    }
    if (command->alias != NULL) {
        fprintf(out, ".PP\n\\fBfacegate ");
        fg_roff_text(out, command->alias);
        fprintf(out, "\\fR is the same command.\n");
    }
    if (command->apart) {
        fprintf(out, ".PP\nOf the common options it accepts only \\fB\\-\\-verbose\\fR.\n");
    }
    for (const fg_verb *verb = command->verbs; verb != NULL && verb->name != NULL; verb++) {
        fprintf(out, ".TP\n");
        fg_roff_usage(out, verb->name);
        fputs(verb->arguments[0] != '\0' ? " " : "", out);
        fg_roff_usage(out, verb->arguments);
        fputc('\n', out);
        end_text(out, verb->help);
    }
    if (command->options != NULL) {
        const fg_option *options = command->options(&count);
        write_options(out, options, count);
    }
}

static void write_commands(FILE *out, const fg_command *const *commands)
{
    for (size_t i = 0; commands[i]->name != NULL; i++) {
        write_command(out, commands[i]);
    }
}

/* The option that comes before a key, whatever command has it; NULL where none has. */
static const char *option_for(const fg_command *const *commands, const fg_config_item *item)
{
    for (size_t i = 0; commands[i]->name != NULL; i++) {
        for (int group = 0; group < FG_OPTION_GROUPS; group++) {
            size_t count = 0;
            const fg_option *options = fg_cli_options(commands[i], group, &count);
            for (size_t j = 0; j < count; j++) {
                if (options[j].key != NULL && strcmp(options[j].key, item->key) == 0 &&
                    strcmp(options[j].section, item->section) == 0) {
                    return options[j].name;
                }
            }
        }
    }
    return NULL;
}

typedef struct keys_written {
    FILE *out;
    const fg_command *const *commands;
    const char *section; /* of the key before */
} keys_written;

static void write_key(void *context, const fg_config_item *item)
{
    keys_written *state = context;
    FILE *out = state->out;
    const char *option = option_for(state->commands, item);
    if (strcmp(state->section, item->section) != 0) {
        fprintf(out, ".SS [%s]\n", item->section);
        state->section = item->section;
    }
    fprintf(out, ".TP\n\\fB");
    fg_roff_text(out, item->key);
    fprintf(out, "\\fR = \\fI");
    fg_roff_text(out, item->standard);
    fprintf(out, "\\fR\n");
    fg_roff_text(out, item->description);
    fprintf(out, ".\n.br\nValue: ");
    fg_roff_text(out, item->range);
    if (option != NULL || item->environment != NULL) {
        fprintf(out, ".\n.br\nOverridden by ");
    }
    if (option != NULL) {
        fprintf(out, "\\fB\\-\\-");
        fg_roff_text(out, option);
        fprintf(out, "\\fR%s", item->environment != NULL ? ", and by " : "");
    }
    if (item->environment != NULL) {
        fprintf(out, "\\fB%s\\fR in the environment", item->environment);
    }
    fprintf(out, ".\n");
}

static void write_variable(void *context, const fg_config_item *item)
{
    FILE *out = context;
    if (item->environment != NULL) {
        fprintf(out, ".TP\n.B %s\nOverrides \\fB[%s] %s\\fR of the configuration file.\n",
                item->environment, item->section, item->key);
    }
}

/* What "standard SECTION KEY" asks for. */
typedef struct standard_wanted {
    const char *section_and_key;
    FILE *out; /* NULL once it was found */
} standard_wanted;

static void write_standard(void *context, const fg_config_item *item)
{
    standard_wanted *wanted = context;
    size_t length = strlen(item->section);
    if (wanted->out != NULL && strncmp(wanted->section_and_key, item->section, length) == 0 &&
        wanted->section_and_key[length] == ' ' &&
        strcmp(wanted->section_and_key + length + 1, item->key) == 0) {
        fg_roff_text(wanted->out, item->standard);
        wanted->out = NULL;
    }
}

/* "synopsis NAME", "description NAME" and "options NAME", for the page of the command NAME. */
static bool write_part(FILE *out, const fg_command *const *commands, const char *hole)
{
    const char *name = strchr(hole, ' ');
    const fg_command *command = name != NULL ? fg_cli_command(commands, name + 1) : NULL;
    size_t count = 0;
    if (command == NULL) {
        return false;
    }
    if (strncmp(hole, "synopsis ", (size_t)(name + 1 - hole)) == 0) {
        write_synopsis(out, command);
    } else if (strncmp(hole, "description ", (size_t)(name + 1 - hole)) == 0) {
        write_description(out, command);
    } else if (strncmp(hole, "options ", (size_t)(name + 1 - hole)) == 0) {
        for (int group = 0; group < FG_OPTION_GROUPS; group++) {
            const fg_option *options = fg_cli_options(command, group, &count);
            write_options(out, options, count);
        }
    } else {
        return false;
    }
    return true;
}

static bool fill(void *context, FILE *out, const char *hole)
{
    const fg_command *const *commands = context;
    static const char standard[] = "standard ";
    static fg_config config;
    size_t count = 0;
    if (strcmp(hole, "version") == 0) {
        fg_roff_text(out, fg_version);
    } else if (strcmp(hole, "date") == 0) {
        fputs(FG_RELEASE_DATE, out); /* as it is, so that .TH knows it for a date */
    } else if (strcmp(hole, "configuration file") == 0) {
        fg_roff_text(out, FG_CONFIG_FILE);
    } else if (strcmp(hole, "commands") == 0) {
        write_commands(out, commands);
    } else if (strcmp(hole, "common options") == 0) {
        const fg_option *options =
            fg_cli_common_options(&(const fg_command){.apart = false}, &count);
        write_options(out, options, count);
    } else if (strcmp(hole, "keys") == 0) {
        fg_config_init(&config);
        fg_config_each(&config, write_key,
                       &(keys_written){.out = out, .commands = commands, .section = ""});
    } else if (strcmp(hole, "variables") == 0) {
        fg_config_init(&config);
        fg_config_each(&config, write_variable, out);
    } else if (strncmp(hole, standard, strlen(standard)) == 0) {
        standard_wanted wanted = {.section_and_key = hole + strlen(standard), .out = out};
        fg_config_init(&config);
        fg_config_each(&config, write_standard, &wanted);
        return wanted.out == NULL;
    } else {
        return write_part(out, commands, hole);
    }
    return true;
}

bool fg_manual_write(FILE *out, const char *page, const fg_command *const *commands)
{
    static const char *const pages[] = {"facegate.8", "facegate-backend.8", "facegate.conf.5",
                                        "facegate-encodings.5"};
    for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
        if (strcmp(page, pages[i]) == 0) {
            return fg_manual_fill_in(out, page, fill, (void *)(uintptr_t)commands);
        }
    }
    return false;
}
