// The readings of one host over time: stored ones, followed by those of the stream, in columns for charts.

import {rest} from "./api.js";
import {live} from "./live.js";

export const RANGES = {
  "15m": {name: "15 min", seconds: 900, step: "20s", reload: 0, reloadStored: 20},
  "1h": {name: "1 h", seconds: 3600, step: "30s", reload: 60},
  "24h": {name: "24 h", seconds: 86_400, step: "5m", reload: 120},
  "7d": {name: "7 d", seconds: 604_800, step: "1h", reload: 600},
  "30d": {name: "30 d", seconds: 2_592_000, step: "2h", reload: 600},
};

const GPU_METRICS = ["utilization", "memory", "temperature", "power"];
const HOST_METRICS = ["cpu", "memory"];
const MAX_GPUS = 16;

/** Loads the stored readings of a host and its GPUs in a range that ends now. */
export async function loadSeries(host, range, signal) {
  const parameters = rangeParameters(range);
  const name = encodeURIComponent(host.clientId ?? host.name);
  const [own, ...gpus] = await Promise.all([
    loadOwn(host, range, signal),
    ...host.gpus.slice(0, MAX_GPUS).map(gpu => (gpu.uuid
      ? rest(`/api/devices/${encodeURIComponent(gpu.uuid)}/history?${parameters}&host=${name}&metrics=${GPU_METRICS.join(",")}`, {signal}).catch(ignoreMissing)
      : null)),
  ]);
  return new HostSeries(own, gpus);
}

function rangeParameters(range) {
  const {seconds, step} = RANGES[range];
  return new URLSearchParams({from: new Date(Date.now() - seconds * 1000).toISOString(), step});
}

const loadOwn = (host, range, signal) => rest(`/api/hosts/${encodeURIComponent(host.clientId ?? host.name)}/history?${rangeParameters(range)}`, {signal});

/** Loads again what the stream does not contain: network and disks of the host. */
export async function reloadStored(series, host, range) {
  series.stored = storedOnly(await loadOwn(host, range));
}

/** A GPU that was never stored has no series; every other failure is one of the screen. */
function ignoreMissing(failure) {
  if (failure.status === 404) return null;
  throw failure;
}

export class HostSeries {
  constructor(own, gpus) {
    this.step = own.step_s;
    this.times = middles(own);
    this.host = Object.fromEntries(HOST_METRICS.map(metric => [metric, own[metric].mean.slice()]));
    this.stored = storedOnly(own);
    this.bands = Object.fromEntries(HOST_METRICS.map(metric => [metric, {min: own[metric].min, max: own[metric].max}]));
    const starts = new Map(own.timestamps.map((at, index) => [at, index]));
    this.gpus = gpus.map(series => Object.fromEntries(GPU_METRICS.map(metric => [metric, aligned(series, metric, "mean", starts)])));
    this.gpuBands = gpus.map(series => Object.fromEntries(GPU_METRICS.map(metric => [metric, {min: aligned(series, metric, "min", starts), max: aligned(series, metric, "max", starts)}])));
    this.storedCount = this.times.length;
    this.trimLast();
  }

  /** The last bin is still being filled: live readings replace it. */
  trimLast() {
    const now = Date.now() / 1000;
    while (this.times.length && this.times.at(-1) + this.step / 2 > now) {
      this.times.pop();
      Object.values(this.host).forEach(column => column.pop());
      this.gpus.forEach(gpu => Object.values(gpu).forEach(column => column.pop()));
    }
    this.storedCount = this.times.length;
  }

  /** Appends what the stream says of the host, at most once for each tick. */
  append(fleet, host, seconds) {
    const at = live.receivedAt / 1000;
    if (!this.times.length || at - this.times.at(-1) < 0.5) {
      if (this.times.length) return;
    }
    const isGap = this.times.length > this.storedCount && at - this.times.at(-1) > (3 * host.intervalMs) / 1000 + 5;
    if (isGap) this.push(this.times.at(-1) + 1, () => null, () => null);
    const isSilent = host.state === "silent";
    this.push(at, metric => (isSilent ? null : host[metric] ?? null), (index, metric) => liveReading(fleet, host, index, metric, isSilent));
    const oldest = at - seconds;
    let drop = 0;
    while (this.times[drop] < oldest) drop++;
    if (drop > 50) this.drop(drop);
  }

  push(at, hostValue, gpuValue) {
    this.times.push(at);
    for (const metric of HOST_METRICS) this.host[metric].push(hostValue(metric));
    this.gpus.forEach((gpu, index) => GPU_METRICS.forEach(metric => gpu[metric].push(gpuValue(index, metric))));
  }

  drop(count) {
    this.times.splice(0, count);
    Object.values(this.host).forEach(column => column.splice(0, count));
    this.gpus.forEach(gpu => Object.values(gpu).forEach(column => column.splice(0, count)));
    this.storedCount = Math.max(0, this.storedCount - count);
  }
}

/** The middles of the bins, in seconds. */
const middles = own => own.timestamps.map(at => Date.parse(at) / 1000 + own.step_s / 2);

/** The columns of network and disks, without the last bin, which is still being filled. */
function storedOnly(own) {
  const now = Date.now() / 1000;
  const times = middles(own);
  const count = times.filter(at => at + own.step_s / 2 <= now).length;
  const column = values => values.slice(0, count);
  return {times: column(times), up: rate(column(own.network_up.bytes), own.step_s), down: rate(column(own.network_down.bytes), own.step_s),
    disk: column(own.disk.mean), diskBand: {min: column(own.disk.min), max: column(own.disk.max)}};
}

const rate = (bytes, step) => bytes.map(value => (value === null ? null : value / step));

function aligned(series, metric, statistic, starts) {
  const column = new Array(starts.size).fill(null);
  if (!series) return column;
  series.timestamps.forEach((at, index) => {
    const position = starts.get(at);
    if (position !== undefined) column[position] = series[metric]?.[statistic]?.[index] ?? null;
  });
  return column;
}

function liveReading(fleet, host, index, metric, isSilent) {
  if (isSilent || index >= host.gpus.length) return null;
  const gpu = fleet.gpu(host, index);
  if (metric === "memory") return gpu.memory === null || gpu.memory === undefined ? null : (100 * gpu.memory) / gpu.facts.memory_total_mib;
  return gpu[metric] ?? null;
}

/** The last midnight of the viewer. */
function midnight() {
  const date = new Date();
  date.setHours(0, 0, 0, 0);
  return date.toISOString();
}

/** The energy of all GPUs since midnight, in joules; null if none reports its power. */
export async function loadFleetEnergyToday(signal) {
  const {devices, energy_joules: energy} = await rest(`/api/fleet/energy?${new URLSearchParams({from: midnight()})}`, {signal});
  return devices > 0 ? energy : null;
}

/** The same of one host. */
export async function loadEnergyToday(host, signal) {
  const parameters = new URLSearchParams({from: midnight(), step: "1h", metrics: "energy", host: host.clientId ?? host.name});
  const series = await Promise.all(host.gpus.slice(0, MAX_GPUS).filter(gpu => gpu.uuid).map(gpu =>
    rest(`/api/devices/${encodeURIComponent(gpu.uuid)}/history?${parameters}`, {signal}).catch(ignoreMissing)));
  const values = series.flatMap(found => found?.energy?.joules ?? []).filter(value => value !== null);
  return values.length ? values.reduce((sum, value) => sum + value, 0) : null;
}

/** Returns the conditions of a host in a range, as spans of time. */
export async function loadSpans(host, range, signal) {
  const from = new Date(Date.now() - RANGES[range].seconds * 1000).toISOString();
  const {events} = await rest(`/api/events?${new URLSearchParams({host: host.clientId ?? host.name, from, limit: "1000"})}`, {signal});
  const spans = [];
  const open = new Map();
  for (const event of [...events].reverse()) {
    const key = `${event.gpu ?? ""}|${event.kind}`;
    const at = Date.parse(event.at) / 1000;
    if (event.phase === "begin") open.set(key, {kind: event.kind, gpu: event.gpu, from: at, to: null});
    else {
      spans.push({...(open.get(key) ?? {kind: event.kind, gpu: event.gpu, from: Date.parse(event.since ?? from) / 1000}), to: at});
      open.delete(key);
    }
  }
  return [...spans, ...open.values()];
}
