// The readings of one host over time: stored ones, followed by those of the stream, in columns for charts.

import {rest} from "./api.js";
import {live} from "./live.js";

export const RANGES = {
  "15m": {name: "15 min", seconds: 900, step: "20s", reload: 0},
  "1h": {name: "1 h", seconds: 3600, step: "30s", reload: 60},
  "24h": {name: "24 h", seconds: 86_400, step: "5m", reload: 120},
  "7d": {name: "7 d", seconds: 604_800, step: "1h", reload: 600},
  "30d": {name: "30 d", seconds: 2_592_000, step: "2h", reload: 600},
};

const GPU_METRICS = ["utilization", "memory", "temperature", "power"];
const HOST_METRICS = ["cpu", "memory", "disk"];
const MAX_GPUS = 16;

/** Loads the stored readings of a host and its GPUs in a range that ends now. */
export async function loadSeries(host, range, signal) {
  const {seconds, step} = RANGES[range];
  const parameters = new URLSearchParams({from: new Date(Date.now() - seconds * 1000).toISOString(), step});
  const name = encodeURIComponent(host.clientId ?? host.name);
  const [own, ...gpus] = await Promise.all([
    rest(`/api/hosts/${name}/history?${parameters}`, {signal}),
    ...host.gpus.slice(0, MAX_GPUS).map(gpu => (gpu.uuid
      ? rest(`/api/devices/${encodeURIComponent(gpu.uuid)}/history?${parameters}&host=${name}&metrics=${GPU_METRICS.join(",")}`, {signal}).catch(ignoreMissing)
      : null)),
  ]);
  return new HostSeries(own, gpus);
}

/** A GPU that was never stored has no series; every other failure is one of the screen. */
function ignoreMissing(failure) {
  if (failure.status === 404) return null;
  throw failure;
}

export class HostSeries {
  constructor(own, gpus) {
    this.step = own.step_s;
    this.times = own.timestamps.map(at => Date.parse(at) / 1000 + own.step_s / 2);
    this.host = Object.fromEntries(HOST_METRICS.map(metric => [metric, own[metric].mean.slice()]));
    this.network = {times: this.times.slice(), up: rate(own.network_up.bytes, own.step_s), down: rate(own.network_down.bytes, own.step_s)};
    this.bands = Object.fromEntries(HOST_METRICS.map(metric => [metric, {min: own[metric].min, max: own[metric].max}]));
    const starts = new Map(own.timestamps.map((at, index) => [at, index]));
    this.gpus = gpus.map(series => Object.fromEntries(GPU_METRICS.map(metric => [metric, aligned(series, metric, "mean", starts)])));
    this.gpuBands = gpus.map(series => Object.fromEntries(GPU_METRICS.map(metric => [metric, {min: aligned(series, metric, "min", starts), max: aligned(series, metric, "max", starts)}])));
    this.stored = this.times.length;
    this.trimLast();
  }

  /** The last bin is still being filled: live readings replace it. */
  trimLast() {
    const now = Date.now() / 1000;
    while (this.times.length && this.times.at(-1) + this.step / 2 > now) {
      this.times.pop();
      Object.values(this.host).forEach(column => column.pop());
      this.gpus.forEach(gpu => Object.values(gpu).forEach(column => column.pop()));
      this.network.times.pop();
      this.network.up.pop();
      this.network.down.pop();
    }
    this.stored = this.times.length;
  }

  /** Appends what the stream says of the host, at most once for each tick. */
  append(fleet, host, seconds) {
    const at = live.receivedAt / 1000;
    if (!this.times.length || at - this.times.at(-1) < 0.5) {
      if (this.times.length) return;
    }
    const isGap = this.times.length > this.stored && at - this.times.at(-1) > (3 * host.intervalMs) / 1000 + 5;
    if (isGap) this.push(this.times.at(-1) + 1, () => null, () => null);
    const isSilent = host.state === "silent";
    this.push(at, metric => (isSilent || metric === "disk" ? null : host[metric] ?? null), (index, metric) => liveReading(fleet, host, index, metric, isSilent));
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
    this.stored = Math.max(0, this.stored - count);
  }
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

/** Returns the energy of the GPUs of a host since midnight of the viewer, in joules; null without a reading. */
export async function loadEnergyToday(host, signal) {
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  const parameters = new URLSearchParams({from: midnight.toISOString(), step: "1h", metrics: "energy", host: host.clientId ?? host.name});
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
