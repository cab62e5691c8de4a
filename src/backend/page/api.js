// Asking the backend. What goes wrong is thrown as an ApiError whose text is for the reader.

import { say } from './language.js';

export class ApiError extends Error {}

// A session that is over leads to the login page, which leads back here with the same filters.
function logInAgain() {
    location.replace(`/login${location.search}`);
    return new Promise(() => {});
}

async function readError(response) {
    try {
        const { error } = await response.json();
        return typeof error === 'string' ? error : response.statusText;
    } catch {
        return response.statusText;
    }
}

async function ask(path, signal) {
    let response;
    try {
        response = await fetch(path, { signal, cache: 'no-store', headers: { Accept: 'application/json' } });
    } catch (error) {
        if (error.name === 'AbortError') {
            throw error;
        }
        throw new ApiError(say('noAnswer'));
    }
    if (response.status === 401) {
        return logInAgain();
    }
    if (!response.ok) {
        throw new ApiError(say('refusedAnswer', { code: response.status, text: await readError(response) }));
    }
    let answer = null;
    try {
        answer = await response.json();
    } catch (error) {
        if (error.name === 'AbortError') {
            throw error;
        }
    }
    if (!Array.isArray(answer)) {
        throw new ApiError(say('badAnswer', { code: response.status }));
    }
    return answer;
}

// An entry as the page uses it: every text there, the picture's path one of this host or null.
export function readEntry(raw) {
    const text = (value) => (typeof value === 'string' ? value : '');
    const path = text(raw.image_path);
    return {
        id: Number(raw.id),
        timestamp: text(raw.timestamp),
        status: text(raw.status),
        rfid_id: text(raw.rfid_id),
        user_name: text(raw.user_name),
        reason: text(raw.reason),
        image: /^\/(?!\/)/.test(path) ? path : null,
    };
}

export async function getEntries(query, signal) {
    return (await ask(`/api/auth_logs?${query}`, signal)).map(readEntry);
}

export const getDays = (count, signal) => ask(`/api/days?days=${count}`, signal);

export async function logOut() {
    const response = await fetch('/logout', { method: 'POST' });
    if (!response.ok) {
        throw new ApiError(say('failedLogOut'));
    }
}
