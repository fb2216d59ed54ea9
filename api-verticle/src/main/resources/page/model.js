// What a fleet means: its verdict, counts, capacity, and what needs attention.

import {duration, integer, plural, compareNames} from "./format.js";
import {isAbsent, isHoldingMemory, isIdlePercent, isSimulated} from "./store.js";

const HELD_MILLIS = 15 * 60 * 1000;

/** Severity, words and advice for each state of a GPU that needs attention. */
export const GPU_PROBLEMS = {
  lost: {level: 2, word: "lost", advice: "Drain the host and restart it. If it is lost again, have the GPU and its power cable checked."},
  reset_required: {level: 2, word: "to be reset", advice: "Stop the processes on it, then reset it: nvidia-smi --gpu-reset -i INDEX."},
  hung: {level: 2, word: "hung", advice: "Its driver does not return. Look for Xid errors in dmesg; usually only a restart helps."},
  unreadable: {level: 2, word: "unreadable", advice: "Is the driver loaded? nvidia-smi on the host shows its error."},
  no_permission: {level: 2, word: "without permission", advice: "The collector may not open the device: run it as a user of the group of /dev/nvidia*."},
  degraded: {level: 1, word: "degraded", advice: "Some readings failed, or the driver reports a defect. Check ECC and InfoROM: nvidia-smi -q."},
};

const WARNINGS = {
  gpu_hot: [1, "GPU hot", "Check fans, airflow and inlet temperature; limit the power of the GPU until then."],
  gpu_critical: [2, "GPU critically hot", "It slows down or shuts off. Move its work, then check the cooling."],
  gpu_lost: [2, "GPUs missing", "Fewer GPUs than within the last day: restart the host, check risers and power."],
  gpu_fault: [2, "GPU fault", "The driver reports a fault: see the device and its Xid codes in dmesg."],
  disk_full: [1, "disk nearly full", "Delete checkpoints and logs, or extend the file system."],
  disk_critical: [2, "disk full", "Writes will fail soon: free space now."],
  memory_full: [1, "memory full", "The kernel may kill processes: look at the largest ones."],
  low_uptime: [1, "low uptime yesterday", "It was away for more than 10 % of yesterday."],
  lost_contact: [2, "no heartbeat", "Is the host up, and can it reach this node?"],
  declared_error: [2, "declared faulty", "Somebody declared the status error: clear it under Clients when it is repaired."],
};

const READING_UNITS = {temperature_celsius: "°C", storage_percent: "%", memory_percent: "%", uptime_percent: "%", missing_gpus: "missing"};

export const gpuWord = state => (state === "ok" ? "ok" : GPU_PROBLEMS[state]?.word ?? state.replaceAll("_", " "));

/** Counts of hosts and GPUs, capacity by model, power, and the problems, in one pass. */
export function summarize(fleet, conditions, warnings, now = Date.now()) {
  const summary = {
    hosts: {total: 0, up: 0, silent: 0, stale: 0, maintenance: 0, simulated: 0, degraded: 0},
    gpus: {total: 0, ok: 0, degraded: 0, lost: 0, unreadable: 0, asleep: 0, silent: 0, maintenance: 0},
    capacity: {busy: 0, held: 0, free: 0, away: 0}, models: new Map(),
    power: {watts: 0, limit: 0, count: 0}, problems: [], busySum: 0, busyCount: 0, memoryUsed: 0, memoryTotal: 0,
  };
  for (const host of fleet.list) countHost(fleet, host, summary, conditions, now);
  addWarnings(fleet, summary, warnings);
  summary.problems.sort((a, b) => b.level - a.level || (b.since ?? 0) - (a.since ?? 0) || compareNames(a.host, b.host));
  summary.verdict = verdict(fleet, summary, now);
  return summary;
}

function countHost(fleet, host, summary, conditions, now) {
  const hosts = summary.hosts;
  hosts.total++;
  if (isSimulated(host)) hosts.simulated++;
  if (host.state === "maintenance") hosts.maintenance++;
  else if (isAbsent(host)) hosts.silent++;
  else {
    hosts.up++;
    if (host.state === "stale") hosts.stale++;
  }
  const byState = new Map();
  for (let index = 0; index < host.gpus.length; index++) {
    const gpu = fleet.gpu(host, index);
    countGpu(host, gpu, index, summary, now);
    if (GPU_PROBLEMS[gpu.reported] && !isAbsent(host)) {
      byState.set(gpu.reported, [...(byState.get(gpu.reported) ?? []), index]);
    }
  }
  if (host.state === "maintenance") return;
  if (isAbsent(host)) {
    const since = host.seenAt ?? conditions.since(host.clientId, null, "host_silent");
    summary.problems.push({kind: "silent", level: 2, host: host.name, gpus: [], text: "silent", since, simulated: isSimulated(host),
      advice: "Is it powered on, on the network, and is its collector running?"});
  }
  for (const [state, indexes] of byState) {
    const starts = indexes.map(index => conditions.since(host.clientId, host.gpus[index].uuid, "gpu_" + state)).filter(Boolean);
    summary.problems.push({kind: state, level: GPU_PROBLEMS[state].level, host: host.name, gpus: indexes, simulated: isSimulated(host),
      text: `${indexes.length === 1 ? "GPU" : "GPUs"} ${ranges(indexes)} ${GPU_PROBLEMS[state].word}`,
      since: starts.length ? Math.min(...starts) : null, advice: GPU_PROBLEMS[state].advice.replace("INDEX", String(indexes[0]))});
  }
  if (host.state === "degraded" && byState.size === 0) {
    hosts.degraded++;
    summary.problems.push({kind: "degraded", level: 1, host: host.name, gpus: [], text: "degraded", since: null, simulated: isSimulated(host),
      advice: "A section has no readings because of an error: the host screen lists it."});
  }
}

/** Ascending numbers as text: 0–3, 7. */
export function ranges(numbers) {
  const parts = [];
  for (const number of numbers) {
    const last = parts.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else parts.push([number, number]);
  }
  return parts.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(", ");
}

function countGpu(host, gpu, index, summary, now) {
  const {gpus, capacity, power} = summary;
  gpus.total++;
  const model = modelOf(summary, gpu.facts.name ?? "unknown model");
  model.total++;
  const use = usage(host, gpu, index, now);
  capacity[use]++;
  model[use]++;
  if (host.state === "maintenance") gpus.maintenance++;
  else if (isAbsent(host)) gpus.silent++;
  else if (gpu.reported === "ok" || gpu.reported === "asleep" || gpu.reported === "degraded") gpus[gpu.reported]++;
  else if (gpu.reported === "lost" || gpu.reported === "reset_required") gpus.lost++;
  else gpus.unreadable++;
  if (isAbsent(host)) return;
  if (gpu.power !== null && gpu.power !== undefined) {
    power.watts += gpu.power;
    power.limit += gpu.facts.power_limit_watts ?? 0;
    power.count++;
  }
  if (gpu.utilization !== null && gpu.utilization !== undefined) {
    summary.busySum += gpu.utilization;
    summary.busyCount++;
  }
  summary.memoryUsed += gpu.memory ?? 0;
  summary.memoryTotal += gpu.facts.memory_total_mib ?? 0;
}

/** Returns busy, held (memory in use, no work for 15 minutes), free, or away (cannot be used). */
export function usage(host, gpu, index, now = Date.now()) {
  if (isAbsent(host) || host.state === "maintenance") return "away";
  if (gpu.reported !== "ok" && gpu.reported !== "degraded" && gpu.reported !== "asleep") return "away";
  if (!isIdlePercent(gpu.utilization) && gpu.reported !== "asleep") return "busy";
  const since = host.idleSince[index];
  return isHoldingMemory(gpu.memory) && since && now - since >= HELD_MILLIS ? "held" : "free";
}

function modelOf(summary, name) {
  if (!summary.models.has(name)) summary.models.set(name, {name, total: 0, busy: 0, held: 0, free: 0, away: 0});
  return summary.models.get(name);
}

function addWarnings(fleet, summary, warnings) {
  for (const {host: name, warning} of warnings) {
    const host = fleet.find(name);
    if (!WARNINGS[warning.name] || host?.state === "maintenance") continue;
    if (warning.name === "lost_contact" && host && isAbsent(host)) continue;
    const [level, text, advice] = WARNINGS[warning.name];
    const readings = Object.entries(warning.readings ?? {}).map(([key, value]) => `${integer(value)} ${READING_UNITS[key] ?? key.replaceAll("_", " ")}`);
    summary.problems.push({kind: warning.name, level, host: name, gpus: [], text: [text, ...readings].join(", "),
      since: Date.parse(warning.since), advice, simulated: host ? isSimulated(host) : false});
  }
}

/** The sentence that is true of the fleet: level 0 fine, 1 amber, 2 red, -1 unknown. */
function verdict(fleet, summary, now) {
  if (!fleet.hasState) return {level: -1, text: "Waiting for the first data", short: "waiting"};
  const {hosts, gpus, problems} = summary;
  if (hosts.total === 0) return {level: -1, text: "No host has reported yet", short: "no host"};
  const parts = [];
  for (const state of Object.keys(GPU_PROBLEMS)) addStatePart(parts, problems.filter(problem => problem.kind === state && problem.gpus.length), state);
  addSilentPart(parts, problems.filter(problem => problem.kind === "silent"), now);
  const others = problems.filter(problem => !problem.gpus.length && problem.kind !== "silent");
  if (others.length === 1) parts.push({text: `${others[0].host}: ${others[0].text}`, short: "1 warning", level: others[0].level});
  else if (others.length) parts.push({text: plural(others.length, "warning"), short: plural(others.length, "warning"), level: Math.max(...others.map(other => other.level))});
  if (parts.length) {
    return {level: Math.max(...parts.map(part => part.level)), text: parts.slice(0, 4).map(part => part.text).join(" · "), short: parts.slice(0, 2).map(part => part.short).join(", ")};
  }
  const aside = hosts.maintenance ? `, ${hosts.maintenance} in maintenance` : "";
  if (gpus.total === 0) return {level: 0, text: `${plural(hosts.up, "host")} up, without a GPU${aside}`, short: `${plural(hosts.up, "host")} up`};
  const total = gpus.total - gpus.maintenance;
  return {level: 0, text: total === 1 ? `The GPU is fine${aside}` : `All ${integer(total)} GPUs of ${plural(hosts.up, "host")} are fine${aside}`, short: `${plural(total, "GPU")} fine`};
}

function addStatePart(parts, problems, state) {
  const count = problems.reduce((sum, problem) => sum + problem.gpus.length, 0);
  if (!count) return;
  const where = problems.length === 1 ? `on ${problems[0].host}` : `on ${problems.length} hosts`;
  const text = `${plural(count, "GPU")} ${GPU_PROBLEMS[state].word}`;
  parts.push({text: `${text} ${where}`, short: `${integer(count)} ${GPU_PROBLEMS[state].word}`, level: GPU_PROBLEMS[state].level});
}

function addSilentPart(parts, silent, now) {
  if (!silent.length) return;
  const since = silent.length === 1 && silent[0].since ? ` for ${duration((now - silent[0].since) / 1000)}` : "";
  const text = silent.length === 1 ? `${silent[0].host} silent${since}` : `${silent.length} hosts silent`;
  parts.push({text, short: `${silent.length} silent`, level: 2});
}
