// A real Chromium, and visits to the page that notice everything that goes wrong in them.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { becomes, eventually, PATIENCE, setting } from './house.mjs';

const CHROMIUM = process.env.FG_CHROMIUM || '/usr/bin/chromium';
const SCREENSHOTS = setting('FG_SCREENSHOTS');
const tools = createRequire(path.join(setting('FG_BROWSER_TOOLS'), 'package.json'));
const { chromium } = tools('playwright-core');
const axe = readFileSync(tools.resolve('axe-core/axe.min.js'), 'utf8');

export const DESKTOP = { viewport: { width: 1280, height: 860 }, locale: 'en-GB' };
export const PHONE = {
    viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: 'en-GB',
};

export function launch() {
    return chromium.launch({
        executablePath: CHROMIUM,
        timeout: PATIENCE * 1000,
        args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
            '--disable-component-update', '--disable-sync', '--no-proxy-server'],
    });
}

// A page of a browser profile of its own. Whatever it does that it should not is in `trouble`, which close() looks at.
export class Visit {
    page;
    trouble = [];
    #context;
    #allowed = [];

    static async open(browser, url, options = DESKTOP, { prepare = null } = {}) {
        const visit = new Visit();
        visit.#context = await browser.newContext({ reducedMotion: 'reduce', ...options });
        visit.#context.setDefaultTimeout(PATIENCE * 1000);
        visit.page = await visit.#context.newPage();
        visit.#watch(new URL(url).origin);
        await prepare?.(visit.page);
        await visit.page.goto(url);
        return visit;
    }

    // From now on this is no trouble: the test makes it happen.
    allow(pattern) {
        this.#allowed.push(pattern);
    }

    #note(text) {
        if (!this.#allowed.some((pattern) => pattern.test(text))) {
            this.trouble.push(text);
        }
    }

    #watch(origin) {
        this.page.on('console', (message) => {
            if (['error', 'warning'].includes(message.type())) {
                this.#note(`console: ${message.text()} ${message.location().url}`);
            }
        });
        this.page.on('pageerror', (error) => this.#note(`error in the page: ${error.stack}`));
        this.page.on('dialog', (dialog) => {
            this.#note(`a script opened a box: ${dialog.message()}`);
            dialog.dismiss();
        });
        this.page.on('request', (request) => {
            if (new URL(request.url()).origin !== origin) {
                this.#note(`asked another host: ${request.url()}`);
            }
        });
        this.page.on('requestfailed', (request) => {
            const { errorText } = request.failure();
            if (errorText !== 'net::ERR_ABORTED') { // The page itself gave up on it.
                this.#note(`failed: ${request.url()} ${errorText}`);
            }
        });
        this.page.on('response', (response) => {
            if (response.status() >= 400) {
                this.#note(`answered ${response.status()}: ${response.url()}`);
            }
        });
    }

    async close() {
        await this.#context.close();
        assert.deepEqual(this.trouble, []);
    }

    text(selector) {
        return this.page.locator(selector).first().innerText();
    }

    shows(selector) {
        return this.page.locator(selector).first().waitFor({ state: 'visible' });
    }

    // What the rows on the page say, newest first.
    rows() {
        return this.page.locator('#list > .entry').evaluateAll((rows) => rows.map((row) => ({
            id: Number(row.dataset.id),
            name: row.querySelector('.name').textContent,
            badge: row.querySelector('.badge bdi')?.textContent ?? '',
            reason: row.querySelector('.reason')?.textContent ?? '',
            status: row.querySelector('.pill').textContent,
            icon: row.querySelector('.pill svg') !== null,
            time: row.querySelector('time').dateTime,
            ago: row.querySelector('.ago').textContent,
        })));
    }

    // Waits until the list shows these ids and no others.
    showsIds(ids) {
        return becomes(async () => (await this.rows()).map(({ id }) => id), ids);
    }

    picturesInViewAreThere() {
        return eventually('every picture in view is there', () => this.page.evaluate(() =>
            [...document.images].every((image) => image.complete || image.getBoundingClientRect().top > innerHeight)));
    }

    // The ids of the rows that say that there is none.
    rowsWithoutPicture() {
        return this.page.locator('#list > .entry').evaluateAll((rows) => rows
            .filter((row) => row.querySelector('.nopicture') !== null).map((row) => Number(row.dataset.id)));
    }

    isLive() {
        return this.shows('#live[data-state="live"]');
    }

    async scrollsSideways() {
        return this.page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    }

    // What axe-core finds wrong for people who use the page in other ways, contrast included.
    async isAccessible() {
        await this.page.evaluate(axe);
        const found = await this.page.evaluate(async () => {
            const { violations } = await globalThis.axe.run(document, {
                runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
            });
            return violations.map(({ id, nodes }) => ({ id, first: `${nodes[0].html} ${nodes[0].failureSummary}`, count: nodes.length }));
        });
        assert.deepEqual(found, []);
    }

    async screenshot(name) {
        mkdirSync(SCREENSHOTS, { recursive: true });
        await this.page.evaluate(() => document.fonts.ready);
        await this.picturesInViewAreThere();
        const file = path.join(SCREENSHOTS, `${name}.png`);
        await this.page.screenshot({ path: file });
        return file;
    }
}
