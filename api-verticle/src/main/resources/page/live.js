// The connection of the page to the node: the live fleet, what happened to it, and the state of the link. Screens
// subscribe; they are called at most once for each change of any of them.

import {first, openStream, rest} from "./api.js";
import {Fleet, isHoldingMemory, isIdlePercent} from "./store.js";

const EVENTS_KEPT = 500;
const WARNINGS_MILLIS = 30_000;
const HELD_SAMPLES_MINUTES = [15, 10, 5];
const MAX_SAMPLED_GPUS = 2000;

/** The conditions that hold now, with their begin. */
class Conditions {
  constructor() {
    this.begins = new Map();
  }

  apply(event) {
    const key = `${event.client_id}|${event.gpu ?? ""}|${event.kind}`;
    if (event.phase === "begin") this.begins.set(key, Date.parse(event.at));
    else this.begins.delete(key);
  }

  since(clientId, gpu, kind) {
    return this.begins.get(`${clientId}|${gpu ?? ""}|${kind}`) ?? null;
  }
}

export const live = {
  fleet: new Fleet(), conditions: new Conditions(), warnings: [], events: [],
  link: {state: "connecting", since: Date.now(), reason: ""}, receivedAt: 0, paused: false, unauthorized: false,
};

const listeners = new Set();
let stream = null;
let timer = 0;

export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function publish() {
  listeners.forEach(listener => listener());
}

/** Applies the state that came with the document, and opens the stream from there. */
export function start() {
  let position = "";
  if (first.state) {
    receive("state", first.state);
    position = `${first.state.epoch}-${first.state.seq}`;
  }
  connect(position);
  loadEvents();
  loadWarnings();
  clearInterval(timer);
  timer = setInterval(loadWarnings, WARNINGS_MILLIS);
}

export function stop() {
  stream?.close();
  clearInterval(timer);
}

function connect(position) {
  stream?.close();
  stream = openStream("/events?view=fleet&replay=1&heartbeat=5", {
    open: () => setLink("live", ""),
    lost: reason => setLink("lost", reason),
    event: receive,
  }, position);
}

export function retryNow() {
  stream?.retryNow();
}

function setLink(state, reason) {
  if (live.link.state !== state) live.link = {state, since: Date.now(), reason};
  publish();
}

function receive(type, message) {
  if (type === "state" || type === "tick") {
    live.fleet.apply(message);
    live.receivedAt = Date.now();
  } else if (type === "change") {
    live.conditions.apply(message);
    live.events = [message, ...live.events].slice(0, EVENTS_KEPT);
  } else {
    return;
  }
  publish();
}

/** A paused page closes its stream; the first tick after it contains all that changed. */
export function setPaused(paused) {
  live.paused = paused;
  if (paused) {
    stream?.close();
    setLink("paused", "");
  } else {
    setLink("connecting", "");
    connect(live.fleet.hasState ? `${live.fleet.epoch}-${live.fleet.seq}` : "");
  }
  publish();
}

async function loadEvents() {
  try {
    const {events} = await rest(`/api/events?limit=${EVENTS_KEPT}`);
    for (const event of [...events].reverse()) live.conditions.apply(event);
    live.events = events;
    publish();
    await sampleIdle();
  } catch {
    // Without a database there are no stored events: the stream still delivers new ones.
  }
}

async function loadWarnings() {
  if (live.paused) return;
  try {
    const {hosts} = await rest("/api/hosts?warning=any&limit=500");
    live.warnings = hosts.flatMap(host => host.warnings.map(warning => ({host: host.name, warning})));
    publish();
  } catch {
    // They are shown as they were; the verdict does not depend on them alone.
  }
}

/** A page that has just been opened has not seen the last 15 minutes: the stored states say which GPUs were held. */
async function sampleIdle() {
  const gpus = live.fleet.list.reduce((sum, host) => sum + host.gpus.length, 0);
  if (gpus === 0 || gpus > MAX_SAMPLED_GPUS) return;
  const now = Date.now();
  const samples = await Promise.all(HELD_SAMPLES_MINUTES.map(minutes => loadPast(now - minutes * 60_000)));
  for (const host of live.fleet.list) {
    host.gpus.forEach((facts, index) => {
      const wasHeld = samples.every(sample => isHeldIn(sample, host.name, facts.uuid));
      if (wasHeld && host.idleSince[index]) host.idleSince[index] = now - HELD_SAMPLES_MINUTES[0] * 60_000;
    });
  }
  publish();
}

function isHeldIn(sample, name, uuid) {
  const host = sample.find(name);
  const index = host?.gpus.findIndex(facts => facts.uuid === uuid) ?? -1;
  if (index < 0) return false;
  const gpu = sample.gpu(host, index);
  return gpu.state === "ok" && isIdlePercent(gpu.utilization) && isHoldingMemory(gpu.memory);
}

/**
 * Returns the fleet as it was at an instant. What is not stored, such as the limits of GPUs, and whether a host is
 * simulated, is taken from the live fleet.
 */
export async function loadPast(at, signal) {
  const past = new Fleet();
  past.apply(await rest(`/api/fleet?at=${encodeURIComponent(new Date(at).toISOString())}`, {signal}));
  for (const host of past.list) {
    const now = live.fleet.find(host.name);
    host.origin = now?.origin ?? "hardware";
    for (const facts of host.gpus) {
      const known = now?.gpus.find(gpu => gpu.uuid === facts.uuid);
      facts.power_limit_watts ??= known?.power_limit_watts ?? null;
      facts.slowdown_celsius ??= known?.slowdown_celsius ?? null;
    }
  }
  return past;
}
