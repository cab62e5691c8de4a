// The stream of what happens: new entries, deletions, and whether it flows. The browser reconnects by itself after a
// lost connection, but gives up when the answer is an error, as a proxy's is while the backend restarts.

import { readEntry } from './api.js';

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 15000;

// `on`: opened(), lost(), entry(entry), gone(beforeId), reset().
export function followEvents(on) {
    let source = null;
    let timer = 0;
    let pause = FIRST_PAUSE;

    function receive(event, use) {
        let data;
        try {
            data = JSON.parse(event.data);
        } catch {
            return; // Cut short by a connection that ends; the reconnection brings it again.
        }
        use(data);
    }

    function open() {
        clearTimeout(timer);
        timer = 0;
        source?.close();
        source = new EventSource('/api/events');
        source.addEventListener('open', () => {
            pause = FIRST_PAUSE;
            on.opened();
        });
        source.addEventListener('error', () => {
            on.lost();
            if (source.readyState === EventSource.CLOSED && timer === 0) {
                timer = setTimeout(open, pause);
                pause = Math.min(pause * 2, LONGEST_PAUSE);
            }
        });
        source.addEventListener('entry', (event) => receive(event, (data) => on.entry(readEntry(data))));
        source.addEventListener('gone', (event) => receive(event, (data) => on.gone(Number(data.before_id))));
        source.addEventListener('reset', () => on.reset());
    }

    // Somebody looks again, or the network is back: no reason to wait.
    function hurry() {
        if (timer !== 0 && !document.hidden) {
            pause = FIRST_PAUSE;
            open();
        }
    }
    document.addEventListener('visibilitychange', hurry);
    addEventListener('online', hurry);
    // A page kept for the back button must not hold a connection, and follows again when it is shown.
    addEventListener('pagehide', () => {
        clearTimeout(timer);
        source.close();
    });
    addEventListener('pageshow', (event) => {
        if (event.persisted) {
            open();
        }
    });
    open();
}
