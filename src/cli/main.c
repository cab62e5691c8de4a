/* The program: finds the command, runs it, and makes sure that its output is whole. */
#include "backend.h"
#include "cameras.h"
#include "common/options.h"
#include "common/suggest.h"
#include "doctor/doctor.h"
#include "enroll/enroll.h"
#include "evaluate/evaluate.h"
#include "export.h"
#include "facegate/camera/camera.h"
#include "help/help.h"
#include "identify.h"
#include "import.h"
#include "outbox.h"
#include "people/people.h"
#include "run.h"
#include "test_backend.h"
#include "version.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static int run_help(int argc, char **argv);

static const fg_command command_help = {
    .name = "help",
    .arguments = "[OPTION...] [COMMAND]",
    .summary = "Lists the commands, or shows the help of one",
    .run = run_help,
    .options = fg_help_options,
    .apart = true,
};

/* In the order of the help. */
static const fg_command *const commands[] = {
    &fg_command_run,      &fg_command_enroll,  &fg_command_people,
    &fg_command_import,   &fg_command_export,  &fg_command_identify,
    &fg_command_evaluate, &fg_command_cameras, &fg_command_test_backend,
    &fg_command_outbox,   &fg_command_doctor,  &fg_command_backend,
    &command_help,        &fg_command_version, &(const fg_command){.name = NULL},
};

static int run_help(int argc, char **argv)
{
    return fg_help_run(&command_help, commands, argc, argv);
}

static int refuse_option(const char *name)
{
    fg_suggestion meant = fg_suggest_for(name);
    fg_suggest_word(&meant, "--help");
    fg_suggest_word(&meant, "--version");
    if (meant.best != NULL) {
        return fg_cli_fail(FG_EXIT_USAGE, "unknown option %s. Did you mean %s?", name, meant.best);
    }
    return fg_cli_fail(FG_EXIT_USAGE, "options follow the command: see \"facegate help\"");
}

static int refuse_command(const char *name)
{
    if (name[0] == '-') {
        return refuse_option(name);
    }
    const char *meant = fg_cli_command_like(commands, name);
    if (meant != NULL) {
        return fg_cli_fail(FG_EXIT_USAGE, "unknown command \"%s\". Did you mean \"%s\"?", name,
                           meant);
    }
    return fg_cli_fail(FG_EXIT_USAGE, "unknown command \"%s\": see \"facegate help\"", name);
}

static int run(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : NULL;
    bool wants_help = name == NULL || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0;
    if (wants_help) {
        char *alone[] = {(char *)command_help.name, NULL};
        int result = command_help.run(1, alone);
        return name == NULL ? FG_EXIT_USAGE : result;
    }
    if (strcmp(name, "--version") == 0) {
        name = fg_command_version.name;
    }
    const fg_command *command = fg_cli_command(commands, name);
    if (command == NULL) {
        return refuse_command(name);
    }
    /* `facegate COMMAND --help` is what people type first. */
    if (argc == 3 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0)) {
        char *with_name[] = {(char *)command_help.name, argv[1], NULL};
        return command_help.run(2, with_name);
    }
    return command->run(argc - 1, argv + 1);
}

/* Whoever keeps what was printed believes that it is whole. */
static int end_output(int result)
{
    errno = 0;
    if ((fflush(stdout) == 0 && ferror(stdout) == 0) || result != FG_EXIT_DONE) {
        return result;
    }
    if (errno == 0) {
        /* An earlier flush failed, and this one had nothing to write: one byte more tells why. */
        putchar('\n');
        fflush(stdout);
    }
    return fg_cli_fail(FG_EXIT_FAILED, "cannot write to standard output%s%s",
                       errno != 0 ? ": " : "", errno != 0 ? strerror(errno) : "");
}

/*
 * Faces and tokens lie in this memory: no core of it is written, and nobody but root attaches
 * (whose debugger still does). A limit alone does not keep a core from the program that
 * core_pattern may name; it is for what a library starts, which can be dumped anew. Source:
 * core(5), prctl(2).
 */
static void shut_memory(void)
{
    static const struct rlimit none = {0};
    prctl(PR_SET_DUMPABLE, 0);
    setrlimit(RLIMIT_CORE, &none);
}

int main(int argc, char **argv)
{
    shut_memory();
    /* Where it had no memory to start, libcrypto crashes at the next thing it is asked. */
    if (OSSL_LIB_CTX_get0_global_default() == NULL) {
        return fg_cli_fail(FG_EXIT_FAILED, "not enough memory for libcrypto to start");
    }
    int result = end_output(run(argc, argv));
    if (fg_camera_is_stuck()) {
        _exit(result);
    }
    return result;
}
