// What the browser tests share: a backend of their own, a daemon that watches the scenes, entries posted by hand, and
// waiting with a deadline. Where everything lies comes from the environment, see CMakeLists.txt.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const PATIENCE = 30; // seconds; there to end a broken test
const PAUSE = 20; // milliseconds between two questions

export function setting(name) {
    assert.ok(process.env[name], `${name} is not set: run this through ctest`);
    return process.env[name];
}

const FACEGATE = setting('FG_FACEGATE');
export const SCENES = setting('FG_SCENES');

export const folder = mkdtempSync(path.join(process.env.TMPDIR || tmpdir(), 'facegate-browser-'));
const children = new Set();

process.on('exit', () => {
    for (const child of children) {
        child.kill('SIGKILL');
    }
    rmSync(folder, { recursive: true, force: true });
});

for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => process.exit(1));
}

export async function eventually(what, condition, seconds = PATIENCE) {
    const deadline = performance.now() + seconds * 1000;
    for (;;) {
        const value = await condition();
        if (value) {
            return value;
        }
        assert.ok(performance.now() < deadline, `not within ${seconds} s: ${what}`);
        await new Promise((resume) => setTimeout(resume, PAUSE));
    }
}

// A child process with what it said; `ended` gives its exit code or the signal's name.
export function start(command, words) {
    const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] });
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

    async stop() {
        this.#process.child.kill('SIGTERM');
        assert.equal(await this.#process.ended, 0, this.#process.output);
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

// `facegate run` over the door's scene, slow enough to be watched.
export function watchDoor(backend, fps) {
    const config = path.join(folder, 'facegate.conf');
    writeFileSync(config, `[vision]\nmodels = ${setting('FG_SOURCE')}/models\n` +
        `[access]\nencodings = ${SCENES}/encodings.json\n[delivery]\nbackend_url = ${backend.url}\n`);
    return start(FACEGATE, ['run', '--config', config, '--source', `images:${SCENES}/door`, '--fps', String(fps)]);
}
