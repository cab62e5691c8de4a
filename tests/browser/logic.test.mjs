// The page's parts that need no browser: times, filters and addresses, what is on the page, languages.

import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const page = fileURLToPath(new URL('../../src/backend/page', import.meta.url));

// A copy beside a package.json: every version of node then takes the files for the modules they are.
const folder = mkdtempSync(path.join(process.env.TMPDIR || tmpdir(), 'facegate-page-'));
after(() => rmSync(folder, { recursive: true }));
cpSync(page, folder, { recursive: true });
writeFileSync(path.join(folder, 'package.json'), '{"type": "module"}');

const load = (name) => import(path.join(folder, name));
const { howLongAgo, isoDay, sayAgo, sayClock, sayDay, sayNearDay, sayWhole } = await load('time.js');
const { filterFromSearch, isFiltering, matchesFilter, noFilter, queryFromFilter, searchFromFilter } = await load('filter.js');
const { addLive, addOlder, catchUp, dropBefore, LIMIT, newFeed, PAGE, replaceEntries } = await load('feed.js');
const { chooseLanguage, fill, regionOf } = await load('language.js');
const { strings } = await load('strings.js');
const { readEntry } = await load('api.js');

const NOON = new Date('2026-11-22T12:00:00');

test('says how long ago in steps that people use', () => {
    for (const [time, value, unit] of [
        ['2026-11-22T12:00:05', 0, 'second'], ['2026-11-22T11:59:51', 0, 'second'], ['2026-11-22T11:59:50', -10, 'second'],
        ['2026-11-22T11:59:01', -50, 'second'], ['2026-11-22T11:59:00', -1, 'minute'], ['2026-11-22T11:56:30', -3, 'minute'],
        ['2026-11-22T11:00:01', -59, 'minute'], ['2026-11-22T11:00:00', -1, 'hour'], ['2026-11-21T12:00:01', -23, 'hour'],
        ['2026-11-21T12:00:00', -1, 'day'], ['2026-10-24T12:00:00', -29, 'day'], ['2026-10-22T12:00:00', -1, 'month'],
        ['2025-11-22T12:00:00', -1, 'year'], ['2016-11-22T12:00:00', -10, 'year']]) {
        assert.deepEqual(howLongAgo(time, NOON), { value, unit }, time);
    }
});

test('says nothing about a time in the future, or none', () => {
    assert.equal(howLongAgo('2026-11-22T13:00:00', NOON), null);
    assert.equal(sayAgo('yesterday', NOON, 'en'), '');
    assert.equal(sayClock('yesterday', 'en'), 'yesterday');
});

test('says times in the words of the language', () => {
    assert.equal(sayAgo('2026-11-22T11:57:00', NOON, 'en-GB'), '3 minutes ago');
    assert.equal(sayAgo('2026-11-22T11:57:00', NOON, 'fr-FR'), 'il y a 3 minutes');
    assert.equal(sayClock('2026-11-22T14:57:05', 'en-GB'), '14:57:05');
    assert.match(sayClock('2026-11-22T14:57:05', 'en-US'), /^2:57:05.PM$/);
    assert.equal(sayDay('2026-11-22', 'fr'), 'dimanche 22 novembre 2026');
    assert.match(sayWhole('2026-11-22T14:57:05', 'fr'), /^dimanche 22 novembre 2026.*14:57:05$/);
    assert.equal(sayNearDay('2026-11-22', NOON, 'fr'), 'Aujourd’hui');
    assert.equal(sayNearDay('2026-11-21', NOON, 'en'), 'Yesterday');
    assert.equal(sayNearDay('2026-11-20', NOON, 'en'), null);
    assert.equal(isoDay(NOON), '2026-11-22');
});

test('a filter survives its way through the address', () => {
    for (const filter of [noFilter(), { ...noFilter(), status: 'Refused' },
        { status: 'Accepted', user: 'É & "<b>" +%20', rfid: 'D8:E2', day: '2026-02-28' }]) {
        assert.deepEqual(filterFromSearch(searchFromFilter(filter)), filter);
    }
    assert.equal(searchFromFilter(noFilter()), '');
    assert.equal(isFiltering(noFilter()), false);
});

test('an address with what cannot be shows everything', () => {
    for (const search of ['?status=Both', '?day=2026-02-30', '?day=22.11.2026', '?user=%20%20', '?unknown=1', '?day=2026-1-1']) {
        assert.deepEqual(filterFromSearch(search), noFilter(), search);
    }
});

test('asks the backend for what the filter says', () => {
    assert.equal(queryFromFilter(noFilter(), 50, 0), 'limit=50');
    assert.equal(queryFromFilter({ status: 'Refused', user: 'a b', rfid: 'X', day: '2026-11-22' }, 50, 7),
        'limit=50&before_id=7&status=Refused&user=a+b&rfid=X&from=2026-11-22&to=2026-11-22');
});

const entry = (id, more = {}) => ({
    id, timestamp: '2026-11-22T11:00:00', status: 'Accepted', rfid_id: 'D8', user_name: 'Ada Élise', reason: '', image: null,
    ...more,
});
const down = (from, count) => Array.from({ length: count }, (_, index) => entry(from - index));
const ids = (feed) => feed.entries.map(({ id }) => id);

test('knows which new entries a filter lets through', () => {
    const lets = (filter) => matchesFilter({ ...noFilter(), ...filter }, entry(1));
    assert.ok(lets({}) && lets({ status: 'Accepted' }) && lets({ user: 'élis' }) && lets({ rfid: 'D8' }) && lets({ day: '2026-11-22' }));
    assert.ok(!lets({ status: 'Refused' }) && !lets({ user: 'bob' }) && !lets({ rfid: 'D' }) && !lets({ day: '2026-11-21' }));
});

test('puts new entries on top, once, and never holds more than it may', () => {
    const feed = newFeed(noFilter());
    replaceEntries(feed, down(PAGE, PAGE));
    assert.equal(feed.more, true);
    assert.equal(addLive(feed, entry(PAGE + 2)), true);
    assert.equal(addLive(feed, entry(PAGE + 1)), true);
    assert.equal(addLive(feed, entry(PAGE + 2)), false);
    assert.deepEqual(ids(feed).slice(0, 3), [PAGE + 2, PAGE + 1, PAGE]);
    for (let id = PAGE + 3; id < PAGE + 3 + LIMIT; id += 1) {
        addLive(feed, entry(id));
    }
    assert.equal(feed.entries.length, LIMIT);
});

test('reading far back lets go of the newest and counts what comes', () => {
    const feed = newFeed(noFilter());
    replaceEntries(feed, down(1000, PAGE));
    while (feed.entries.at(-1).id > 1000 - LIMIT - 1) {
        addOlder(feed, down(feed.entries.at(-1).id - 1, PAGE));
    }
    assert.equal(feed.entries.length, LIMIT);
    assert.equal(feed.attached, false);
    assert.equal(addLive(feed, entry(1001)), true);
    assert.equal(feed.waiting, 1);
    assert.ok(!ids(feed).includes(1001));
    replaceEntries(feed, down(1001, PAGE));
    assert.deepEqual([feed.attached, feed.waiting, feed.entries[0].id], [true, 0, 1001]);
});

test('fills a gap, and begins anew where it is too large', () => {
    const feed = newFeed(noFilter());
    replaceEntries(feed, down(100, PAGE));
    addOlder(feed, down(50, PAGE));
    assert.deepEqual(catchUp(feed, down(103, PAGE)).map(({ id }) => id), [103, 102, 101]);
    assert.deepEqual([feed.entries.length, feed.entries[0].id, feed.entries.at(-1).id, feed.more], [103, 103, 1, true]);
    catchUp(feed, down(300, PAGE));
    assert.deepEqual([feed.entries.length, feed.entries[0].id], [PAGE, 300]);
    catchUp(feed, down(2, 2));
    assert.deepEqual([ids(feed), feed.more], [[2, 1], false], 'a backend that began anew');
    catchUp(feed, []);
    assert.deepEqual(ids(feed), []);
});

test('what retention deleted goes', () => {
    const feed = newFeed(noFilter());
    replaceEntries(feed, down(PAGE, PAGE));
    dropBefore(feed, 48);
    assert.deepEqual([ids(feed), feed.more], [[50, 49, 48], false]);
});

test('takes a picture from this host only', () => {
    for (const path of [null, '', 'https://elsewhere/a.jpg', '//elsewhere/a.jpg', 'javascript:alert(1)', 'a.jpg', 7]) {
        assert.equal(readEntry({ id: 1, image_path: path }).image, null, String(path));
    }
    assert.equal(readEntry({ id: 1, image_path: '/static/img/a.jpg' }).image, '/static/img/a.jpg');
});

test('speaks the first language it knows of those that are wanted', () => {
    assert.equal(chooseLanguage(null, ['fr-CA', 'en']), 'fr');
    assert.equal(chooseLanguage(null, ['de', 'fr']), 'fr');
    assert.equal(chooseLanguage(null, ['de']), 'en');
    assert.equal(chooseLanguage('en', ['fr']), 'en');
    assert.equal(chooseLanguage('constructor', []), 'en');
    assert.equal(regionOf('en', ['fr-FR', 'en-GB']), 'en-GB');
    assert.equal(regionOf('fr', ['en-GB']), 'fr');
});

test('every text is there in every language, with the same places to fill', () => {
    const places = (text) => (typeof text === 'string' ? [text] : Object.values(text))
        .flatMap((one) => one.match(/\{\w+\}/g) ?? []).filter((place, index, all) => all.indexOf(place) === index).sort();
    for (const [language, texts] of Object.entries(strings)) {
        assert.deepEqual(Object.keys(texts).sort(), Object.keys(strings.en).sort(), language);
        for (const [key, text] of Object.entries(texts)) {
            if (key !== 'lastDays') { // "Last day" needs no number.
                assert.deepEqual(places(text), places(strings.en[key]), `${language} ${key}`);
            }
        }
    }
    assert.equal(fill('{a} {b} {a}', { a: '{b}', b: 2 }), '{b} 2 {b}');
});

test('every text that is asked for exists, and none is left over', () => {
    const files = ['index.html', 'login.html', 'page.js', 'login.js', 'rows.js', 'chart.js', 'viewer.js', 'api.js', 'language.js']
        .map((name) => readFileSync(path.join(page, name), 'utf8')).join('\n');
    const asked = new Set([...files.matchAll(/say\((?:[^)]*\? )?'(\w+)'(?: : '(\w+)')?/g)].flatMap(([, one, two]) => [one, two]));
    for (const [, key] of files.matchAll(/data-(?:say|placeholder|title|aria-label|page)="(\w+)"/g)) {
        asked.add(key);
    }
    asked.delete(undefined);
    for (const state of ['live', 'connecting', 'reconnecting', 'accepted', 'refused']) {
        asked.add(state);
    }
    assert.deepEqual([...asked].sort(), Object.keys(strings.en).sort());
});

test('no markup carries style or script', () => {
    for (const name of ['index.html', 'login.html']) {
        const markup = readFileSync(path.join(page, name), 'utf8');
        assert.doesNotMatch(markup, /\sstyle=|<style|<script(?![^>]*\ssrc="\/)|\son\w+=|https?:/, name);
    }
});
