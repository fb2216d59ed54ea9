// Elements that several screens use.

import {html, useEffect, useLayoutEffect, useRef, useState} from "./preact.js";
import {duration, joined, secondsSince, time, utc} from "./format.js";

const ICONS = {
  ok: "M3 8.5 6.5 12 13 4.5",
  warning: "M8 2.5 14.5 13.5H1.5Z M8 6.5v3.5 M8 11.6v.6",
  failed: "M8 1.5 14.5 8 8 14.5 1.5 8Z M8 5v3.8 M8 10.6v.6",
  unknown: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 1 0 0-9 M10.3 10.3 14 14",
  pause: "M5.5 3v10 M10.5 3v10",
  play: "M5 3v10l8-5Z",
  theme: "M8 2a6 6 0 1 0 0 12Z M8 2a6 6 0 0 1 0 12",
  sun: "M8 5a3 3 0 1 0 0 6 3 3 0 1 0 0-6 M8 1v1.6 M8 13.4V15 M1 8h1.6 M13.4 8H15 M3 3l1.2 1.2 M11.8 11.8 13 13 M13 3l-1.2 1.2 M4.2 11.8 3 13",
  moon: "M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7Z",
  wrench: "M10.5 2a3.5 3.5 0 0 0-3.3 4.7L2.5 11.4l2.1 2.1 4.7-4.7A3.5 3.5 0 0 0 13.6 4.5L11.5 6.6 9.4 4.5l2.1-2.1A3.5 3.5 0 0 0 10.5 2Z",
  copy: "M5.5 5.5v-3h8v8h-3 M2.5 5.5h8v8h-8Z",
  trash: "M2.5 4h11 M6 4V2.5h4V4 M4 4l.7 9.5h6.6L12 4",
  left: "M10 3 5 8l5 5", right: "M6 3l5 5-5 5",
  edit: "M3 13l.6-2.8L11 2.8 13.2 5 5.8 12.4Z",
};

export function Icon({name, label}) {
  return html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" role=${label ? "img" : undefined} aria-label=${label} aria-hidden=${label ? undefined : "true"}>
    <path d=${ICONS[name]} /></svg>`;
}

export const levelIcon = level => (level < 0 ? "unknown" : ["ok", "warning", "failed"][level]);
export const levelClass = level => (level < 0 ? "level-unknown" : ["level-ok", "level-amber", "level-red"][level]);

/** A number with its unit in gray. */
export function Quantity({of: [value, unit]}) {
  return html`<span class="quantity">${value}${unit && html`<small>${unit === "%" ? "" : "\u202f"}${unit}</small>`}</span>`;
}

/** An instant as the time of the viewer, with exact UTC as its title. */
export function Instant({at, ago}) {
  if (!at) return html`<span class="muted">–</span>`;
  return html`<time datetime=${new Date(at).toISOString()} title=${utc(at)}>${time(at)}${ago && html`<span class="muted">, ${duration(secondsSince(at))} ago</span>`}</time>`;
}

export const Simulated = ({origin = "simulated"}) => html`<span class="badge simulated">${origin}</span>`;

export function Meter({ratio, label, text, level = 0}) {
  const known = typeof ratio === "number" && Number.isFinite(ratio);
  const bounded = known ? Math.max(0, Math.min(1, ratio)) : 0;
  return html`<span class=${"meter " + (level ? levelClass(level) : "")}>
    <span class="track" role="meter" aria-label=${label} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(bounded * 100)} aria-valuetext=${joined(text)}>
      <span class="fill" style=${{width: `${bounded * 100}%`}}></span></span>
    <${Quantity} of=${text} /></span>`;
}

export function Empty({title, children}) {
  return html`<div class="empty"><h2>${title}</h2>${children}</div>`;
}

export function Tabs({label, value, options, onChange}) {
  return html`<div class="tabs" role="group" aria-label=${label}>${options.map(([key, text, title]) => html`
    <button key=${key} type="button" title=${title} aria-pressed=${String(key === value)} onClick=${() => onChange(key)}>${text}</button>`)}</div>`;
}

/** A text to copy, with a button that copies it. */
export function Snippet({text, label}) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Without a secure context there is no clipboard: the selected text is copied instead.
      getSelection().selectAllChildren(element.current);
      document.execCommand("copy");
    }
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  const element = useRef();
  return html`<div class="snippet"><pre tabindex="0" ref=${element} aria-label=${label}>${text}</pre>
    <button type="button" class="quiet" onClick=${copy} aria-label=${"Copy: " + label}><${Icon} name="copy" /> ${copied ? "Copied" : "Copy"}</button></div>`;
}

export function Dialog({title, onClose, children}) {
  const element = useRef();
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog.showModal();
    return () => dialog.close();
  }, []);
  return html`<dialog ref=${element} aria-labelledby="dialog-title" onCancel=${event => { event.preventDefault(); onClose(); }}>
    <h2 id="dialog-title">${title}</h2>${children}</dialog>`;
}

/** A value that a promise returns: {data, failure, loading, reload}. Loads again when a key changes. */
export function useLoaded(load, keys) {
  const [state, setState] = useState({loading: true});
  const [round, setRound] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    setState(before => ({...before, loading: true}));
    load(abort.signal).then(
      data => !abort.signal.aborted && setState({data, loading: false, at: Date.now()}),
      failure => !abort.signal.aborted && setState(before => ({data: before.data, failure, loading: false})));
    return () => abort.abort();
  }, [...keys, round]);
  return {...state, reload: () => setRound(value => value + 1)};
}

export function Failure({failure, retry}) {
  const advice = failure.status === 503 ? " The history needs the database; live data do not." : "";
  return html`<div class="failure" role="alert"><${Icon} name="warning" /> <span>${failure.message}.${advice}</span>
    ${retry && html`<button type="button" onClick=${retry}>Retry</button>`}</div>`;
}

/** Calls at each period, in seconds, while the element is shown. */
export function useClock(seconds = 1) {
  const [, setCount] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setCount(count => count + 1), seconds * 1000);
    return () => clearInterval(timer);
  }, [seconds]);
}

/** The width of an element, also after it has changed. */
export function useWidth() {
  const element = useRef();
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry.contentRect.width)));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}
