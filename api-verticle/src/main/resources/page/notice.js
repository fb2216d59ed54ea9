// A short notice at the edge of the page, with the possibility to undo.

import {html, useEffect, useState} from "./preact.js";
import {Icon} from "./ui.js";

const SHOWN_MILLIS = 10_000;

export function useNotice() {
  const [notice, setNotice] = useState(null);
  useEffect(() => {
    if (!notice || notice.failed) return undefined;
    const timer = setTimeout(() => setNotice(null), SHOWN_MILLIS);
    return () => clearTimeout(timer);
  }, [notice]);
  return [notice, setNotice];
}

export function Notice({notice, onClose}) {
  return html`<div class="notice-box" role="status">${notice && html`<div class="notice"><${Icon} name=${notice.failed ? "warning" : "ok"} /> <span>${notice.text}</span>
    ${notice.undo && html`<button type="button" onClick=${() => { onClose(); notice.undo(); }}>Undo</button>`}<button type="button" class="quiet" onClick=${onClose}>Close</button></div>`}</div>`;
}
