// What is shown: {status, user, rfid, day}, each '' for any. In the page's address, in the API's, and by hand.

export const STATUSES = ['Accepted', 'Refused'];
const NAMES = ['status', 'user', 'rfid', 'day'];

export const noFilter = () => ({ status: '', user: '', rfid: '', day: '' });

export const isFiltering = (filter) => NAMES.some((name) => filter[name] !== '');

export const isSameFilter = (one, other) => NAMES.every((name) => one[name] === other[name]);

function isDay(text) {
    return /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T12:00:00Z`).toJSON()?.slice(0, 10) === text;
}

// From location.search. Whatever a filter cannot be is left out: an address is typed by people.
export function filterFromSearch(search) {
    const asked = new URLSearchParams(search);
    const filter = noFilter();
    for (const name of NAMES) {
        filter[name] = (asked.get(name) ?? '').trim();
    }
    if (!STATUSES.includes(filter.status)) {
        filter.status = '';
    }
    if (!isDay(filter.day)) {
        filter.day = '';
    }
    return filter;
}

export function searchFromFilter(filter) {
    const search = new URLSearchParams();
    for (const name of NAMES) {
        if (filter[name] !== '') {
            search.set(name, filter[name]);
        }
    }
    const text = search.toString();
    return text === '' ? '' : `?${text}`;
}

// The query of GET /api/auth_logs for the page of entries before `beforeId` (0: the newest).
export function queryFromFilter(filter, limit, beforeId) {
    const query = new URLSearchParams({ limit: String(limit) });
    if (beforeId > 0) {
        query.set('before_id', String(beforeId));
    }
    for (const name of ['status', 'user', 'rfid']) {
        if (filter[name] !== '') {
            query.set(name, filter[name]);
        }
    }
    if (filter.day !== '') {
        query.set('from', filter.day);
        query.set('to', filter.day);
    }
    return query.toString();
}

// Whether a new entry belongs into the view, by the server's rules.
export function matchesFilter(filter, entry) {
    return (filter.status === '' || entry.status === filter.status) &&
        (filter.rfid === '' || entry.rfid_id === filter.rfid) &&
        (filter.day === '' || entry.timestamp.startsWith(filter.day)) &&
        (filter.user === '' || entry.user_name.toLowerCase().includes(filter.user.toLowerCase()));
}
