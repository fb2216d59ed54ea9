// The fleet as the stream describes it. A fleet is replaced by a state and changed by ticks; screens read it and are
// told when it changes.

import {compareNames} from "./format.js";

const HELD_MEMORY_MIB = 512;
const IDLE_PERCENT = 5;
const GPU_VALUES = 5;

export class Fleet {
  constructor() {
    this.hosts = new Map();
    this.list = [];
    this.byName = new Map();
    this.hostWords = [];
    this.gpuWords = [];
    this.version = 0;
    this.at = null;
    this.hasState = false;
  }

  apply(message) {
    const known = this.hosts;
    if (message.type === "state") {
      this.hosts = new Map();
      this.hostWords = message.host_states;
      this.gpuWords = message.gpu_states;
      this.epoch = message.epoch;
      this.hasState = true;
    }
    for (const id of message.gone ?? []) this.hosts.delete(id);
    for (const facts of message.hosts) this.hosts.set(facts.id, this.host(facts, known.get(facts.id)));
    for (const [id, values, gpus] of message.values) this.setValues(this.hosts.get(id), values, gpus, message.at);
    if (message.hosts.length || message.gone?.length || message.type === "state") {
      this.list = [...this.hosts.values()].sort((a, b) => compareNames(a.name, b.name));
      this.byName = new Map(this.list.map(host => [host.name, host]));
    }
    this.at = message.at;
    this.seq = message.seq;
    this.version++;
  }

  host(facts, before) {
    const models = [...new Set(facts.gpus.map(gpu => gpu.name ?? "unknown model"))];
    return {
      id: facts.id, name: facts.host, clientId: facts.client_id, origin: facts.origin, intervalMs: facts.interval_ms,
      gpus: facts.gpus, models, state: "ok", values: before?.values ?? [], idleSince: before?.clientId === facts.client_id ? before.idleSince : [],
      haystack: [facts.host, ...models, facts.origin, ...facts.gpus.map(gpu => gpu.uuid ?? "")].join("\n").toLowerCase(),
    };
  }

  setValues(host, [state, cpu, memory, seenAt], gpus, at) {
    if (!host) return;
    host.state = this.hostWords[state] ?? "degraded";
    host.cpu = cpu;
    host.memory = memory;
    host.seenAt = seenAt ? seenAt * 1000 : null;
    host.values = gpus;
    for (let gpu = 0; gpu < host.gpus.length; gpu++) {
      const isIdle = gpus[gpu * GPU_VALUES + 1] !== null && gpus[gpu * GPU_VALUES + 1] < IDLE_PERCENT && gpus[gpu * GPU_VALUES + 2] > HELD_MEMORY_MIB;
      if (!isIdle) host.idleSince[gpu] = 0;
      else host.idleSince[gpu] ||= Date.parse(at);
    }
  }

  gpu(host, index) {
    const at = index * GPU_VALUES;
    const values = host.values;
    const word = this.gpuWords[values[at]];
    return {
      state: isAbsent(host) ? "silent" : word ?? "degraded",
      reported: word ?? "degraded",
      utilization: values[at + 1], memory: values[at + 2], power: values[at + 3], temperature: values[at + 4],
      facts: host.gpus[index],
    };
  }

  find(name) {
    return this.byName.get(name);
  }
}

export const isAbsent = host => host.state === "silent";
export const isIdlePercent = value => value !== null && value !== undefined && value < IDLE_PERCENT;
export const isHoldingMemory = value => value > HELD_MEMORY_MIB;
export const isSimulated = host => host.origin !== "hardware";
