// What the browser tests share: a backend of their own, a daemon that watches the scenes, entries posted by hand, and
// waiting with a deadline. Where everything lies comes from the environment, see CMakeLists.txt.
//
// A test here waits for what it is about and never for a time, so a slow machine only makes it slower. One that fails
// ends all the same: every wait has a deadline, every test has one (`test`), the whole file has one, and `end` lets nothing
// that was started keep node alive.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as runner from 'node:test';
import { isDeepStrictEqual } from 'node:util';

// Seconds, all there to end a broken test: nothing that works comes near them on the slowest of machines.
export const PATIENCE = 120; // of one wait
const TEST_PATIENCE = 240; // of one test
const FILE_PATIENCE = 1080; // of a file of tests, less than ctest has
const STOP_PATIENCE = 60; // of what is asked to end

const PAUSE = 20; // milliseconds between two questions

export function setting(name) {
    assert.ok(process.env[name], `${name} is not set: run this through ctest`);
    return process.env[name];
}

const FACEGATE = setting('FG_FACEGATE');
export const SCENES = setting('FG_SCENES');

export const folder = mkdtempSync(path.join(process.env.TMPDIR || tmpdir(), 'facegate-browser-'));
const children = new Set();

function killChildren() {
    for (const child of children) {
        child.kill('SIGKILL');
    }
}

process.on('exit', () => {
    killChildren();
    rmSync(folder, { recursive: true, force: true });
});

for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => process.exit(1));
}

// Ends the file as failed if it is still there after so many seconds; does not keep it there itself.
function endWithin(seconds, why) {
    setTimeout(() => {
        process.stderr.write(`not ended within ${seconds} s: ${why}\n`);
        process.exit(1);
    }, seconds * 1000).unref();
}

endWithin(FILE_PATIENCE, 'the tests of this file');

// node:test's, with an end to each.
export const test = (name, body) => runner.test(name, { timeout: TEST_PATIENCE * 1000 }, body);

// The last thing a file of tests does, however they went: stops these backends, which must end well, then whatever
// else still runs, the browser included.
export async function end(browser, ...backends) {
    endWithin(STOP_PATIENCE * (2 + backends.length), 'what the tests had started');
    try {
        for (const backend of backends) {
            await backend?.stop();
        }
    } finally {
        killChildren();
        await browser?.close();
    }
}

const pause = () => new Promise((resume) => {
    setTimeout(resume, PAUSE);
});

export async function eventually(what, condition) {
    const deadline = performance.now() + PATIENCE * 1000;
    for (;;) {
        const value = await condition();
        if (value) {
            return value;
        }
        assert.ok(performance.now() < deadline, `not within ${PATIENCE} s: ${what}`);
        await pause();
    }
}

// Waits until what is asked for is this; shows the difference if it never is.
export async function becomes(ask, expected) {
    const deadline = performance.now() + PATIENCE * 1000;
    for (;;) {
        const seen = await ask();
        if (isDeepStrictEqual(seen, expected)) {
            return;
        }
        if (performance.now() > deadline) {
            assert.deepEqual(seen, expected);
        }
        await pause();
    }
}

// A child process with what it said; `ended` gives its exit code or the signal's name. It does not outlive this process,
// even one that is killed.
export function start(command, words) {
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    const process = { child, output: '', ended: null };
    for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => {
            process.output += text;
        });
    }
    process.ended = new Promise((resolve, reject) => {
        child.on('error', reject);
        child.on('close', (code, signal) => {
            children.delete(child);
            resolve(code ?? signal);
        });
    });
    return process;
}

// The same as `ended`, for what was asked to end: 'no end' if that takes too long.
export async function endOf(process) {
    let timer;
    const late = new Promise((resolve) => {
        timer = setTimeout(resolve, STOP_PATIENCE * 1000, 'no end');
    });
    const how = await Promise.race([process.ended, late]);
    clearTimeout(timer);
    return how;
}

export async function runToEnd(command, words) {
    const process = start(command, words);
    assert.equal(await process.ended, 0, `${command} ${words.join(' ')}\n${process.output}`);
    return process.output;
}

// One request; a certificate that the test made itself is fine.
export function ask(url, { method = 'GET', headers = {}, body = null } = {}) {
    const { request } = url.startsWith('https:') ? https : http;
    return new Promise((resolve, reject) => {
        const asked = request(url, { method, headers, rejectUnauthorized: false, agent: false }, (answer) => {
            const parts = [];
            answer.on('data', (part) => parts.push(part));
            answer.on('error', reject);
            answer.on('end', () => resolve({
                status: answer.statusCode, headers: answer.headers, text: Buffer.concat(parts).toString(),
            }));
        });
        asked.on('error', reject);
        asked.end(body ?? undefined);
    });
}

function freePort() {
    return new Promise((resolve, reject) => {
        const server = net.createServer();
        server.on('error', reject);
        server.listen(0, '127.0.0.1', () => {
            const { port } = server.address();
            server.close(() => resolve(port));
        });
    });
}

// `facegate backend` with a data folder of its own; it keeps port and data over a restart.
export class Backend {
    #process = null;
    #options;
    #data = mkdtempSync(path.join(folder, 'backend-'));
    #token;
    url = '';

    constructor({ options = [], token = '' } = {}) {
        this.#options = options;
        this.#token = token;
    }

    async start() {
        if (this.url === '') {
            const scheme = this.#options.includes('--tls-cert') ? 'https' : 'http';
            this.url = `${scheme}://127.0.0.1:${await freePort()}`;
        }
        const process = start(FACEGATE, ['backend', '--listen', new URL(this.url).host, '--data', this.#data,
            ...this.#options]);
        this.#process = process;
        await eventually('the backend answers', async () => {
            assert.equal(process.child.exitCode, null, `the backend ended:\n${process.output}`);
            return ask(`${this.url}/healthz`).then(({ status }) => status === 200, () => false);
        });
        return this;
    }

    // Does nothing where it does not run. Its end must be a clean one.
    async stop() {
        if (this.#process === null) {
            return;
        }
        this.#process.child.kill('SIGTERM');
        assert.equal(await endOf(this.#process), 0, this.#process.output);
    }

    #headers() {
        return this.#token === '' ? {} : { Authorization: `Bearer ${this.#token}` };
    }

    async entries(query = '') {
        const { status, text } = await ask(`${this.url}/api/auth_logs${query}`, { headers: this.#headers() });
        assert.equal(status, 200, text);
        return JSON.parse(text);
    }

    // The id of the new entry. Without a picture it goes as JSON.
    async post(entry, picture = null) {
        const fields = { timestamp: localTime(new Date()), status: 'Accepted', rfid_id: '00000000', ...entry };
        if (fields.status === 'Refused') {
            fields.reason ??= 'Visage non reconnu';
        }
        let body = JSON.stringify(fields);
        let type = 'application/json';
        if (picture !== null) {
            const form = new FormData();
            form.set('image', new Blob([readFileSync(picture)], { type: 'image/jpeg' }), 'face_image.jpg');
            for (const [name, value] of Object.entries(fields)) {
                form.set(name, value);
            }
            const packed = new Response(form);
            type = packed.headers.get('Content-Type');
            body = Buffer.from(await packed.arrayBuffer());
        }
        const { status, text } = await ask(`${this.url}/api/auth_logs`, {
            method: 'POST', body, headers: { ...this.#headers(), 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) },
        });
        assert.equal(status, 201, text);
        return JSON.parse(text).id;
    }
}

// As a timestamp has it: local time, no zone.
export function localTime(date) {
    return new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
}

// `facegate run` at the door's scene, over and over until it is stopped. Each frame is looked at, however long that
// takes, so what is seen does not depend on the machine.
export function watchDoor(backend) {
    const config = path.join(folder, 'facegate.conf');
    writeFileSync(config, `[vision]\nmodels = ${setting('FG_SOURCE')}/models\n[access]\nencodings = ${SCENES}/encodings.json\n` +
        `[delivery]\nbackend_url = ${backend.url}\ntimeout = 300\ndrain_timeout = ${STOP_PATIENCE}\n`);
    return start(FACEGATE, ['run', '--config', config, '--source', `images:${SCENES}/door`, '--loop']);
}
