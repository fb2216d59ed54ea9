// The screen of one host: its GPUs, charts over a selectable range, processes on request, identity and warnings.

import {html, useEffect, useMemo, useRef, useState} from "./preact.js";
import {loadJson} from "./api.js";
import {Chart, resetZoom, seriesColor} from "./chart.js";
import {bytes, celsius, duration, integer, joined, joules, mebibytes, percent, plural, watts} from "./format.js";
import {live} from "./live.js";
import {gpuWord, GPU_PROBLEMS} from "./model.js";
import {formatRoute, hostLink, replaceQuery} from "./route.js";
import {loadEnergyToday, loadSeries, loadSpans, RANGES, reloadStored} from "./series.js";
import {isAbsent, isSimulated} from "./store.js";
import {isDark} from "./theme.js";
import {Empty, Failure, Icon, Instant, levelClass, levelIcon, Meter, Quantity, Simulated, Tabs, useLoaded, useWidth} from "./ui.js";

const PROCESS_SECONDS = 5;
const FACTS_SECONDS = 15;

export function HostScreen({fleet, name, query, summary}) {
  const host = fleet.find(name);
  if (!host) return html`<${Unknown} name=${name} fleet=${fleet} />`;
  return html`<${KnownHost} key=${host.clientId ?? name} fleet=${fleet} host=${host} query=${query} problems=${summary.problems.filter(problem => problem.host === name)} />`;
}

function Unknown({name, fleet}) {
  return html`<${Empty} title="This host is not in the fleet"><p><bdi>${name}</bdi> ${fleet.hasState ? "has not reported since this node started, or was removed after a day of silence." : "is not known yet: no data have arrived."}</p>
    <p><a href="#/">All hosts</a> · <a href=${formatRoute({screen: "clients", query: {q: name}})}>look for it among the registered clients</a></p></${Empty}>`;
}

function KnownHost({fleet, host, query, problems}) {
  const range = RANGES[query.range] ? query.range : "15m";
  const [highlighted, setHighlighted] = useState(query.gpu === undefined ? -1 : Number(query.gpu));
  const frame = useLoaded(signal => loadJson(`/snapshot?host=${encodeURIComponent(host.name)}&include=gpu,cpu,memory,chassis,storage`, signal), [host.name]);
  const reload = useRef();
  reload.current = frame.reload;
  useEffect(() => {
    const timer = setInterval(() => !live.paused && reload.current(), FACTS_SECONDS * 1000);
    return () => clearInterval(timer);
  }, []);
  const select = index => {
    setHighlighted(index);
    replaceQuery({gpu: index < 0 ? "" : String(index)});
  };
  return html`<${Heading} host=${host} fleet=${fleet} frame=${frame.data} />
    ${problems.length > 0 && html`<ul class="panel host-problems">${problems.map(problem => html`<li key=${problem.kind} class=${levelClass(problem.level)}><${Icon} name=${levelIcon(problem.level)} /><div><p><b>${problem.text}</b>${problem.since ? html` <span class="muted">since <${Instant} at=${problem.since} /></span>` : ""}</p><p class="muted">${problem.advice}</p></div></li>`)}</ul>`}
    ${host.gpus.length > 0 ? html`<${GpuRows} fleet=${fleet} host=${host} highlighted=${highlighted} onSelect=${select} onHighlight=${setHighlighted} selected=${query.gpu} />` : html`<p class="panel calm">This host has no GPU that Muster can read.</p>`}
    <${Charts} fleet=${fleet} host=${host} range=${range} highlighted=${highlighted} />
    <${Processes} host=${host} isOpen=${query.processes === "1"} />
    <${Identity} frame=${frame.data} failure=${frame.failure} />`;
}

function Heading({host, fleet, frame}) {
  const cpu = frame?.cpus?.[0];
  const memory = frame?.memory?.[0];
  const energy = useLoaded(signal => loadEnergyToday(host, signal), [host.clientId]);
  const power = host.gpus.reduce((sum, gpu, index) => sum + (fleet.gpu(host, index).power ?? 0), 0);
  const position = fleet.list.indexOf(host);
  const neighbor = step => fleet.list[position + step];
  return html`<section class="host-heading" aria-label="Host"><h2><a href="#/">Fleet</a> <span class="muted" aria-hidden="true">/</span> <bdi>${host.name}</bdi> ${isSimulated(host) && html`<${Simulated} origin=${host.origin} />`}</h2>
    <span class="neighbors">${[[-1, "left", "Previous host"], [1, "right", "Next host"]].map(([step, icon, label]) => neighbor(step) && html`<a key=${icon} href=${hostLink(neighbor(step).name)} title=${neighbor(step).name} aria-label=${`${label}: ${neighbor(step).name}`}><${Icon} name=${icon} /></a>`)}</span>
    <dl class="host-facts">
      <div><dt>CPU</dt><dd>${isAbsent(host) ? "–" : html`<${Quantity} of=${percent(host.cpu)} />`} ${cpu && html`<span class="muted">${cpu.cpu_model}, ${plural(cpu.total_threads, "thread")}</span>`}</dd></div>
      <div><dt>Memory</dt><dd>${isAbsent(host) ? "–" : html`<${Quantity} of=${percent(host.memory)} />`} ${memory && html`<span class="muted">of ${joined(bytes(memory.total_bytes))}</span>`}</dd></div>
      ${host.gpus.length > 0 && html`<div><dt>GPU power</dt><dd><${Quantity} of=${isAbsent(host) ? ["–", ""] : watts(power)} /></dd></div><div><dt>GPU energy today</dt><dd><${Quantity} of=${joules(energy.data)} /></dd></div>`}
      <div><dt>Interval</dt><dd>${duration(host.intervalMs / 1000)}</dd></div>
      ${isAbsent(host) && html`<div><dt>Last seen</dt><dd><${Instant} at=${host.seenAt} ago /></dd></div>`}
    </dl></section>`;
}

function GpuRows({fleet, host, highlighted, onSelect, onHighlight, selected}) {
  const absent = isAbsent(host);
  return html`<section class="panel" aria-label="GPUs"><div class="scroll-x" tabindex="0" role="region" aria-label="GPUs of the host"><table class="gpus">
    <caption class="visually-hidden">GPUs of ${host.name}</caption>
    <thead><tr><th scope="col">GPU</th><th scope="col">State</th><th scope="col"><${Word} long="Utilization" short="Util." /></th><th scope="col"><${Word} long="Memory used" short="Mem." /></th><th scope="col" class="numeric"><${Word} long="Temperature" short="Temp." /></th><th scope="col">Power</th></tr></thead>
    <tbody onPointerLeave=${() => onHighlight(selected === undefined ? -1 : Number(selected))}>${host.gpus.map((facts, index) => {
      const gpu = fleet.gpu(host, index);
      const value = key => (absent ? undefined : gpu[key] ?? undefined);
      const margin = facts.slowdown_celsius && value("temperature") !== undefined ? facts.slowdown_celsius - value("temperature") : undefined;
      return html`<tr key=${facts.uuid ?? index} class=${highlighted === index ? "active" : ""} onPointerEnter=${() => onHighlight(index)}>
        <th scope="row"><button type="button" class="gpu-name" aria-pressed=${String(selected === String(index))} onClick=${() => onSelect(selected === String(index) ? -1 : index)}><i class="line-color" style=${{background: seriesColor(index)}}></i><b>${index}</b> <span class="muted">${facts.name ?? "unknown model"}</span></button></th>
        <td><${GpuState} gpu=${gpu} /></td>
        <td><${Meter} label=${`utilization of GPU ${index}`} ratio=${value("utilization") / 100} text=${percent(value("utilization"))} /></td>
        <td><${Meter} label=${`memory of GPU ${index}`} ratio=${value("memory") / facts.memory_total_mib} text=${mebibytes(value("memory"))} /> <span class="muted">of ${joined(mebibytes(facts.memory_total_mib))}</span></td>
        <td class="numeric"><${Quantity} of=${celsius(value("temperature"))} /> ${margin !== undefined && html`<span class=${margin < 5 ? "level-red" : margin < 12 ? "level-amber" : "muted"}>margin ${margin} °C</span>`}</td>
        <td><${Meter} label=${`power of GPU ${index}`} ratio=${value("power") / (facts.power_limit_watts ?? NaN)} text=${watts(value("power"))} />${facts.power_limit_watts && html` <span class="muted">of ${joined(watts(facts.power_limit_watts))}</span>`}</td></tr>`;
    })}</tbody></table></div></section>`;
}

/** A word, or its abbreviation on a phone. */
const Word = ({long, short}) => html`<span class="long-word">${long}</span><span class="short-word" aria-hidden="true">${short}</span>`;

function GpuState({gpu}) {
  if (gpu.state === "silent") return html`<span class="muted">no frame arrives</span>`;
  const problem = GPU_PROBLEMS[gpu.state];
  if (!problem) return html`<span class="muted">${gpuWord(gpu.state)}</span>`;
  return html`<span class=${levelClass(problem.level)}><${Icon} name=${levelIcon(problem.level)} /> ${problem.word}</span>`;
}

function Charts({fleet, host, range, highlighted}) {
  const [box, width] = useWidth();
  const seconds = RANGES[range].seconds;
  const loaded = useLoaded(signal => loadSeries(host, range, signal), [host.clientId, range]);
  const spans = useLoaded(signal => loadSpans(host, range, signal), [host.clientId, range, live.events[0]?.id]);
  const reload = useRef();
  reload.current = loaded.reload;
  useEffect(() => {
    const period = RANGES[range].reload;
    if (!period) return undefined;
    const timer = setInterval(() => !live.paused && reload.current(), period * 1000);
    return () => clearInterval(timer);
  }, [range]);
  useEffect(() => {
    const period = RANGES[range].reloadStored;
    if (!period || !loaded.data) return undefined;
    // They are shown at the next tick; what fails is tried again.
    const timer = setInterval(() => !live.paused && reloadStored(loaded.data, host, range).catch(() => {}), period * 1000);
    return () => clearInterval(timer);
  }, [range, loaded.data]);
  useEffect(resetZoom, [range]);
  const series = loaded.data;
  useMemo(() => { if (series && seconds <= 3600 && !live.paused) series.append(fleet, host, seconds); }, [series, fleet.version]);
  const now = live.paused ? live.receivedAt / 1000 : Math.max(live.receivedAt, Date.now() - 60_000) / 1000;
  const columns = width > 1100 ? 2 : 1;
  const chartWidth = Math.floor((width - (columns - 1) * 24) / columns) - 32;
  const version = fleet.version + (loaded.at ?? 0);
  const common = series && {times: series.times, window: [now - seconds, now], spans: spans.data ?? [], version, theme: isDark(), width: chartWidth};
  const isLong = seconds > 3600;
  const gpuLines = metric => series.gpus.map((gpu, index) => ({name: `GPU ${index}`, values: gpu[metric], color: seriesColor(index)}));
  const single = metric => (highlighted >= 0 && isLong && series.gpus[highlighted] ? [{name: `GPU ${highlighted}`, values: series.gpus[highlighted][metric], color: seriesColor(highlighted), band: series.gpuBands[highlighted][metric]}] : gpuLines(metric));
  const own = metric => [{name: metric, values: series.host[metric], color: seriesColor(0), band: isLong ? series.bands[metric] : undefined}];
  const isEmpty = series && series.times.length === 0;
  return html`<section class="panel charts" aria-label="Charts"><div class="panel-head"><${Tabs} label="Range" value=${range} options=${Object.entries(RANGES).map(([key, value]) => [key, value.name])} onChange=${key => replaceQuery({range: key === "15m" ? "" : key})} />
      <span class="muted hint">drag zooms · double-click zooms out</span></div>
    <div ref=${box} class="chart-box">
    ${loaded.failure && !series ? html`<${Failure} failure=${loaded.failure} retry=${loaded.reload} />` : null}
    ${isEmpty ? html`<p class="calm">No history yet: it begins with the first heartbeat, seconds after the host has registered.</p>` : null}
    ${common && !isEmpty && chartWidth > 0 ? html`<div class=${"chart-grid columns-" + columns}>
      ${series.gpus.length > 0 ? [["Utilization", "utilization", percent, 100], ["GPU memory", "memory", percent, 100], ["Temperature", "temperature", celsius, undefined], ["Power", "power", watts, undefined]].map(([title, metric, format, max]) =>
        html`<${Chart} key=${metric + isLong} title=${title} lines=${single(metric)} format=${format} max=${max} highlighted=${isLong ? -1 : highlighted} ...${common} />`) : null}
      <${Chart} key="cpu" title="CPU" lines=${own("cpu")} format=${percent} max=${100} ...${common} />
      <${Chart} key="memory-host" title="Host memory" lines=${own("memory")} format=${percent} max=${100} ...${common} />
      <${Chart} key="network" title="Network" isBinary lines=${[{name: "in", values: series.stored.down, color: seriesColor(0)}, {name: "out", values: series.stored.up, color: seriesColor(1)}]} format=${value => { const [number, unit] = bytes(value); return [number, unit + "/s"]; }} ...${common} times=${series.stored.times} />
      <${Chart} key="disk" title="Disk used" lines=${[{name: "disk", values: series.stored.disk, color: seriesColor(0), band: isLong ? series.stored.diskBand : undefined}]} format=${percent} max=${100} ...${common} times=${series.stored.times} />
    </div>` : null}
    ${!common && loaded.loading ? html`<p class="calm">Loading the history…</p>` : null}</div></section>`;
}

function Processes({host, isOpen}) {
  const toggle = () => replaceQuery({processes: isOpen ? "" : "1"});
  return html`<section class="panel" aria-label="Processes"><div class="panel-head"><h2>Processes on the GPUs</h2><button type="button" aria-expanded=${String(isOpen)} onClick=${toggle}>${isOpen ? "Hide" : "Show"}</button>
    <span class="muted hint">${isOpen ? `read from the host every ${PROCESS_SECONDS} s while this is open` : "the host is asked only while this is open"}</span></div>${isOpen && html`<${ProcessTable} host=${host} />`}</section>`;
}

function ProcessTable({host}) {
  const loaded = useLoaded(signal => loadJson(`/snapshot?host=${encodeURIComponent(host.name)}&include=process`, signal), [host.name]);
  const reload = useRef();
  reload.current = loaded.reload;
  useEffect(() => {
    const timer = setInterval(() => !live.paused && reload.current(), PROCESS_SECONDS * 1000);
    return () => clearInterval(timer);
  }, []);
  if (loaded.failure && !loaded.data) return html`<${Failure} failure=${loaded.failure} retry=${loaded.reload} />`;
  if (!loaded.data) return html`<p class="calm">Asking the host…</p>`;
  const processes = (loaded.data.processes ?? []).filter(process => process.uses_gpu).sort((a, b) => b.used_memory - a.used_memory);
  if (!processes.length) return html`<p class="calm">No process uses a GPU of this host${host.gpus.length ? ", or the collector may not see those of other users" : ""}.</p>`;
  return html`<div class="scroll-x" tabindex="0" role="region" aria-label="Table of processes"><table class="gpus"><caption class="visually-hidden">Processes on the GPUs</caption><thead><tr><th scope="col" class="numeric">GPU</th><th scope="col">User</th><th scope="col">Process</th><th scope="col" class="numeric">PID</th><th scope="col" class="numeric">GPU memory</th><th scope="col" class="numeric">CPU</th><th scope="col" class="numeric">Memory</th><th scope="col">Command</th></tr></thead>
    <tbody>${processes.map(process => html`<tr key=${`${process.pid}/${process.device_uuid}`}><td class="numeric">${process.device_id}</td><td><bdi>${process.user}</bdi></td><td><bdi>${process.process_name}</bdi></td><td class="numeric">${process.pid}</td>
      <td class="numeric"><${Quantity} of=${bytes(process.used_memory)} /></td><td class="numeric"><${Quantity} of=${percent(process.cpu_percent)} /></td><td class="numeric"><${Quantity} of=${bytes(process.memory_rss)} /></td><td class="command"><code><bdi>${process.command}</bdi></code></td></tr>`)}</tbody></table></div>`;
}

function Identity({frame, failure}) {
  if (!frame) return failure ? html`<${Failure} failure=${failure} />` : null;
  const gpus = frame.gpus ?? [];
  const cpu = frame.cpus?.[0];
  const chassis = frame.chassis?.[0];
  const general = [
    ["CPU", cpu && `${cpu.cpu_model}, ${plural(cpu.socket_count, "socket")}, ${plural(cpu.total_cores, "core")}, ${cpu.architecture}`],
    ["Runtime", chassis?.runtime && [chassis.runtime.container_runtime, chassis.runtime.hypervisor].filter(Boolean).join(" on ")],
    ["Chassis", chassis?.detail && Object.entries(chassis.detail).map(([key, value]) => `${key}: ${value}`).join(", ")],
    ["Inlet", chassis?.inlet_temperature != null && joined(celsius(chassis.inlet_temperature))],
    ["Chassis power", chassis?.total_power_watts != null && joined(watts(chassis.total_power_watts))],
    ...(frame.storage ?? []).slice(0, 8).map(volume => [volume.mount_point, `${joined(bytes(volume.total_bytes - volume.available_bytes))} of ${joined(bytes(volume.total_bytes))}`]),
  ].filter(([, value]) => value);
  const shared = sharedDetails(gpus);
  return html`${frame.errors?.length > 0 && html`<section class="panel" aria-label="Errors"><div class="panel-head"><h2>Missing readings</h2></div><ul class="errors">${frame.errors.map((error, index) => html`<li key=${index}><${Icon} name="warning" /> <span><b>${error.section ?? error.kind}</b> ${error.message ?? error.reason ?? JSON.stringify(error)}</span></li>`)}</ul></section>`}
    <section class="panel" aria-label="Identity"><details><summary class="panel-head">Identity and topology</summary><dl class="identity">${[...general, ...shared].map(([key, value]) => html`<div key=${key}><dt>${key}</dt><dd><bdi>${value}</bdi></dd></div>`)}</dl>
    ${gpus.length > 0 && html`<div class="scroll-x" tabindex="0" role="region" aria-label="Topology"><table class="gpus"><caption class="visually-hidden">Topology</caption><thead><tr><th scope="col" class="numeric">GPU</th><th scope="col">UUID</th><th scope="col" class="numeric">NUMA node</th><th scope="col">NVLink</th><th scope="col">PCIe</th><th scope="col">MIG</th></tr></thead>
      <tbody>${gpus.map((gpu, index) => html`<tr key=${gpu.uuid}><td class="numeric">${index}</td><td><code>${gpu.uuid}</code></td><td class="numeric">${gpu.numa_node_id ?? "not reported"}</td><td>${nvlink(gpu)}</td><td>${pcie(gpu)}</td><td>${gpu.mig ? (gpu.mig.current_mode ? plural(gpu.mig.instances.length, "instance") : "off") : "–"}</td></tr>`)}</tbody></table></div>`}</details></section>`;
}

/** Details that are equal for all GPUs are shown once. */
function sharedDetails(gpus) {
  return Object.entries(gpus[0]?.detail ?? {}).filter(([key, value]) => gpus.every(gpu => gpu.detail?.[key] === value));
}

function nvlink(gpu) {
  const links = gpu.nvlink_remote_devices ?? [];
  if (!links.length) return "none active";
  const kinds = [...new Set(links.map(link => link.remote_type))].join(", ");
  return `${plural(links.length, "link")} to ${kinds}`;
}

function pcie(gpu) {
  const entries = Object.entries(gpu.detail ?? {}).filter(([key]) => /pci/i.test(key));
  return entries.length ? entries.map(([key, value]) => `${key.replaceAll("_", " ")} ${value}`).join(", ") : "not reported";
}
