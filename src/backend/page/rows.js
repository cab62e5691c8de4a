// The list of entries: one row each, kept in step with the feed.

import { el, icon } from './dom.js';
import { locale, say } from './language.js';
import { dayOf, sayAgo, sayClock, sayDay, sayNearDay, sayWhole } from './time.js';

const NO_BADGE = '00000000';

// Seen at a glance and not by colour alone: a round tick or an octagon with a cross, and the word.
export function statusPill(status) {
    if (status !== 'Accepted' && status !== 'Refused') {
        return el('span', { class: 'pill', text: status });
    }
    const kind = status.toLowerCase();
    return el('span', { class: `pill ${kind}` }, icon(kind), el('span', { text: say(kind) }));
}

const statusWord = (status) => (status === 'Accepted' || status === 'Refused' ? say(status.toLowerCase()) : status);

export const spoken = (entry) => say('spoken', { name: entry.user_name, status: statusWord(entry.status) });

export function badgeLine(entry) {
    if (entry.rfid_id === '' || entry.rfid_id === NO_BADGE) {
        return null;
    }
    return el('p', { class: 'badge', 'aria-label': say('badgeOf', { badge: entry.rfid_id }) }, icon('badge'),
        el('bdi', { text: entry.rfid_id }));
}

export function noPicture(text) {
    return el('span', { class: 'nopicture' }, icon('camera'), el('span', { text }));
}

function thumbnail(entry, open) {
    const values = { name: entry.user_name, status: statusWord(entry.status), time: sayClock(entry.timestamp, locale()) };
    const button = el('button', {
        class: 'thumb', type: 'button', 'aria-haspopup': 'dialog', click: open, 'aria-label': say('open', values),
    });
    const goWithout = () => {
        button.replaceChildren(noPicture(say('noPicture')));
        button.setAttribute('aria-label', say('openWithout', values));
    };
    if (entry.image === null) {
        goWithout();
    } else {
        button.append(el('img', {
            src: entry.image, alt: '', width: '640', height: '480', loading: 'lazy', decoding: 'async', error: goWithout,
        }));
    }
    return button;
}

function row(entry, open) {
    const refused = entry.status === 'Refused' ? ' refused' : '';
    return el('li', { class: `entry${refused}`, 'data-id': String(entry.id) },
        el('h3', { class: 'day', hidden: true }),
        el('article', {},
            thumbnail(entry, open),
            el('div', { class: 'who' },
                el('p', { class: 'name', dir: 'auto', text: entry.user_name }),
                badgeLine(entry),
                entry.reason === '' ? null : el('p', { class: 'reason', dir: 'auto', text: entry.reason })),
            statusPill(entry.status),
            el('p', { class: 'when' },
                el('time', { class: 'clock', datetime: entry.timestamp, title: sayWhole(entry.timestamp, locale()),
                    text: sayClock(entry.timestamp, locale()) }),
                el('span', { class: 'ago', text: sayAgo(entry.timestamp, new Date(), locale()) }))));
}

function dayTitle(day, now) {
    const near = sayNearDay(day, now, locale());
    const parts = [el('span', { text: sayDay(day, locale()) })];
    return near === null ? parts : [el('strong', { text: near }), ...parts];
}

export class Rows {
    #list;
    #open;
    #rows = new Map();
    #shown = [];

    // `open(id)` shows an entry large.
    constructor(list, open) {
        this.#list = list;
        this.#open = open;
        list.addEventListener('keydown', (event) => this.#walk(event));
    }

    // Shows these entries; rows that were there stay the same elements. `fresh` are the ids to point out.
    show(entries, fresh = new Set()) {
        const wanted = new Set(entries.map((entry) => entry.id));
        for (const [id, element] of this.#rows) {
            if (!wanted.has(id)) {
                element.remove();
                this.#rows.delete(id);
            }
        }
        let place = this.#list.firstElementChild;
        for (const entry of entries) {
            let element = this.#rows.get(entry.id);
            if (element === undefined) {
                element = row(entry, () => this.#open(entry.id));
                element.classList.toggle('fresh', fresh.has(entry.id));
                this.#rows.set(entry.id, element);
            }
            if (element === place) {
                place = place.nextElementSibling;
            } else {
                this.#list.insertBefore(element, place);
            }
        }
        this.#shown = entries;
        this.tick();
    }

    // Builds every row anew, in another language.
    retell(entries) {
        this.#rows.clear();
        this.#list.replaceChildren();
        this.show(entries);
    }

    // What changes as time passes: how long ago, and which day is today.
    tick() {
        const now = new Date();
        let last = null;
        for (const entry of this.#shown) {
            const element = this.#rows.get(entry.id);
            const ago = element.querySelector('.ago');
            const text = sayAgo(entry.timestamp, now, locale());
            if (ago.textContent !== text) {
                ago.textContent = text;
            }
            this.#headDay(element.querySelector('.day'), dayOf(entry.timestamp), last, now);
            last = dayOf(entry.timestamp);
        }
    }

    #headDay(heading, day, last, now) {
        heading.hidden = day === last;
        if (heading.hidden) {
            return;
        }
        const title = dayTitle(day, now);
        const text = title.map((part) => part.textContent).join('');
        if (heading.textContent !== text) {
            heading.replaceChildren(...title);
        }
    }

    focus(id) {
        this.#rows.get(id)?.querySelector('.thumb').focus();
    }

    #walk(event) {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        const at = event.target.closest('.entry');
        if (step === undefined || at === null || event.altKey || event.ctrlKey || event.metaKey) {
            return;
        }
        const next = step > 0 ? at.nextElementSibling : at.previousElementSibling;
        if (next !== null) {
            event.preventDefault();
            next.querySelector('.thumb').focus();
        }
    }
}
