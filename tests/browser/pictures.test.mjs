// Screenshots of the door log after two weeks at a door that never was, with pictures cut from the test pictures. They are
// for people to look at; one of them is in the README (see picture.sh).

import { mkdtempSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';

import { DESKTOP, launch, PHONE, Visit } from './browser.mjs';
import { Backend, end, folder, localTime, runToEnd, setting, test } from './house.mjs';

// Head and shoulders: the test picture, and where in it.
const PEOPLE = [
    { name: 'Ada Lovelace', badge: 'D8E2F1G3', cuts: ['sample3 882,113', 'sample1 1279,83'] },
    { name: 'Grace Hopper', badge: '77F0A9C2', cuts: ['sample6 1244,169'] },
    { name: 'Émilie du Châtelet', badge: 'A1B2C3D4', cuts: ['sample4 1050,40'] },
    { name: 'Katherine Johnson', badge: '5C11D0E9', cuts: ['sample4 447,0'] },
    { name: 'Hedy Lamarr', badge: 'E07B44A1', cuts: ['sample3 1270,212'] },
];
const STRANGERS = ['sample5 1214,299', 'sample6 438,256', 'sample5 538,0', 'sample6 7,450'];
const MINUTE = 60000;

let browser;
let backend;

async function cut(place) {
    const [sample, at] = place.split(' ');
    const out = mkdtempSync(path.join(folder, 'cut-'));
    await runToEnd(setting('FG_SEQUENCE'), ['--from', at, '--to', at, '--size', '640x480', '--out-size', '640x480', '--frames', '1',
        path.join(setting('FG_SOURCE'), 'tests/pictures', `${sample}.jpg`), out]);
    const file = `${out}.jpg`;
    renameSync(path.join(out, readdirSync(out)[0]), file);
    return file;
}

// Always the same: when somebody came, minutes ago, and who, a negative number for a stranger.
function visits() {
    const list = [];
    for (let day = 13; day > 0; day -= 1) {
        const count = 6 + ((day * 7) % 5) * 3 - (day % 7 === 3 ? 5 : 0);
        for (let index = 0; index < count; index += 1) {
            const who = (day + index * 3) % 7;
            list.push([day * 1440 - index * 31, who < 5 ? who : -1 - (index % STRANGERS.length)]);
        }
    }
    const recent = [[96, 4], [81, 0], [64, 2], [47, 3], [33, -1], [21, 1], [12, 2], [7, 0], [5, -2], [3, 3], [1, 1], [0, 0]];
    return [...list, ...recent];
}

before(async () => {
    browser = await launch();
    backend = await new Backend().start();
    const faces = await Promise.all(PEOPLE.map(({ cuts }) => Promise.all(cuts.map(cut))));
    const strangers = await Promise.all(STRANGERS.map(cut));
    const now = Date.now();
    for (const [index, [minutes, who]] of visits().entries()) {
        const timestamp = localTime(new Date(now - minutes * MINUTE - 2000));
        if (who < 0) {
            await backend.post({ timestamp, user_name: 'Inconnu', status: 'Refused' }, strangers[-1 - who]);
        } else {
            const { name, badge } = PEOPLE[who];
            await backend.post({ timestamp, user_name: name, rfid_id: badge }, faces[who][index % faces[who].length]);
        }
    }
});

after(() => end(browser, backend));

async function take(name, options, address, act = async () => {}) {
    const visit = await Visit.open(browser, backend.url + address, options);
    await visit.shows('.entry');
    await visit.isLive();
    await act(visit);
    await visit.screenshot(name);
    await visit.close();
}

async function openFirst(visit) {
    await visit.page.locator('.thumb').first().click();
    await visit.shows('#viewer-picture img');
}

test('the door log on a desk', async () => {
    await take('desktop-light', DESKTOP, '/');
    await take('desktop-dark', { ...DESKTOP, colorScheme: 'dark' }, '/');
    await take('large', DESKTOP, '/', openFirst);
    await take('french', { ...DESKTOP, locale: 'fr-FR' }, '/?status=Refused');
});

test('the door log on a phone', async () => {
    await take('phone', PHONE, '/');
    await take('phone-dark', { ...PHONE, colorScheme: 'dark' }, '/', async ({ page }) => {
        await page.locator('#filters-toggle').click();
        await page.locator('#filters-toggle').evaluate((button) => button.scrollIntoView());
    });
    await take('phone-large', PHONE, '/', openFirst);
});
