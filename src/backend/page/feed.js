// The entries on the page, newest first, never more than LIMIT of them.

import { matchesFilter } from './filter.js';

export const PAGE = 50;
export const LIMIT = 500;

// `attached`: the newest entry of the view is on the page, so that new ones go above it. Reading back further than
// LIMIT lets go of the newest; then new ones are only counted.
export function newFeed(filter) {
    return { filter, entries: [], more: false, attached: true, waiting: 0 };
}

export function replaceEntries(feed, page) {
    feed.entries = page;
    feed.more = page.length === PAGE;
    feed.attached = true;
    feed.waiting = 0;
}

export function addOlder(feed, page) {
    const last = feed.entries.at(-1)?.id ?? Infinity;
    feed.entries = feed.entries.concat(page.filter((entry) => entry.id < last));
    feed.more = page.length === PAGE;
    if (feed.entries.length > LIMIT) {
        feed.entries = feed.entries.slice(-LIMIT);
        feed.attached = false;
    }
}

// One that came by itself. Says whether it is news for this view.
export function addLive(feed, entry) {
    if (!matchesFilter(feed.filter, entry) || feed.entries.some((one) => one.id === entry.id)) {
        return false;
    }
    if (!feed.attached) {
        feed.waiting += 1;
        return true;
    }
    const place = feed.entries.findIndex((one) => one.id < entry.id);
    if (place < 0 && feed.more) {
        return false; // Older than what is loaded: it comes with its page.
    }
    feed.entries.splice(place < 0 ? feed.entries.length : place, 0, entry);
    if (feed.entries.length > LIMIT) {
        feed.entries.length = LIMIT;
        feed.more = true;
    }
    return true;
}

// The newest page, asked for after a gap. Where it does not reach what is on the page, or the backend started anew
// with lower numbers, it takes its place. Returns what was new.
export function catchUp(feed, page) {
    const known = new Set(feed.entries.map((entry) => entry.id));
    const fresh = page.filter((entry) => !known.has(entry.id));
    if (!feed.attached) {
        return [];
    }
    const reaches = page.some((entry) => known.has(entry.id)) && page[0].id >= feed.entries[0].id;
    if (!reaches) {
        replaceEntries(feed, page);
        return fresh;
    }
    // Between the newest and the oldest of the page the server's word counts: what it has no more is gone.
    const oldest = page.at(-1).id;
    const older = page.length < PAGE ? [] : feed.entries.filter((entry) => entry.id < oldest);
    feed.entries = page.concat(older).slice(0, LIMIT);
    feed.more = page.length === PAGE && (feed.more || older.length === 0 || page.length + older.length > LIMIT);
    return fresh;
}

// Retention deleted everything before `id`.
export function dropBefore(feed, id) {
    if (feed.entries.some((entry) => entry.id < id)) {
        feed.entries = feed.entries.filter((entry) => entry.id >= id);
        feed.more = false;
    }
}
