// The way in: a token over TLS, and what the page says when it is not the right one.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before } from 'node:test';

import { DESKTOP, launch, Visit } from './browser.mjs';
import { ask, Backend, end, eventually, folder, runToEnd, test } from './house.mjs';

const TOKEN = 'a-token-of-the-test-0123456789abcdef';
const INSECURE = { ...DESKTOP, ignoreHTTPSErrors: true };
let browser;
let backend;

before(async () => {
    const [token, cert, key] = ['token', 'cert.pem', 'key.pem'].map((name) => path.join(folder, name));
    writeFileSync(token, `${TOKEN}\n`, { mode: 0o600 });
    await runToEnd('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1',
        '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert]);
    browser = await launch();
    backend = await new Backend({
        token: TOKEN, options: ['--token-file', token, '--tls-cert', cert, '--tls-key', key],
    }).start();
    await backend.post({ user_name: 'Ada', rfid_id: 'D8E2F1G3' });
    await backend.post({ user_name: 'Inconnu', status: 'Refused' });
});

after(() => end(browser, backend));

async function logIn({ page }, token) {
    await page.getByLabel('Access token').fill(token);
    await page.getByRole('button', { name: 'Log in' }).click();
}

test('nothing is shown before the login, and the bookmarked view after it', async () => {
    const visit = await Visit.open(browser, `${backend.url}/?status=Refused`, INSECURE);
    const { page } = visit;
    visit.allow(/\b401\b/); // What a wrong token is answered with; the browser writes it down.
    await visit.shows('#login');
    assert.equal(await page.locator('.entry').count(), 0);
    await visit.isAccessible();

    await logIn(visit, 'not the token');
    await visit.shows('#problem');
    assert.equal(await visit.text('#problem'), 'That is not the right token. Check it and try again.');
    assert.equal(await page.getByLabel('Access token').getAttribute('aria-invalid'), 'true');
    await visit.isAccessible();
    await visit.screenshot('login');
    await page.getByTitle('Français').click();
    assert.equal(await visit.text('#problem'), 'Ce n’est pas le bon jeton. Vérifiez-le et réessayez.');
    await page.getByTitle('English').click();

    await logIn(visit, TOKEN);
    await visit.shows('.entry');
    await visit.showsIds([2]);
    // Part of what an empty log says.
    const token = await page.locator('#empty-token').evaluate((text) => !text.hidden && text.textContent);
    assert.equal(token, 'Both need the access token: token_file in facegate.conf.');
    await visit.isLive();
    const next = await backend.post({ user_name: 'Inconnu', status: 'Refused' });
    await visit.showsIds([next, 2]);
    const [cookie] = await page.context().cookies();
    assert.deepEqual([cookie.httpOnly, cookie.secure, cookie.sameSite, cookie.path], [true, true, 'Strict', '/']);
    assert.equal(cookie.value.includes(TOKEN), false);

    await page.getByRole('button', { name: 'Log out' }).click();
    await visit.shows('#login');
    const answer = await page.evaluate(async () => (await fetch('/api/auth_logs?limit=1')).status);
    assert.equal(answer, 401, 'the session is over');
    await visit.close();
});

test('a session that ended leads to the login page and back', async () => {
    const visit = await Visit.open(browser, `${backend.url}/`, INSECURE);
    const { page } = visit;
    visit.allow(/\b401\b/);
    await logIn(visit, TOKEN);
    await visit.isLive();
    await visit.shows('#entries[aria-busy="false"]'); // Nothing else is asked for that could end the session before the click.
    await page.context().clearCookies();
    await page.getByRole('radio', { name: 'Accepted' }).click();
    await visit.shows('#login');
    await logIn(visit, TOKEN);
    await visit.shows('.entry');
    await visit.showsIds([1]);
    assert.equal(new URL(page.url()).search, '?status=Accepted');
    await visit.close();
});

test('too many tries are reported, with how long to wait', async () => {
    const visit = await Visit.open(browser, `${backend.url}/`, INSECURE);
    visit.allow(/\b(401|429)\b/);
    // Tries come back with time: others from this address use them up, however slow the page is.
    const guess = () => ask(`${backend.url}/login`, {
        method: 'POST', body: 'token=guess', headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    await eventually('the backend has had enough', async () => {
        await Promise.all(Array.from({ length: 10 }, guess));
        await logIn(visit, 'guess');
        await visit.shows('#log-in:enabled');
        await visit.shows('#problem');
        return (await visit.text('#problem')).startsWith('Too many tries.');
    });
    assert.match(await visit.text('#problem'), /^Too many tries\. Wait (a minute|\d+ seconds?), then try again\.$/);
    await visit.close();
});
