// One entry large, in a dialog: Escape closes it, the arrow keys go to its neighbours in the list.

import { byId, el } from './dom.js';
import { locale, say } from './language.js';
import { badgeLine, noPicture, statusPill } from './rows.js';
import { sayAgo, sayClock, sayWhole } from './time.js';

export class Viewer {
    #dialog = byId('viewer');
    #picture = byId('viewer-picture');
    #caption = byId('viewer-caption');
    #newer = byId('viewer-newer');
    #older = byId('viewer-older');
    #source;
    #entry = null;

    // `source`: entries() newest first, async older() loads more of them and says whether there were any, more()
    // whether there may be, closed(id).
    constructor(source) {
        this.#source = source;
        this.#newer.addEventListener('click', () => this.#go(-1));
        this.#older.addEventListener('click', () => this.#go(1));
        byId('viewer-close').addEventListener('click', () => this.#dialog.close());
        this.#dialog.addEventListener('click', (event) => {
            if (event.target === this.#dialog) {
                this.#dialog.close();
            }
        });
        this.#dialog.addEventListener('keydown', (event) => {
            const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
            if (step !== undefined) {
                event.preventDefault();
                this.#go(step);
            }
        });
        this.#dialog.addEventListener('close', () => {
            const { id } = this.#entry;
            this.#entry = null;
            this.#picture.replaceChildren();
            this.#source.closed(id);
        });
    }

    open(id) {
        const entry = this.#source.entries().find((one) => one.id === id);
        if (entry !== undefined) {
            this.#show(entry);
            this.#dialog.showModal();
        }
    }

    // The list, the time or the language changed.
    refresh() {
        if (this.#entry !== null) {
            this.#tell();
            this.#arrows();
        }
    }

    #neighbour(step) {
        const entries = this.#source.entries();
        return step < 0 ? entries.findLast((one) => one.id > this.#entry.id)
            : entries.find((one) => one.id < this.#entry.id);
    }

    async #go(step) {
        if (step > 0 && this.#neighbour(1) === undefined && this.#source.more()) {
            await this.#source.older();
        }
        const entry = this.#entry === null ? undefined : this.#neighbour(step);
        if (entry !== undefined) {
            this.#show(entry);
        }
    }

    #show(entry) {
        this.#entry = entry;
        const text = { name: entry.user_name, time: sayClock(entry.timestamp, locale()) };
        this.#picture.replaceChildren(entry.image === null ? noPicture(say('noPictureSent')) : el('img', {
            src: entry.image, alt: say('picture', text),
            error: () => this.#picture.replaceChildren(noPicture(say('pictureGone'))),
        }));
        this.#tell();
        this.#arrows();
    }

    #tell() {
        const entry = this.#entry;
        this.#caption.replaceChildren(
            statusPill(entry.status),
            el('div', { class: 'who' },
                el('h2', { class: 'name', dir: 'auto', id: 'viewer-name', text: entry.user_name }),
                badgeLine(entry),
                entry.reason === '' ? null : el('p', { class: 'reason', dir: 'auto', text: entry.reason })),
            el('p', { class: 'when' },
                el('time', { class: 'clock', datetime: entry.timestamp, text: sayWhole(entry.timestamp, locale()) }),
                el('span', { class: 'ago', text: sayAgo(entry.timestamp, new Date(), locale()) })));
    }

    // An arrow that ends under the reader's finger keeps the focus: aria-disabled, not disabled.
    #arrows() {
        this.#newer.setAttribute('aria-disabled', String(this.#neighbour(-1) === undefined));
        this.#older.setAttribute('aria-disabled', String(this.#neighbour(1) === undefined && !this.#source.more()));
    }
}
