// Times as people read them. A timestamp is the door's local time, "2026-11-22T14:57:05", and is shown as it is.

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MONTH = 30 * DAY;
const YEAR = 365 * DAY;
// A door's clock and the reader's differ a little; more than this in the future is another time zone or a wrong clock.
const SLACK = 90;

export function dayOf(timestamp) {
    return timestamp.slice(0, 10);
}

// "2026-11-22" of a Date, in local time.
export function isoDay(date) {
    const two = (number) => String(number).padStart(2, '0');
    return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

// How long ago, as Intl.RelativeTimeFormat takes it: {value: -3, unit: 'minute'}; null where that cannot be said.
export function howLongAgo(timestamp, now) {
    const seconds = Math.floor((now - new Date(timestamp)) / 1000);
    if (Number.isNaN(seconds) || seconds < -SLACK) {
        return null;
    }
    if (seconds < 10) {
        return { value: 0, unit: 'second' };
    }
    if (seconds < MINUTE) {
        return { value: -(seconds - (seconds % 10)), unit: 'second' };
    }
    const steps = [[HOUR, MINUTE, 'minute'], [DAY, HOUR, 'hour'], [MONTH, DAY, 'day'], [YEAR, MONTH, 'month'],
        [Infinity, YEAR, 'year']];
    const [, size, unit] = steps.find(([below]) => seconds < below);
    return { value: -Math.floor(seconds / size), unit };
}

const formats = new Map();

function format(kind, locale, options) {
    const key = `${kind.name} ${locale} ${JSON.stringify(options)}`;
    if (!formats.has(key)) {
        formats.set(key, new kind(locale, options));
    }
    return formats.get(key);
}

const formatDate = (locale, options, date) =>
    Number.isNaN(date.getTime()) ? null : format(Intl.DateTimeFormat, locale, options).format(date);

export function sayAgo(timestamp, now, locale) {
    const ago = howLongAgo(timestamp, now);
    return ago === null ? '' : format(Intl.RelativeTimeFormat, locale, { numeric: 'auto' }).format(ago.value, ago.unit);
}

export function sayClock(timestamp, locale) {
    return formatDate(locale, { timeStyle: 'medium' }, new Date(timestamp)) ?? timestamp;
}

export function sayWhole(timestamp, locale) {
    return formatDate(locale, { dateStyle: 'full', timeStyle: 'medium' }, new Date(timestamp)) ?? timestamp;
}

export function sayDay(day, locale) {
    return formatDate(locale, { dateStyle: 'full' }, new Date(`${day}T12:00:00`)) ?? day;
}

export function sayDayNumber(day, locale) {
    return formatDate(locale, { day: 'numeric' }, new Date(`${day}T12:00:00`)) ?? day;
}

export function sayNumber(number, locale) {
    return format(Intl.NumberFormat, locale, {}).format(number);
}

// "Today" and "Yesterday" in the language's own words, null for other days.
export function sayNearDay(day, now, locale) {
    const yesterday = new Date(now);
    yesterday.setDate(yesterday.getDate() - 1);
    const distance = day === isoDay(now) ? 0 : day === isoDay(yesterday) ? -1 : null;
    if (distance === null) {
        return null;
    }
    const word = format(Intl.RelativeTimeFormat, locale, { numeric: 'auto' }).format(distance, 'day');
    return word.charAt(0).toLocaleUpperCase(locale) + word.slice(1);
}
