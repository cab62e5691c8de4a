// The door log: what is shown, where it comes from, and what the reader does with it.

import { getDays, getEntries, logOut } from './api.js';
import { Chart } from './chart.js';
import { byId, fillIcons } from './dom.js';
import { addLive, addOlder, catchUp, dropBefore, newFeed, PAGE, replaceEntries } from './feed.js';
import { filterFromSearch, isFiltering, isSameFilter, noFilter, queryFromFilter, searchFromFilter } from './filter.js';
import { say, startLanguage } from './language.js';
import { followEvents } from './live.js';
import { Rows, spoken } from './rows.js';
import { forgetLogin, isLoggedIn } from './session.js';
import { isoDay } from './time.js';
import { Viewer } from './viewer.js';

const DAYS = 14;
const TICK = 5000;
const TYPING = 250; // after the last letter
const ANNOUNCE = 2500; // several entries are reported together

let feed = newFeed(noFilter());
let loading = null; // the AbortController of a running request for the list
let postponed = []; // what happened while that runs, to be done when its answer is in
let loadingDays = false;
let daysChanged = false; // since they were asked for
let failed = false;
let unseen = 0; // came while the reader was further down or elsewhere
let live = 'connecting';
let reported = [];
let today = isoDay(new Date());

const form = byId('filters');
const rows = new Rows(byId('list'), (id) => viewer.open(id));
const chart = new Chart(byId('days'), {
    accepted: byId('today-accepted'), refused: byId('today-refused'), title: byId('chart-title'), most: byId('chart-most'),
}, (day) => applyFilter({ ...feed.filter, day }));
const viewer = new Viewer({
    entries: () => feed.entries,
    more: () => feed.more,
    older: loadOlder,
    closed: (id) => rows.focus(id),
});

// Shows what the state says; called after every change of it.
function show(fresh) {
    const empty = feed.entries.length === 0;
    rows.show(feed.entries, fresh);
    byId('list').hidden = empty;
    byId('empty').hidden = !empty || loading !== null || failed || isFiltering(feed.filter);
    byId('none').hidden = !empty || loading !== null || failed || !isFiltering(feed.filter);
    byId('loading').hidden = loading === null;
    byId('load-older').hidden = loading !== null || failed || !feed.more;
    byId('newest').hidden = feed.attached;
    byId('all').hidden = loading !== null || failed || empty || feed.more || feed.entries.length < PAGE;
    byId('entries').setAttribute('aria-busy', String(loading !== null));
    viewer.refresh();
    showUnseen();
}

function showUnseen() {
    const count = feed.attached ? unseen : feed.waiting;
    byId('fresh').hidden = count === 0;
    byId('fresh-text').textContent = say('fresh', { n: count });
    const name = `${say('title')} – facegate`;
    document.title = count > 0 ? `(${count}) ${name}` : name;
}

function showError(error) {
    failed = error !== null;
    byId('list-error').hidden = !failed;
    byId('list-error-text').textContent = failed ? `${say('failedList')} ${error.message}` : '';
}

// One request for the list at a time; a newer one takes the place of an older. True where it came to an end of ours.
async function load(beforeId, use) {
    loading?.abort();
    const mine = new AbortController();
    loading = mine;
    show();
    let fresh;
    try {
        const page = await getEntries(queryFromFilter(feed.filter, PAGE, beforeId), mine.signal);
        if (loading !== mine) {
            return false;
        }
        fresh = use(page);
        showError(null);
    } catch (error) {
        if (loading !== mine) {
            return false;
        }
        showError(error);
    }
    loading = null;
    show(fresh);
    const happened = postponed;
    postponed = [];
    for (const change of happened) {
        change();
    }
    return !failed;
}

// A change of the list that the backend reported. An answer that is on its way may have been written before it, or after.
function happens(change) {
    if (loading === null) {
        change();
    } else {
        postponed.push(change);
    }
}

const loadNewest = () => load(0, (page) => replaceEntries(feed, page));

function loadOlder() {
    return load(feed.entries.at(-1)?.id ?? 0, (page) => addOlder(feed, page));
}

// After a gap in the stream: what came meanwhile, beside what is there.
function fillGap() {
    const isFirst = feed.entries.length === 0;
    return load(0, (page) => {
        const fresh = catchUp(feed, page);
        return new Set(isFirst ? [] : fresh.map((entry) => entry.id));
    });
}

// One request for the days at a time. They are asked for once more if something happened meanwhile: the answer may have
// been written before that, or after.
async function loadDays() {
    daysChanged = true;
    if (loadingDays) {
        return;
    }
    loadingDays = true;
    while (daysChanged) {
        daysChanged = false;
        try {
            chart.show(await getDays(DAYS));
            byId('days-error').hidden = true;
        } catch (error) {
            byId('days-error').textContent = `${say('failedDays')} ${error.message}`;
            byId('days-error').hidden = false;
        }
    }
    loadingDays = false;
}

// The address and the form follow the filter; the list is loaded for it.
function applyFilter(filter, { remember = true } = {}) {
    if (!isSameFilter(filter, feed.filter)) {
        feed = newFeed(filter);
        unseen = 0;
        if (remember) {
            history.pushState(null, '', `/${searchFromFilter(filter)}`);
        }
        loadNewest();
    }
    showFilter(filter);
}

function showFilter(filter) {
    for (const choice of form.elements.status) {
        choice.checked = choice.value === filter.status;
    }
    for (const name of ['user', 'rfid', 'day']) {
        if (form.elements[name].value.trim() !== filter[name]) {
            form.elements[name].value = filter[name];
        }
    }
    const count = Object.values(filter).filter((value) => value !== '').length;
    byId('clear').hidden = count === 0;
    byId('filters-count').hidden = count === 0;
    byId('filters-count').textContent = String(count);
    chart.draw(filter.day);
}

function startFilters() {
    let timer = 0;
    const read = () => applyFilter(filterFromSearch(`?${new URLSearchParams(new FormData(form))}`));
    form.addEventListener('input', (event) => {
        clearTimeout(timer);
        timer = setTimeout(read, event.target.type === 'search' ? TYPING : 0);
    });
    form.addEventListener('submit', (event) => {
        event.preventDefault();
        clearTimeout(timer);
        read();
    });
    form.addEventListener('reset', (event) => {
        event.preventDefault();
        clearTimeout(timer);
        const held = document.activeElement === byId('clear');
        applyFilter(noFilter());
        if (held) {
            form.querySelector(':checked').focus();
        }
    });
    byId('none-clear').addEventListener('click', () => {
        applyFilter(noFilter());
        byId('entries').focus();
    });
    byId('filters-toggle').addEventListener('click', (event) => {
        const open = event.currentTarget.getAttribute('aria-expanded') !== 'true';
        event.currentTarget.setAttribute('aria-expanded', String(open));
    });
    addEventListener('popstate', () => applyFilter(filterFromSearch(location.search), { remember: false }));
}

// Said once for several, so that a busy door does not talk all the time.
function announce(entry) {
    reported.push(entry);
    if (reported.length === 1) {
        setTimeout(() => {
            byId('announcer').textContent = say('announce', { n: reported.length, latest: spoken(reported.at(-1)) });
            reported = [];
        }, ANNOUNCE);
    }
}

const isLookingAtTop = () => !document.hidden && byId('list').getBoundingClientRect().top > -80;

function receive(entry) {
    if (!chart.add(entry) || loadingDays) {
        loadDays();
    }
    happens(() => addToList(entry));
}

function addToList(entry) {
    if (!addLive(feed, entry)) {
        return;
    }
    if (feed.attached && !isLookingAtTop()) {
        unseen += 1;
    }
    announce(entry);
    show(new Set([entry.id]));
}

function showLive(state) {
    live = state;
    byId('live').dataset.state = state;
    byId('live-text').textContent = say(state);
    byId('live').title = state === 'live' ? say('liveHint') : '';
}

function startFollowing() {
    followEvents({
        opened: () => {
            showLive('live');
            postponed = []; // It is in what is asked for now.
            fillGap();
            loadDays();
        },
        lost: () => showLive('reconnecting'),
        entry: receive,
        gone: (beforeId) => {
            happens(() => {
                dropBefore(feed, beforeId);
                show();
            });
            loadDays();
        },
        reset: () => {
            postponed = [];
            loadNewest();
            loadDays();
        },
    });
}

function startButtons() {
    byId('load-older').addEventListener('click', async () => {
        const last = feed.entries.at(-1)?.id;
        const held = document.activeElement === byId('load-older');
        await loadOlder();
        // The button moved down; the reader goes on where the new rows begin.
        const next = feed.entries.find((entry) => entry.id < last);
        if (held && next !== undefined) {
            rows.focus(next.id);
        }
    });
    byId('again').addEventListener('click', () => {
        loadNewest();
        loadDays();
    });
    const toTop = () => {
        unseen = 0;
        if (feed.attached) {
            showUnseen();
        } else {
            loadNewest();
        }
        scrollTo({ top: 0 });
        byId('entries').focus({ preventScroll: true });
    };
    byId('newest').addEventListener('click', toTop);
    byId('fresh').addEventListener('click', toTop);
    const seen = () => {
        if (unseen > 0 && isLookingAtTop()) {
            unseen = 0;
            showUnseen();
        }
    };
    addEventListener('scroll', seen, { passive: true });
    document.addEventListener('visibilitychange', seen);

    byId('log-out').hidden = !isLoggedIn();
    byId('empty-token').hidden = !isLoggedIn();
    byId('log-out').addEventListener('click', async () => {
        try {
            await logOut();
            forgetLogin();
            location.assign('/login');
        } catch (error) {
            showError(error);
        }
    });
}

function tick() {
    rows.tick();
    viewer.refresh();
    if (today !== isoDay(new Date())) {
        today = isoDay(new Date());
        loadDays();
    }
}

function retell() {
    rows.retell(feed.entries);
    showLive(live);
    chart.draw(feed.filter.day);
    show();
}

fillIcons();
startLanguage(retell);
byId('empty-run').textContent = `facegate run --backend-url ${location.origin}`;
byId('empty-try').textContent = `facegate test-backend --backend-url ${location.origin}`;
feed = newFeed(filterFromSearch(location.search));
showFilter(feed.filter);
showLive(live);
startFilters();
startButtons();
loadNewest();
loadDays();
startFollowing();
setInterval(tick, TICK);
