// Which language the page speaks, and its texts. The choice made with the switch outlasts the visit.

import { strings } from './strings.js';

const KEY = 'facegate.language';
let current = 'en';
let region = 'en';

// The first of the wanted languages ("fr-CA", "en", ...) that there are texts for.
export function chooseLanguage(chosen, wanted) {
    for (const tag of [chosen, ...wanted]) {
        const base = String(tag ?? '').toLowerCase().split('-')[0];
        if (Object.hasOwn(strings, base)) {
            return base;
        }
    }
    return 'en';
}

// Dates follow the reader's own region where that speaks the language: en-GB keeps its 24 hours.
export function regionOf(language, wanted) {
    return wanted.find((tag) => tag.toLowerCase().split('-')[0] === language) ?? language;
}

export function fill(text, values) {
    return text.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(values, name) ? String(values[name]) : whole));
}

export function say(key, values = {}) {
    const text = strings[current][key];
    if (typeof text === 'string') {
        return fill(text, values);
    }
    const form = new Intl.PluralRules(current).select(values.n);
    return fill(text[form] ?? text.other, { ...values, n: new Intl.NumberFormat(region).format(values.n) });
}

export const languages = Object.keys(strings);
export const language = () => current;
export const locale = () => region;

// localStorage may be forbidden; then the choice lasts as long as the page.
function remembered() {
    try {
        return localStorage.getItem(KEY);
    } catch {
        return null;
    }
}

function remember(code) {
    try {
        localStorage.setItem(KEY, code);
    } catch {
        // The page works without.
    }
}

function use(code) {
    current = code;
    region = regionOf(code, navigator.languages);
    document.documentElement.lang = code;
    document.title = `${say(document.body.dataset.page)} – facegate`;
    for (const element of document.querySelectorAll('[data-say]')) {
        element.textContent = say(element.dataset.say);
    }
    for (const attribute of ['placeholder', 'title', 'aria-label']) {
        for (const element of document.querySelectorAll(`[data-${attribute}]`)) {
            element.setAttribute(attribute, say(element.getAttribute(`data-${attribute}`)));
        }
    }
    for (const button of document.querySelectorAll('[data-language]')) {
        button.setAttribute('aria-pressed', String(button.dataset.language === code));
    }
}

// Puts the texts into the document and makes the switch work; `changed` is called after each change.
export function startLanguage(changed = () => {}) {
    for (const button of document.querySelectorAll('[data-language]')) {
        button.addEventListener('click', () => {
            remember(button.dataset.language);
            use(button.dataset.language);
            changed();
        });
    }
    use(chooseLanguage(remembered(), navigator.languages));
}
