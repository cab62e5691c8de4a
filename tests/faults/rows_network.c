/* What lies between the sender and its backend: connections, names, certificates. */
#include "certificates.h"
#include "counter.h"
#include "gate.h"
#include "name_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char address[128]; /* that the sender is given */

static void finish_delivered(fg_fault *fault, post_office *office)
{
    post_office_expect_sent(office, office->made);
    fg_counter_close(fault, office);
    fg_fault_expect_delivered(fault);
}

/* Connections cut at random, wherever the plan says, until enough were. */
static void cut(fg_fault *fault, const fg_gate_plan *plan)
{
    post_office *office = fg_counter_open(fault);
    int port, asked = 0, answered = 0;
    int wanted = fault->is_long ? 60 : 15;
    fg_gate *gate = fg_gate_open(office->receiver.port, fault->dice.state, plan, &port);
    snprintf(address, sizeof(address), "http://127.0.0.1:%d", port);
    office->options.url = address;
    post_office_send(office);
    while (asked + answered < wanted && office->made < 4000) {
        post_office_put(office, 1);
        /* A connection that was not cut serves many requests: the next one is to be another. */
        post_office_expect_sent(office, office->made);
        office->sender = fg_sender_free(office->sender);
        post_office_send(office);
        fg_gate_count(gate, &asked, &answered);
    }
    fg_gate_fix(gate);
    fg_fault_expect(fault, asked + answered >= wanted, "only %d connections were reset",
                    asked + answered);
    fg_fault_note(fault, "%d resets while asking, %d while answering", asked, answered);
    finish_delivered(fault, office);
    fg_gate_close(gate);
}

static void reset_in_request(fg_fault *fault)
{
    /* A request of the office takes some 1600 bytes. */
    cut(fault, &(fg_gate_plan){.asked_percent = 50, .asked_most = 1600});
}

static void reset_in_answer(fg_fault *fault)
{
    cut(fault, &(fg_gate_plan){.answered_percent = 50, .answered_most = 300});
}

/* A name that only the name server of the row knows. */
static fg_name_server *open_names(post_office *office, fg_name_fault first)
{
    snprintf(address, sizeof(address), "http://door-log.test:%d", office->receiver.port);
    office->options.url = address;
    return fg_name_server_open(office->folder, first);
}

static void names_fail(fg_fault *fault)
{
    static const fg_name_fault faults[] = {FG_NAME_UNKNOWN, FG_NAME_FAILURE, FG_NAME_GARBAGE,
                                           FG_NAME_SILENT};
    post_office *office = fg_counter_open(fault);
    fg_name_server *names = open_names(office, faults[0]);
    office->paces.reminder = 0; /* each attempt is reported */
    post_office_send(office);
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        fg_name_server_set(names, faults[i]);
        post_office_put(office, fault->is_long ? 50 : 10);
        int reported = post_office_logged(office, "Network error sending auth data: ");
        post_office_expect_log(office, "Network error sending auth data: ", reported + 2);
    }
    fg_fault_expect(fault, post_office_ledger(office).sent == 0, "something went out");
    fg_name_server_set(names, FG_NAME_GOOD);
    fg_fault_note(fault, "no such name, failure, garbage, silence: %d questions",
                  fg_name_server_asked(names));
    finish_delivered(fault, office);
    fg_name_server_close(names);
}

static void names_slow(fg_fault *fault)
{
    post_office *office = fg_counter_open(fault);
    fg_name_server *names = open_names(office, FG_NAME_SLOW);
    /* First slower than it waits for, then not. */
    office->options.connect_timeout = 0.4;
    post_office_put(office, 20);
    post_office_send(office);
    post_office_expect_log(office, "Network error sending auth data: ", 1);
    fg_fault_expect(fault, post_office_ledger(office).sent == 0, "something went out");
    office->sender = fg_sender_free(office->sender);
    office->options.connect_timeout = 10;
    post_office_send(office);
    fg_fault_note(fault, "0.7 s and more for an answer, with 0.4 s and then 10 s to connect");
    finish_delivered(fault, office);
    fg_name_server_close(names);
}

/* A certificate that ended yesterday. `openssl ca` alone can date one back. */
static void make_expired(const char *folder)
{
    char config[1024], *path = fg_testing_path(folder, "ca.conf");
    char *index = fg_testing_path(folder, "index"), *expired = fg_testing_path(folder, "old.pem");
    char *request = fg_testing_path(folder, "server.csr");
    snprintf(
        config, sizeof(config),
        "[ca]\ndefault_ca = d\n[d]\ndatabase = %s\nnew_certs_dir = %s\ncertificate = %s/ca.pem\n"
        "private_key = %s/ca.key\nrand_serial = yes\ndefault_md = sha256\npolicy = p\n"
        "copy_extensions = copy\n[p]\ncommonName = supplied\n",
        index, folder, folder, folder);
    fg_testing_write(path, config, strlen(config));
    fg_testing_write(index, "", 0);
    const char *argv[] = {"openssl",    "ca",
                          "-batch",     "-notext",
                          "-config",    path,
                          "-startdate", "20200101000000Z",
                          "-enddate",   "20200201000000Z",
                          "-in",        request,
                          "-out",       expired,
                          NULL};
    fg_certificates_openssl(folder, argv);
    free(request);
    free(expired);
    free(index);
    free(path);
}

static char *in_folder(const post_office *office, const char *name)
{
    return fg_testing_path(office->folder, name);
}

/* The receiver shows a certificate that will not do, then the right one. */
static void tls(fg_fault *fault, const char *wrong, const char *key, const char *said)
{
    post_office *office = fg_counter_open(fault);
    fg_certificates_authority(office->folder, "ca");
    fg_certificates_make(office->folder, "ca", "server", "localhost");
    fg_certificates_make(office->folder, "ca", "elsewhere", "elsewhere.example");
    make_expired(office->folder);
    char *files[] = {in_folder(office, wrong), in_folder(office, key),
                     in_folder(office, "server.pem"), in_folder(office, "server.key"),
                     in_folder(office, "ca.pem")};
    office->receiver.tls_cert = files[0];
    office->receiver.tls_key = files[1];
    office->options.ca_file = files[4];
    fg_counter_restart_receiver(office);
    post_office_put(office, 20);
    post_office_send(office);
    post_office_expect_log(office, said, 1);
    fg_fault_expect(fault, post_office_ledger(office).sent == 0, "something went out");
    office->receiver.tls_cert = files[2];
    office->receiver.tls_key = files[3];
    fg_counter_restart_receiver(office);
    fg_fault_note(fault, "nothing went out until the right certificate was there");
    finish_delivered(fault, office);
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        free(files[i]);
    }
}

static void tls_expired(fg_fault *fault)
{
    tls(fault, "old.pem", "server.key", "certificate has expired");
}

static void tls_wrong_host(fg_fault *fault)
{
    /* Then curl 7 has "host name", curl 8 "hostname". */
    tls(fault, "elsewhere.pem", "elsewhere.key",
        "no alternative certificate subject name matches target host");
}

const fg_fault_row fg_fault_network_rows[] = {
    {.name = "reset in the midst of a request",
     .part = "sender",
     .run = reset_in_request,
     .seconds = 120},
    {.name = "reset in the midst of an answer",
     .part = "sender",
     .run = reset_in_answer,
     .seconds = 120},
    {.name = "names fail to resolve", .part = "sender", .run = names_fail, .seconds = 120},
    {.name = "names resolve slowly", .part = "sender", .run = names_slow, .seconds = 120},
    {.name = "TLS certificate expired", .part = "sender", .run = tls_expired, .seconds = 60},
    {.name = "TLS certificate of another host",
     .part = "sender",
     .run = tls_wrong_host,
     .seconds = 60},
    {.name = NULL},
};
