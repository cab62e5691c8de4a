// Making elements. Text is always inserted as text, never as markup.

const SVG = 'http://www.w3.org/2000/svg';

// Lines on a 24x24 grid.
const ICONS = {
    accepted: ['M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z', 'm8 12.2 2.8 2.8L16 9.6'],
    refused: ['M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3L8.3 3Z', 'm9.2 9.2 5.6 5.6', 'm14.8 9.2-5.6 5.6'],
    camera: ['M4 8.5A1.5 1.5 0 0 1 5.5 7h2L9 5h6l1.5 2h2A1.5 1.5 0 0 1 20 8.5v9a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5Z',
        'M12 9.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z', 'm4 4 16 16'],
    badge: ['M6 6.5h12A1.5 1.5 0 0 1 19.5 8v10a1.5 1.5 0 0 1-1.5 1.5H6A1.5 1.5 0 0 1 4.5 18V8A1.5 1.5 0 0 1 6 6.5Z', 'M10 3.5h4v5h-4Z',
        'M8 12.5h8', 'M8 15.8h5'],
    left: ['m14.5 5-7 7 7 7'],
    right: ['m9.5 5 7 7-7 7'],
    close: ['m6 6 12 12', 'm18 6-12 12'],
    up: ['M12 19V5', 'm6 11 6-6 6 6'],
    filter: ['M4 7h16', 'M7 12h10', 'M10 17h4'],
    alert: ['M12 4 2.8 20h18.4L12 4Z', 'M12 10v4.5', 'M12 17.2v.3'],
    search: ['M10.5 4.5a6 6 0 1 0 0 12 6 6 0 0 0 0-12Z', 'm15 15 5 5'],
    door: ['M5 20.5h14', 'M7 20.5V4.5h10v16', 'M13.7 12v1.2'],
};

export function icon(name) {
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('class', 'icon');
    svg.setAttribute('aria-hidden', 'true');
    for (const line of ICONS[name]) {
        const path = document.createElementNS(SVG, 'path');
        path.setAttribute('d', line);
        svg.append(path);
    }
    return svg;
}

// el('p', {class: 'note', text: 'Hello', click: f, hidden: true, 'aria-label': 'x'}, ...children)
export function el(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
        if (value === null || value === false) {
            continue;
        }
        if (typeof value === 'function') {
            element.addEventListener(name, value);
        } else if (name === 'text') {
            element.textContent = value;
        } else {
            element.setAttribute(name, value === true ? '' : value);
        }
    }
    element.append(...children.filter((child) => child !== null));
    return element;
}

export const byId = (id) => document.getElementById(id);

export function fillIcons() {
    for (const place of document.querySelectorAll('[data-icon]')) {
        place.replaceWith(icon(place.dataset.icon));
    }
}
