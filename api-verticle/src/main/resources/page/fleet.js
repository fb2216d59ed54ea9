// The fleet screen: verdict, counts, capacity, power, heat grid, what needs attention, and the table.

import {html, useMemo, useState} from "./preact.js";
import {celsius, compareNames, duration, integer, isNumber, joined, joules, mebibytes, percent, plural, watts} from "./format.js";
import {HeatGrid, METRICS} from "./grid.js";
import {gpuWord, GPU_PROBLEMS, usage} from "./model.js";
import {hostLink, open, replaceQuery} from "./route.js";
import {loadFleetEnergyToday} from "./series.js";
import {isAbsent, isSimulated} from "./store.js";
import {sortRows, VirtualTable} from "./table.js";
import {colors, magnitude} from "./theme.js";
import {TopUsers} from "./users.js";
import {Empty, Icon, Instant, levelClass, levelIcon, Meter, Quantity, Simulated, Tabs, useLoaded, useWidth} from "./ui.js";

const SHOWN_PROBLEMS = 6;
const ENERGY_MILLIS = 300_000;

export function FleetScreen({fleet, summary, query, past, timeline}) {
  const filter = (query.q ?? "").toLowerCase().trim();
  const metric = METRICS[query.metric] ? query.metric : "utilization";
  const hosts = useMemo(() => filterHosts(fleet, filter), [fleet, fleet.version, filter]);
  const selected = query.host ? {host: query.host, gpu: Number(query.gpu ?? 0)} : null;
  if (fleet.hasState && fleet.list.length === 0 && !past) return html`<${NoHost} />`;
  const withGpus = hosts.filter(host => host.gpus.length > 0);
  return html`<${Facts} summary=${summary} past=${past} />
    <div class="fleet">
      <section class="panel heat" aria-label="GPUs">
        <div class="panel-head">
          <${Tabs} label="Color of the cells" value=${metric} options=${Object.entries(METRICS).map(([key, value]) => [key, value.name])}
            onChange=${key => replaceQuery({metric: key === "utilization" ? "" : key})} />
          <${Scale} metric=${METRICS[metric]} />
        </div>
        ${withGpus.length > 0
          ? html`<${HeatGrid} fleet=${fleet} hosts=${withGpus} metric=${metric} selected=${selected}
              onSelect=${cell => replaceQuery({host: cell?.host, gpu: cell && String(cell.gpu)})}
              onOpen=${cell => open(hostLink(cell.host, {gpu: cell.gpu}))} />
            <${Legend} summary=${summary} />`
          : html`<${NoGpu} fleet=${fleet} filter=${filter} />`}
        ${timeline}
      </section>
      <div class="side"><${Attention} problems=${summary.problems} isKnown=${fleet.hasState} past=${past} />
        ${!past && html`<${UsersPanel} fleet=${fleet} isOpen=${query.users === "1"} />`}</div>
    </div>
    <${HostTable} fleet=${fleet} hosts=${hosts} query=${query} filter=${filter} />`;
}

/** Every word of the filter must occur in the name, a model, a UUID, the origin, or a state. */
function filterHosts(fleet, filter) {
  if (!filter) return fleet.list;
  const words = filter.split(/\s+/);
  return fleet.list.filter(host => {
    const states = [host.state, ...host.gpus.map((facts, index) => gpuWord(fleet.gpu(host, index).state))].join(" ");
    return words.every(word => host.haystack.includes(word) || states.includes(word));
  });
}

function Facts({summary, past}) {
  const {hosts, gpus, power, capacity, models} = summary;
  const capacityTotal = Math.max(1, gpus.total);
  const parts = [["busy", "busy"], ["held", "held idle"], ["free", "free"], ["away", "unavailable"]];
  return html`<section class="facts" aria-label="Counts">
    <div class="fact"><h2>Hosts</h2><p class="big">${integer(hosts.up)} <small>up</small></p>
      <p>${chip(hosts.silent, "silent", "level-red", "failed")}${chip(hosts.stale, "stale", "level-amber", "warning")}${chip(hosts.maintenance, "in maintenance", "level-blue", "wrench")}${chip(hosts.simulated, "simulated", "muted")}${hosts.silent + hosts.stale + hosts.maintenance + hosts.simulated === 0 && html`<span class="muted">none silent</span>`}</p></div>
    <div class="fact"><h2>GPUs</h2><p class="big">${integer(gpus.ok + gpus.asleep)} <small>ok of ${integer(gpus.total)}</small></p>
      <p>${chip(gpus.lost, "lost", "level-red", "failed")}${chip(gpus.unreadable, "unreadable", "level-red", "failed")}${chip(gpus.degraded, "degraded", "level-amber", "warning")}${chip(gpus.silent, "silent", "muted")}${chip(gpus.asleep, "asleep", "muted")}${gpus.lost + gpus.unreadable + gpus.degraded + gpus.silent === 0 && html`<span class="muted">none lost or degraded</span>`}</p></div>
    <div class="fact wide"><h2>Capacity <span class="muted">${summary.busyCount ? `mean utilization ${Math.round(summary.busySum / summary.busyCount)} %` : ""}</span></h2>
      <div class="bar" role="img" aria-label=${parts.map(([key, word]) => `${capacity[key]} ${word}`).join(", ")}>${parts.map(([key]) => capacity[key] > 0 && html`<span key=${key} class=${"part " + key} style=${{flexGrow: capacity[key] / capacityTotal}}></span>`)}</div>
      <p class="parts">${parts.map(([key, word]) => (capacity[key] > 0 || key !== "away") && html`<span key=${key} class="part-word"><i class=${"dot " + key}></i>${integer(capacity[key])} ${word}</span>`)}</p>
      ${models.size > 1 && html`<${Models} models=${[...models.values()]} />`}</div>
    <div class="fact"><h2>${past ? "Power" : "Power now"}</h2><p class="big"><${Quantity} of=${power.count ? watts(power.watts) : ["–", ""]} /> ${power.limit > 0 && html`<small>of ${joined(watts(power.limit))}</small>`}</p>
      ${power.limit > 0 ? html`<div class="bar thin" role="img" aria-label=${`${Math.round((100 * power.watts) / power.limit)} percent of the limits of the GPUs`}><span class="part power" style=${{flexGrow: power.watts / power.limit}}></span><span style=${{flexGrow: Math.max(0, 1 - power.watts / power.limit)}}></span></div>` : html`<p class="muted">${power.count ? "no limit is known" : "no GPU reports it"}</p>`}
      ${!past && html`<${EnergyToday} />`}</div>
    <div class="fact"><h2>GPU memory</h2><p class="big"><${Quantity} of=${mebibytes(summary.memoryTotal ? summary.memoryUsed : undefined)} /> ${summary.memoryTotal > 0 && html`<small>of ${joined(mebibytes(summary.memoryTotal))}</small>`}</p>
      ${summary.memoryTotal > 0 && html`<div class="bar thin" role="img" aria-label=${`${Math.round((100 * summary.memoryUsed) / summary.memoryTotal)} percent of the memory in use`}><span class="part power" style=${{flexGrow: summary.memoryUsed / summary.memoryTotal}}></span><span style=${{flexGrow: 1 - summary.memoryUsed / summary.memoryTotal}}></span></div>`}</div>
  </section>`;
}

/** Absent until it is known, and without a database. */
function EnergyToday() {
  const energy = useLoaded(loadFleetEnergyToday, [Math.floor(Date.now() / ENERGY_MILLIS)]);
  return isNumber(energy.data) && html`<p><${Quantity} of=${joules(energy.data)} /> <span class="muted">today</span></p>`;
}

const chip = (count, word, className, icon) => count > 0 && html`<span key=${word} class=${"chip " + className}>${icon && html`<${Icon} name=${icon} />`}${integer(count)} ${word}</span>`;

function Models({models}) {
  return html`<details><summary>By model (${models.length})</summary><table class="plain"><thead><tr><th scope="col">Model</th><th scope="col" class="numeric">Total</th><th scope="col" class="numeric">Busy</th><th scope="col" class="numeric">Held</th><th scope="col" class="numeric">Free</th></tr></thead>
    <tbody>${models.sort((a, b) => b.total - a.total).map(model => html`<tr key=${model.name}><th scope="row">${model.name}</th><td class="numeric">${integer(model.total)}</td><td class="numeric">${integer(model.busy)}</td><td class="numeric">${integer(model.held)}</td><td class="numeric">${integer(model.free)}</td></tr>`)}</tbody></table></details>`;
}

function Scale({metric}) {
  return html`<span class="scale" aria-hidden="true"><span>${metric.scale[0]}</span>${colors().scale.map(color => html`<i key=${color} style=${{background: color}}></i>`)}<span>${metric.scale[1]}</span></span>`;
}

function Legend({summary}) {
  const {gpus, capacity, hosts} = summary;
  const entries = [["lost", "lost", gpus.lost], ["cross", "unreadable, hung", gpus.unreadable], ["degraded", "degraded", gpus.degraded], ["held", "held idle", capacity.held],
    ["hollow", "asleep", gpus.asleep], ["silent", "silent", gpus.silent], ["maintenance", "maintenance", hosts.maintenance], ["striped", "simulated", hosts.simulated]];
  return html`<ul class="legend" aria-label="Shapes">${entries.filter(([, , count]) => count > 0).map(([key, word]) => html`<li key=${key}><i class=${"shape " + key}></i>${word}</li>`)}<li class="muted hint">click or Enter opens a host · arrow keys move · Ctrl and wheel zoom</li></ul>`;
}

function Attention({problems, isKnown, past}) {
  const [all, setAll] = useState(false);
  const shown = all ? problems : problems.slice(0, SHOWN_PROBLEMS);
  return html`<section class="panel attention" aria-labelledby="attention"><div class="panel-head"><h2 id="attention">Needs attention</h2><span class="count">${problems.length || ""}</span></div>
    ${problems.length === 0 ? html`<p class="calm"><${Icon} name=${isKnown ? "ok" : "unknown"} /> ${isKnown ? "Nothing. Every GPU and every host that is not in maintenance is fine." : "Nothing is known yet."}</p>` : html`<ul>${shown.map(problem => html`<${Problem} key=${problem.host + problem.kind} problem=${problem} past=${past} />`)}</ul>`}
    ${problems.length > SHOWN_PROBLEMS && html`<button type="button" class="quiet" aria-expanded=${String(all)} onClick=${() => setAll(!all)}>${all ? "Show fewer" : `Show all ${problems.length}`}</button>`}
  </section>`;
}

function Problem({problem, past}) {
  const age = problem.since && ((past ?? Date.now()) - problem.since) / 1000;
  return html`<li class=${levelClass(problem.level)}><${Icon} name=${levelIcon(problem.level)} label=${problem.level > 1 ? "severe" : "warning"} />
    <div><p><a href=${hostLink(problem.host, problem.gpus.length ? {gpu: problem.gpus[0]} : {})}><bdi>${problem.host}</bdi></a> <b>${problem.text}</b>${problem.since ? html` <span class="when">${problem.kind === "silent" ? "last seen" : "since"} <${Instant} at=${problem.since} />, for ${duration(age)}</span>` : ""} ${problem.simulated && html`<${Simulated} />`}</p>
      <p class="advice">${problem.advice}</p></div></li>`;
}

/** The hosts list their processes only when they are asked, which is not done for each viewer of the fleet. */
function UsersPanel({fleet, isOpen}) {
  return html`<section class="panel attention" aria-labelledby="top-users"><div class="panel-head"><h2 id="top-users">Whose work runs</h2>
      <button type="button" class="quiet" aria-expanded=${String(isOpen)} onClick=${() => replaceQuery({users: isOpen ? "" : "1"})}>${isOpen ? "Hide" : "Show"}</button></div>
    ${isOpen && html`<${TopUsers} fleet=${fleet} />`}</section>`;
}

const mean = values => (values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined);
const reported = value => value !== null && value !== undefined;

function hostRow(fleet, host) {
  const gpus = host.gpus.map((facts, index) => fleet.gpu(host, index));
  const alive = isAbsent(host) ? [] : gpus;
  const values = key => alive.map(gpu => gpu[key]).filter(reported);
  const total = host.gpus.reduce((sum, gpu) => sum + (gpu.memory_total_mib ?? 0), 0);
  const used = values("memory").reduce((sum, value) => sum + value, 0);
  const worst = gpus.find(gpu => GPU_PROBLEMS[gpu.reported]?.level > 1) ?? gpus.find(gpu => GPU_PROBLEMS[gpu.reported]);
  return {
    key: host.id, host, gpus, name: host.name, utilization: mean(values("utilization")), memory: total && alive.length ? (100 * used) / total : undefined, used, total,
    temperature: values("temperature").length ? Math.max(...values("temperature")) : undefined,
    power: values("power").length ? values("power").reduce((sum, value) => sum + value, 0) : undefined,
    cpu: isAbsent(host) ? undefined : host.cpu, hostMemory: isAbsent(host) ? undefined : host.memory,
    state: host.state === "degraded" && worst ? gpuWord(worst.reported) : host.state,
    rank: ["silent", "degraded", "stale", "maintenance", "ok"].indexOf(host.state),
  };
}

function gpuRow(fleet, host, index) {
  const gpu = fleet.gpu(host, index);
  const shown = isAbsent(host) ? {...gpu, utilization: undefined, memory: undefined, power: undefined, temperature: undefined} : gpu;
  return {key: `${host.id}/${index}`, host, index, gpu, name: host.name, model: gpu.facts.name ?? "", utilization: shown.utilization, used: shown.memory, total: gpu.facts.memory_total_mib,
    memory: reported(shown.memory) ? (100 * shown.memory) / gpu.facts.memory_total_mib : undefined, temperature: shown.temperature, power: shown.power, use: usage(host, gpu, index),
    state: gpu.state, rank: gpu.state === "ok" ? 9 : 3 - (GPU_PROBLEMS[gpu.state]?.level ?? 2)};
}

const nameColumn = {key: "name", name: "Host", isSorted: true, value: row => row.name, render: row => html`<a class="host-name" href=${hostLink(row.host.name, row.index === undefined ? {} : {gpu: row.index})} title=${row.host.name}><bdi>${row.host.name}</bdi></a>${isSimulated(row.host) && html` <${Simulated} origin=${row.host.origin} />`}`};
const stateColumn = {key: "state", name: "State", value: row => row.rank, render: row => html`<${StateWord} row=${row} />`};
const readings = [
  {key: "utilization", name: "Utilization", short: "Util.", numeric: true, value: row => row.utilization, render: row => html`<${Meter} label="utilization" ratio=${row.utilization / 100} text=${percent(row.utilization)} />`},
  {key: "memory", name: "GPU memory", short: "Mem.", numeric: true, value: row => row.memory, render: row => html`<${Meter} label="memory" ratio=${row.memory / 100} text=${percent(row.memory)} />`},
  {key: "temperature", name: "Temp.", title: "Temperature, the highest of the host", numeric: true, value: row => row.temperature, render: row => html`<${Quantity} of=${celsius(row.temperature)} />`},
  {key: "power", name: "Power", numeric: true, value: row => row.power, render: row => html`<${Quantity} of=${watts(row.power)} />`},
];
const HOST_COLUMNS = [
  nameColumn, stateColumn,
  {key: "gpus", name: "GPUs", className: "wide-only", value: row => row.gpus.length, render: row => html`<${Cells} row=${row} />`},
  ...readings,
  {key: "cpu", name: "CPU", numeric: true, className: "wide-only", value: row => row.cpu, render: row => html`<${Quantity} of=${percent(row.cpu)} />`},
  {key: "hostMemory", name: "Host memory", numeric: true, className: "wide-only", value: row => row.hostMemory, render: row => html`<${Quantity} of=${percent(row.hostMemory)} />`},
];
const GPU_COLUMNS = [
  nameColumn,
  {key: "index", name: "GPU", numeric: true, value: row => row.index, render: row => row.index},
  stateColumn,
  {key: "model", name: "Model", className: "wide-only", value: row => row.model, render: row => row.model},
  ...readings,
  {key: "use", name: "Use", className: "wide-only", value: row => row.use, render: row => (row.use === "away" ? "–" : row.use === "held" ? "held idle" : row.use)},
];

function StateWord({row}) {
  const {host} = row;
  if (isAbsent(host)) return html`<span class="level-red"><${Icon} name="failed" /> silent${host.seenAt ? html` since <${Instant} at=${host.seenAt} />` : ""}</span>`;
  if (host.state === "maintenance") return html`<span class="level-blue"><${Icon} name="wrench" /> maintenance</span>`;
  if (row.state === "ok") return html`<span class="muted">ok</span>`;
  const level = Object.values(GPU_PROBLEMS).find(problem => problem.word === row.state || problem.word === gpuWord(row.state))?.level ?? 1;
  return html`<span class=${levelClass(level)}><${Icon} name=${levelIcon(level)} /> ${gpuWord(row.state)}</span>`;
}

function Cells({row}) {
  return html`<span class="cells" role="img" aria-label=${`${row.gpus.length} GPUs: ${row.gpus.map(gpu => gpu.state === "ok" ? joined(percent(gpu.utilization)) : gpuWord(gpu.state)).join(", ")}`}>${row.gpus.slice(0, 16).map((gpu, index) => html`<i key=${index} class=${gpu.state === "ok" || gpu.state === "degraded" ? gpu.state : "shape " + (gpu.state === "lost" || gpu.state === "reset_required" ? "lost" : gpu.state === "silent" || gpu.state === "asleep" ? "hollow" : "cross")}
    style=${gpu.state === "ok" || gpu.state === "degraded" ? {background: magnitude((gpu.utilization ?? 0) / 100).fill} : {}}></i>`)}</span>`;
}

function HostTable({fleet, hosts, query, filter}) {
  const [box, width] = useWidth();
  const byGpu = query.rows === "gpus";
  const order = query.sort ?? "name";
  const narrow = width > 0 && width < 700;
  const columns = (byGpu ? GPU_COLUMNS : HOST_COLUMNS).filter(column => !narrow || (column.className !== "wide-only" && !(byGpu && column.key === "power"))).map(column => (narrow && column.short ? {...column, name: column.short} : column));
  const rows = useMemo(() => {
    const all = byGpu ? hosts.flatMap(host => host.gpus.map((gpu, index) => gpuRow(fleet, host, index))) : hosts.map(host => hostRow(fleet, host));
    return sortRows(all, byGpu ? GPU_COLUMNS : HOST_COLUMNS, order, compareNames);
  }, [fleet, fleet.version, hosts, byGpu, order]);
  return html`<section class="panel" aria-label="Table" ref=${box}>
    <div class="panel-head"><${Tabs} label="Rows of the table" value=${byGpu ? "gpus" : "hosts"} options=${[["hosts", "Hosts"], ["gpus", "GPUs"]]} onChange=${key => replaceQuery({rows: key === "hosts" ? "" : key, sort: ""})} />
      <span class="muted">${byGpu ? plural(rows.length, "GPU") : plural(rows.length, "host")}${filter && html` match “<bdi>${filter}</bdi>” <button type="button" class="quiet" onClick=${() => replaceQuery({q: ""})}>clear</button>`}</span></div>
    ${rows.length === 0 ? html`<p class="calm">No ${byGpu ? "GPU" : "host"} matches.</p>` : html`<${VirtualTable} caption=${byGpu ? "All GPUs" : "All hosts"} columns=${columns} rows=${rows} rowKey=${row => row.key} order=${order}
      onOrder=${sort => replaceQuery({sort: sort === "name" ? "" : sort})} onOpen=${row => open(hostLink(row.host.name, row.index === undefined ? {} : {gpu: row.index}))}
      rowHeight=${narrow ? 44 : 32} rowClass=${row => (isAbsent(row.host) ? "absent" : "")} />`}
  </section>`;
}

function NoHost() {
  return html`<${Empty} title="No host has reported yet">
    <p>This node is up and listens; frames of hosts arrive within one interval (3 s) after their collector has started.</p>
    <ul><li>This machine: does the node have the role <code>collector</code>? Without <code>--roles</code> it has.</li>
      <li>Other machines: <a href="#/connect">the command that adds a host</a>.</li>
      <li>To look around: <code>./muster --simulate 8x8xH100</code> adds simulated hosts.</li></ul></${Empty}>`;
}

function NoGpu({fleet, filter}) {
  if (filter && fleet.list.some(host => host.gpus.length)) return html`<p class="calm">No GPU matches the filter.</p>`;
  return html`<${Empty} title="No GPU found">
    <p>${plural(fleet.list.length, "host reports", "hosts report")}, but none has a GPU that Muster can read.</p>
    <ul><li>NVIDIA: <code>nvidia-smi</code> must work for the user that runs the collector. Without it the driver (libnvidia-ml.so.1) is missing or does not match the kernel module.</li>
      <li>In a container: start it with <code>--gpus all</code>.</li>
      <li>The banner of the collector prints its reason in the line <code>gpus</code>.</li>
      <li>To look around: <code>./muster --simulate 8x8xH100</code> adds simulated hosts.</li></ul></${Empty}>`;
}
