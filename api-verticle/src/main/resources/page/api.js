// Requests to the node: the token, REST responses in their envelope, and server-sent events over fetch, which unlike
// EventSource can send the token as a header and the position of the first state.

const TOKEN_KEY = "muster.token";
const SILENCE_MILLIS = 20_000;
const MAX_DELAY_MILLIS = 10_000;

export const first = readFirst();
export const node = first.node ?? {};

let token = sessionStorage.getItem(TOKEN_KEY) ?? localStorage.getItem(TOKEN_KEY) ?? "";
let onUnauthorized = () => {};

function readFirst() {
  try {
    return JSON.parse(document.getElementById("first").textContent);
  } catch {
    return {};
  }
}

export const hasToken = () => token !== "";
export const whenUnauthorized = handler => { onUnauthorized = handler; };

export function setToken(value, isRemembered) {
  token = value;
  sessionStorage.removeItem(TOKEN_KEY);
  localStorage.removeItem(TOKEN_KEY);
  if (value) (isRemembered ? localStorage : sessionStorage).setItem(TOKEN_KEY, value);
}

const headers = more => (token ? {...more, Authorization: `Bearer ${token}`} : {...more});

/** A failed request: its status, 0 without a response, and what the node says about it. */
export class RequestFailure extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function send(path, options = {}) {
  let response;
  try {
    response = await fetch(path, {cache: "no-store", credentials: "same-origin", ...options});
  } catch (failure) {
    if (failure.name === "AbortError") throw failure;
    throw new RequestFailure(0, "the node does not respond");
  }
  if (response.status === 401) onUnauthorized();
  return response;
}

/** Returns the status of a request with this token, without remembering it. */
export async function probe(value) {
  const response = await fetch("/hosts", {cache: "no-store", headers: {Authorization: `Bearer ${value}`}});
  return response.status;
}

/** Returns a JSON document that is not in an envelope. */
export async function loadJson(path, signal) {
  const response = await send(path, {headers: headers({}), signal});
  if (!response.ok) throw new RequestFailure(response.status, (await response.text()).slice(0, 300) || response.statusText);
  return response.json();
}

/** Returns the data of a REST response. */
export async function rest(path, {method = "GET", body, signal} = {}) {
  const response = await send(path, {
    method,
    signal,
    headers: headers(body ? {"Content-Type": "application/json"} : {}),
    body: body ? JSON.stringify(body) : undefined,
  });
  let envelope = {};
  try {
    envelope = await response.json();
  } catch (failure) {
    if (failure.name === "AbortError") throw failure;
  }
  if (!response.ok || envelope.success !== true) {
    throw new RequestFailure(response.status, envelope.message ?? `status ${response.status}`);
  }
  return envelope.data;
}

/**
 * Opens a stream of server-sent events that reconnects with the id of the last event until it is closed.
 * handlers: event(type, data), open(), lost(reason).
 */
export function openStream(path, handlers, lastEventId = "") {
  const stream = {id: lastEventId, closed: false, failures: 0, abort: null, timer: 0};
  const close = () => {
    stream.closed = true;
    clearTimeout(stream.timer);
    stream.abort?.abort();
    removeEventListener("online", retryNow);
  };
  const retryNow = () => {
    if (stream.timer) {
      clearTimeout(stream.timer);
      stream.timer = 0;
      connect(stream, path, handlers);
    }
  };
  addEventListener("online", retryNow);
  connect(stream, path, handlers);
  return {close, retryNow};
}

async function connect(stream, path, handlers) {
  stream.timer = 0;
  stream.abort = new AbortController();
  let watchdog = 0;
  const watch = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => stream.abort.abort(), SILENCE_MILLIS);
  };
  let reason = "the node closed the stream";
  try {
    watch();
    const more = stream.id ? {"Last-Event-ID": stream.id} : {};
    const response = await send(path, {headers: headers({Accept: "text/event-stream", ...more}), signal: stream.abort.signal});
    if (!response.ok) throw new RequestFailure(response.status, `status ${response.status}`);
    handlers.open?.();
    stream.failures = 0;
    await read(response.body.getReader(), event => deliver(stream, handlers, event), watch);
  } catch (failure) {
    reason = failure.message;
    if (failure.status === 401 || failure.status === 404) reason = String(failure.status);
  }
  clearTimeout(watchdog);
  if (stream.closed) return;
  handlers.lost?.(reason);
  if (reason === "401") return;
  const delay = Math.min(MAX_DELAY_MILLIS, 500 * 2 ** stream.failures++) * (0.75 + Math.random() / 2);
  stream.timer = setTimeout(() => connect(stream, path, handlers), delay);
}

function deliver(stream, handlers, {type, data, id}) {
  if (id !== undefined) stream.id = id;
  if (data && !stream.closed) handlers.event(type, JSON.parse(data));
}

async function read(reader, onEvent, onBytes) {
  const decoder = new TextDecoder();
  let parts = [];
  for (;;) {
    const {done, value} = await reader.read();
    if (done) return;
    onBytes();
    const text = decoder.decode(value, {stream: true});
    parts.push(text);
    // A long event arrives in many parts: they are joined only when its end may be among them.
    if (!text.includes("\n")) continue;
    const blocks = parts.join("").split("\n\n");
    parts = [blocks.pop()];
    blocks.forEach(block => onEvent(parse(block)));
  }
}

function parse(block) {
  const event = {type: "message", data: ""};
  for (const line of block.split("\n")) {
    if (line.startsWith("data: ")) event.data += line.slice(6);
    else if (line.startsWith("event: ")) event.type = line.slice(7);
    else if (line.startsWith("id: ")) event.id = line.slice(4);
  }
  return event;
}
