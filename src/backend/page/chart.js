// Entries per day, as columns that are buttons: choosing one shows its day. Each says its numbers in words.

import { el } from './dom.js';
import { locale, say } from './language.js';
import { dayOf, isoDay, sayDay, sayDayNumber, sayNumber } from './time.js';

function count(value) {
    const number = Number(value);
    return Number.isInteger(number) && number > 0 ? number : 0;
}

// Heights are set on the element, not in an attribute, which the Content-Security-Policy forbids.
function bar(kind, value, most) {
    const element = el('span', { class: `bar ${kind}` });
    element.style.height = `${(value / most) * 100}%`;
    element.hidden = value === 0;
    return element;
}

export class Chart {
    #list;
    #figures;
    #choose;
    #days = [];
    #chosen = '';

    // `figures`: where today's numbers, the highest column's and the title go. `choose(day)` filters by it.
    constructor(list, figures, choose) {
        this.#list = list;
        this.#figures = figures;
        this.#choose = choose;
    }

    show(days) {
        this.#days = days.map((one) => ({
            day: String(one.day), accepted: count(one.accepted), refused: count(one.refused),
        }));
        this.draw(this.#chosen);
    }

    // Counts a new entry. False where its day is not on the chart, as after midnight.
    add(entry) {
        const day = this.#days.find((one) => one.day === dayOf(entry.timestamp));
        if (day === undefined) {
            return false;
        }
        day[entry.status === 'Accepted' ? 'accepted' : 'refused'] += 1;
        this.draw(this.#chosen);
        return true;
    }

    draw(chosen) {
        this.#chosen = chosen;
        const peak = Math.max(0, ...this.#days.map((one) => one.accepted + one.refused));
        const today = isoDay(new Date());
        const now = this.#days.find((one) => one.day === today) ?? { accepted: 0, refused: 0 };
        this.#figures.accepted.textContent = sayNumber(now.accepted, locale());
        this.#figures.refused.textContent = sayNumber(now.refused, locale());
        this.#figures.title.textContent = say('lastDays', { n: Math.max(1, this.#days.length) });
        this.#figures.most.textContent = say('peak', { n: sayNumber(peak, locale()) });
        this.#figures.most.hidden = peak === 0;

        const held = this.#list.contains(document.activeElement) ? document.activeElement.dataset.day : null;
        this.#list.replaceChildren(...this.#days.map((one) => this.#column(one, Math.max(1, peak), today)));
        if (held !== null) {
            this.#list.querySelector(`[data-day="${CSS.escape(held)}"]`)?.focus();
        }
    }

    #column({ day, accepted, refused }, most, today) {
        const words = say('dayCounts', {
            day: sayDay(day, locale()), accepted: sayNumber(accepted, locale()), refused: sayNumber(refused, locale()),
        });
        const isChosen = day === this.#chosen;
        return el('li', {},
            el('button', {
                type: 'button', class: day === today ? 'column today' : 'column', 'data-day': day, title: words,
                'aria-label': words, 'aria-pressed': String(isChosen), click: () => this.#choose(isChosen ? '' : day),
            },
            el('span', { class: 'bars' }, bar('refused', refused, most), bar('accepted', accepted, most)),
            el('span', { class: 'number', text: sayDayNumber(day, locale()) })));
    }
}
