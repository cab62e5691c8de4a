// The login form. It works without this script too; with it, what is wrong is said in words.

import { byId } from './dom.js';
import { say, startLanguage } from './language.js';
import { rememberLogin } from './session.js';

const form = byId('login');
const token = byId('token');
let problem = null; // what is wrong, in the current language

function showProblem(tell) {
    problem = tell;
    byId('problem').hidden = problem === null;
    byId('problem').textContent = problem === null ? '' : problem();
    token.setAttribute('aria-invalid', String(problem !== null));
}

function problemOf(response) {
    if (response.status === 401 || response.status === 403) {
        return () => say('wrongToken');
    }
    if (response.status === 429) {
        const seconds = Number(response.headers.get('Retry-After'));
        return seconds > 0 ? () => say('tooMany', { n: seconds }) : () => say('tooManySoon');
    }
    return () => say('badAnswer', { code: response.status });
}

async function logIn() {
    let response;
    try {
        response = await fetch('/login', { method: 'POST', body: new URLSearchParams({ token: token.value }) });
    } catch {
        return () => say('noAnswer');
    }
    return response.ok ? null : problemOf(response);
}

form.addEventListener('submit', async (event) => {
    event.preventDefault();
    byId('log-in').disabled = true;
    const wrong = await logIn();
    byId('log-in').disabled = false;
    showProblem(wrong);
    if (wrong !== null) {
        token.select();
        token.focus();
        return;
    }
    rememberLogin();
    // The filters of a bookmark came along.
    location.replace(`/${location.search}`);
});

startLanguage(() => showProblem(problem));
token.focus();
