// Whether the reader logged in here. The cookie itself is out of reach of scripts, on purpose, so this only tells
// whether there is something to log out of.

const KEY = 'facegate.loggedIn';

export function isLoggedIn() {
    try {
        return localStorage.getItem(KEY) !== null;
    } catch {
        return false;
    }
}

export function rememberLogin() {
    try {
        localStorage.setItem(KEY, 'yes');
    } catch {
        // Then there is no button to log out; the session ends by itself.
    }
}

export function forgetLogin() {
    try {
        localStorage.removeItem(KEY);
    } catch {
        // Nothing was remembered.
    }
}
