// The door log in a real browser, with the real backend and the real daemon.

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before } from 'node:test';
import { isDeepStrictEqual } from 'node:util';

import { DESKTOP, launch, PHONE, Visit } from './browser.mjs';
import { Backend, becomes, end, endOf, eventually, localTime, SCENES, test, watchDoor } from './house.mjs';

const PICTURE = path.join(SCENES, 'door/frame-0000.jpg');
let browser;
let backend; // has what the daemon saw, from the second test on

before(async () => {
    browser = await launch();
    backend = await new Backend().start();
});

after(() => end(browser, backend));

const visitTo = (address, options, more) => Visit.open(browser, backend.url + address, options, more);
const newestFirst = (entries) => entries.map(({ id }) => id).reverse();
const shownOf = (entries) => newestFirst(entries).slice(0, 50);

test('tells a newcomer where to point facegate', async () => {
    const visit = await visitTo('/');
    await visit.shows('#empty');
    await visit.isLive();
    assert.equal(await visit.text('#empty-run'), `facegate run --backend-url ${backend.url}`);
    assert.equal(await visit.page.locator('#empty-token').isHidden(), true);
    assert.equal(await visit.page.title(), 'Door log – facegate');
    await visit.isAccessible();
    await visit.screenshot('empty');
    await visit.close();
});

test('shows what the daemon sends while it sends it, without a reload', async () => {
    const visit = await visitTo('/');
    await visit.isLive();
    await visit.page.evaluate(() => {
        globalThis.stayed = true;
    });
    const daemon = watchDoor(backend);
    const names = async () => {
        assert.equal(daemon.child.exitCode, null, `the daemon ended:\n${daemon.output}`);
        return (await visit.rows()).map(({ name }) => name);
    };
    const first = await eventually('an entry appears', async () => (await names()).length);
    await eventually('more follow while the daemon runs', async () => {
        const now = await names();
        return now.length > first + 1 && now.includes('Ada') && now.includes('Inconnu');
    });
    daemon.child.kill('SIGTERM');
    assert.equal(await endOf(daemon), 0, daemon.output);

    const entries = await backend.entries();
    await visit.showsIds(newestFirst(entries));
    assert.ok(await visit.page.evaluate(() => globalThis.stayed));
    const rows = await visit.rows();
    const ada = rows.find(({ name }) => name === 'Ada');
    assert.deepEqual([ada.status, ada.badge, ada.reason, ada.icon], ['Accepted', 'D8E2F1G3', '', true]);
    const stranger = rows.find(({ name }) => name === 'Inconnu');
    assert.deepEqual([stranger.status, stranger.badge, stranger.reason, stranger.icon],
        ['Refused', '', 'Visage non reconnu', true]);
    assert.match(ada.ago, /^(now|\d+ (second|minute)s? ago)$/);

    const count = (status) => String(entries.filter((entry) => entry.status === status).length);
    await eventually('the numbers of the day follow', async () =>
        (await visit.text('#today-accepted')) === count('Accepted') && (await visit.text('#today-refused')) === count('Refused'));
    await eventually('it is said, gently', async () => /^(New entry|\d+ new entries, the latest): /.test(
        await visit.page.locator('#announcer').textContent()));
    await visit.close();
});

test('opens a picture large, by keyboard alone, and gives the focus back', async () => {
    const visit = await visitTo('/');
    await visit.shows('.entry');
    const { page } = visit;
    const rows = await visit.rows();
    const shown = () => page.locator('#viewer time').getAttribute('datetime');
    const focused = () => page.evaluate(() => Number(document.activeElement.closest('.entry')?.dataset.id));
    const width = () => page.evaluate(() => document.querySelector('#viewer-picture img')?.naturalWidth);

    await page.locator('.thumb').first().focus();
    await page.keyboard.press('Enter');
    await visit.shows('#viewer[open]');
    await eventually('the picture decodes', async () => (await width()) === 640);
    assert.equal(await shown(), rows[0].time);
    assert.equal(await page.locator('#viewer-newer').getAttribute('aria-disabled'), 'true');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await becomes(shown, rows[2].time);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await becomes(shown, rows[0].time);
    await visit.isAccessible();
    await page.keyboard.press('Escape');
    await becomes(() => page.locator('#viewer[open]').count(), 0);
    await becomes(focused, rows[0].id);

    await page.keyboard.press('ArrowDown');
    await becomes(focused, rows[1].id);
    await page.keyboard.press('Enter');
    await visit.shows('#viewer[open]');
    await page.keyboard.press('ArrowRight');
    await page.locator('#viewer-close').click();
    await becomes(focused, rows[2].id); // The list goes on where the reader stopped.
    await visit.close();
});

test('filters by status, name, badge and day, and the address tells it', async () => {
    const old = await backend.post({ timestamp: '2026-01-02T03:04:05', user_name: 'Grace Hopper', rfid_id: 'AB:12-x_y' });
    const visit = await visitTo('/');
    const { page } = visit;
    const all = await backend.entries();
    const search = () => page.evaluate(() => location.search);
    const today = localTime(new Date()).slice(0, 10);
    await visit.showsIds(shownOf(all));

    await page.getByRole('radio', { name: 'Refused' }).check();
    await visit.showsIds(shownOf(all.filter(({ status }) => status === 'Refused')));
    assert.equal(await search(), '?status=Refused');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await visit.showsIds(shownOf(all));
    assert.equal(await search(), '');

    await page.getByRole('searchbox', { name: 'Name' }).fill('gRaCe');
    await visit.showsIds([old]);
    assert.equal(await search(), '?user=gRaCe');
    await page.getByRole('searchbox', { name: 'Name' }).fill('nobody of that name');
    await visit.shows('#none');
    await page.locator('#none-clear').click();

    await page.getByRole('searchbox', { name: 'Badge' }).fill('D8E2F1G3');
    await visit.showsIds(shownOf(all.filter(({ rfid_id: badge }) => badge === 'D8E2F1G3')));
    await page.getByRole('searchbox', { name: 'Badge' }).fill('AB:12-x_y');
    await visit.showsIds([old]);
    assert.equal(new URLSearchParams(await search()).get('rfid'), 'AB:12-x_y');
    await page.getByRole('searchbox', { name: 'Badge' }).fill('');

    await page.getByLabel('Day', { exact: true }).fill('2026-01-02');
    await visit.showsIds([old]);
    assert.equal(await search(), '?day=2026-01-02');
    await page.locator(`#days [data-day="${today}"]`).click();
    await visit.showsIds(shownOf(all.filter(({ id }) => id !== old)));
    assert.equal(await page.getByLabel('Day', { exact: true }).inputValue(), today);
    await page.goBack();
    await visit.showsIds([old]);
    assert.equal(await page.getByLabel('Day', { exact: true }).inputValue(), '2026-01-02');
    await visit.close();
});

test('a bookmarked view opens as it was left, and only what belongs there comes', async () => {
    const visit = await visitTo('/?status=Refused&user=INC');
    const { page } = visit;
    const inside = (await backend.entries()).filter(({ status, user_name: name }) => status === 'Refused' && name === 'Inconnu');
    await visit.showsIds(shownOf(inside));
    assert.ok(await page.getByRole('radio', { name: 'Refused' }).isChecked());
    assert.equal(await page.getByRole('searchbox', { name: 'Name' }).inputValue(), 'INC');
    await visit.isLive();
    await backend.post({ user_name: 'Ada', status: 'Accepted' });
    const wanted = await backend.post({ user_name: 'Inconnu', status: 'Refused' });
    await visit.showsIds([wanted, ...shownOf(inside)]);
    await visit.close();
});

test('speaks the language of the browser, and the one that is chosen', async () => {
    const visit = await visitTo('/', { ...DESKTOP, locale: 'fr-FR' });
    const { page } = visit;
    const lang = () => page.evaluate(() => document.documentElement.lang);
    await visit.shows('.entry');
    assert.equal(await lang(), 'fr');
    assert.equal(await page.title(), 'Journal de la porte – facegate');
    assert.match(await visit.text('.pill.accepted'), /Accepté/);
    assert.match(await visit.text('.ago'), /^(maintenant|il y a \d+ (seconde|minute)s?)$/);
    assert.match(await visit.text('.entry .day'), /^Aujourd’hui\s*\S+ \d+ \S+ 20\d\d$/);

    await page.getByTitle('English').click();
    assert.equal(await lang(), 'en');
    assert.match(await visit.text('.pill.accepted'), /Accepted/);
    assert.match(await visit.text('.ago'), /^(now|\d+ (second|minute)s? ago)$/);
    await page.reload();
    await visit.shows('.entry');
    assert.equal(await lang(), 'en', 'the choice outlasts the visit');
    await visit.close();
});

test('shows a name as text, whatever it is', async () => {
    const names = ['<script>alert(1)</script>', '<img src=x onerror=alert(1)>', '"><b onclick=alert(1)>&amp;', '{n} {name}',
        'محمد بن عبد الله', 'א\u202Eאבג', '👩🏽‍🚀 Ada 🚪', 'W'.repeat(128), 'constructor'];
    const ids = [];
    for (const name of names) {
        ids.unshift(await backend.post({ user_name: name, status: 'Refused', reason: name, rfid_id: 'a'.repeat(64) }));
    }
    for (const options of [DESKTOP, PHONE]) {
        const visit = await visitTo('/', options);
        await visit.shows('.entry');
        const rows = (await visit.rows()).slice(0, names.length);
        assert.deepEqual(rows.map(({ id }) => id), ids);
        assert.deepEqual(rows.map(({ name }) => name).reverse(), names);
        assert.deepEqual(rows.map(({ reason }) => reason).reverse(), names);
        assert.equal(await visit.scrollsSideways(), false);
        await visit.page.locator('.thumb').nth(names.length - 1).click();
        await visit.shows('#viewer[open]');
        assert.equal(await visit.text('#viewer-name'), names[0]);
        assert.equal(await visit.page.locator('#list script, #viewer script, #list b, #viewer b').count(), 0);
        await visit.close();
    }
});

test('says "3 minutes ago" when three minutes have passed', async () => {
    const taken = new Date();
    await backend.post({ user_name: 'Ada', timestamp: localTime(taken) }, PICTURE);
    // The page's clock moves only as far as the test says.
    const visit = await visitTo('/', DESKTOP, {
        prepare: async ({ clock }) => {
            await clock.install({ time: taken });
            await clock.pauseAt(new Date(taken.getTime() + 30000));
        },
    });
    await visit.shows('.entry');
    await becomes(() => visit.text('.ago'), '30 seconds ago');
    await visit.page.clock.fastForward('02:30');
    await becomes(() => visit.text('.ago'), '3 minutes ago');
    await visit.close();
});

test('what happens while the list is on its way is in it too', async () => {
    const name = 'Barbara Liskov';
    const shown = await backend.post({ user_name: name });
    const visit = await visitTo(`/?user=${encodeURIComponent(name)}`);
    const { page } = visit;
    await visit.showsIds([shown]);
    await visit.isLive();
    await visit.shows('#entries[aria-busy="false"]');

    const today = localTime(new Date()).slice(0, 10);
    const accepted = async () =>
        (await backend.entries('?status=Accepted')).filter(({ timestamp }) => timestamp >= today).length;
    const seen = async () => Number(await visit.text('#today-accepted'));
    await becomes(seen, await accepted());

    // The answer is written, then somebody comes, then the page gets the answer.
    let late = 0;
    let answered = false;
    await page.route('**/api/auth_logs?*', async (route) => {
        const response = await route.fetch();
        late = await backend.post({ user_name: name });
        await becomes(seen, await accepted());
        await route.fulfill({ response });
        answered = true;
    }, { times: 1 });
    await page.evaluate(() => document.querySelector('#again').click());
    await becomes(() => answered, true);
    await visit.shows('#entries[aria-busy="false"]');
    await visit.showsIds([late, shown]);
    await visit.close();
});

test('survives that the backend goes and comes back', async () => {
    const visit = await visitTo('/');
    await visit.shows('.entry');
    await visit.isLive();
    visit.allow(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/);
    await backend.stop();
    await visit.shows('#live[data-state="reconnecting"]');
    await visit.page.getByRole('searchbox', { name: 'Name' }).fill('Edsger');
    await visit.shows('#list-error');
    assert.match(await visit.text('#list-error'), /The entries could not be loaded\. The backend does not answer/);

    await backend.start();
    const missed = await backend.post({ user_name: 'Edsger Dijkstra' }, PICTURE);
    await visit.isLive();
    await visit.showsIds([missed]);
    assert.ok(await visit.page.locator('#list-error').isHidden());
    const next = await backend.post({ user_name: 'Edsger Dijkstra' }, PICTURE);
    await visit.showsIds([next, missed]);
    await visit.close();
});

test('is complete on a phone and for people who use it in other ways', async () => {
    for (const options of [PHONE, { ...PHONE, colorScheme: 'dark' }, { ...DESKTOP, colorScheme: 'dark' }, DESKTOP]) {
        const visit = await visitTo('/?status=Refused', options);
        await visit.shows('.entry');
        assert.equal(await visit.scrollsSideways(), false);
        const fold = visit.page.locator('#filters-toggle');
        if (await fold.isVisible()) {
            assert.equal(await visit.page.getByLabel('Day', { exact: true }).isVisible(), false);
            await fold.click();
            assert.equal(await visit.page.getByLabel('Day', { exact: true }).isVisible(), true);
        }
        await visit.isAccessible();
        await visit.close();
    }
});

test('reads back page by page with a bounded number of rows', async () => {
    const full = await new Backend().start();
    for (let at = 0; at < 640; at += 16) {
        await Promise.all(Array.from({ length: 16 }, (_, index) => full.post({ user_name: `Visitor ${at + index}` })));
    }
    const visit = await Visit.open(browser, `${full.url}/`);
    const { page } = visit;
    const older = page.getByRole('button', { name: 'Load older' });
    await visit.showsIds(Array.from({ length: 50 }, (_, index) => 640 - index));
    await visit.isLive();
    await older.click();
    await visit.showsIds(Array.from({ length: 100 }, (_, index) => 640 - index));
    for (let rows = 150; rows <= 500; rows += 50) {
        await older.click();
        await eventually(`${rows} rows`, async () => (await visit.rows()).length === rows);
    }
    await older.click();
    await eventually('the newest make room', async () => (await visit.rows())[0].id === 590);
    assert.equal((await visit.rows()).length, 500);
    await full.post({ user_name: 'Late' });
    await visit.shows('#fresh');
    assert.equal(await visit.text('#fresh'), '1 new entry');
    await page.locator('#fresh').click();
    await visit.showsIds(Array.from({ length: 50 }, (_, index) => 641 - index));
    await visit.close();
    await full.stop();
});

test('what the backend deletes leaves the page too', async () => {
    const small = await new Backend({ options: ['--max-bytes', '5000000'] }).start();
    const visit = await Visit.open(browser, `${small.url}/`);
    await visit.isLive();
    // A slow page asks for a picture that the backend has just deleted, before it hears of that.
    visit.allow(/\b404\b.*\/static\/img\//);
    for (let at = 0; at < 96; at += 8) {
        await Promise.all(Array.from({ length: 8 }, () => small.post({ user_name: 'Ada' }, PICTURE)));
    }
    await eventually('the backend makes room', async () => (await small.entries())[0].id > 1);
    const last = await small.post({ user_name: 'Last' });
    await eventually('the last one is there', async () => (await visit.rows())[0]?.id === last);
    let left;
    await eventually('the page has what the backend has', async () => {
        left = newestFirst(await small.entries());
        return isDeepStrictEqual((await visit.rows()).map(({ id }) => id), left);
    });
    await visit.picturesInViewAreThere();
    assert.deepEqual(await visit.rowsWithoutPicture(), [last]);
    await visit.close();
    await small.stop();
});
