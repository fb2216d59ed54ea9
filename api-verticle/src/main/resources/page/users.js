// Whose work runs on the fleet: users, and their processes, by GPU memory. The hosts are asked only while it is shown.

import {html, useEffect, useRef} from "./preact.js";
import {loadJson} from "./api.js";
import {bytes, integer, plural} from "./format.js";
import {live} from "./live.js";
import {hostLink, replaceQuery} from "./route.js";
import {Failure, Quantity, Tabs, useLoaded} from "./ui.js";

const SECONDS = 10;
const SHOWN = 100;
const SHOWN_ON_FLEET_SCREEN = 5;

/** The processes on all GPUs, with host and index of the GPU: {processes, loaded}. Processes are null until they are known. */
function useGpuProcesses(fleet) {
  const loaded = useLoaded(signal => loadJson("/snapshot?include=process", signal), []);
  const reload = useRef();
  reload.current = loaded.reload;
  useEffect(() => {
    const timer = setInterval(() => !live.paused && reload.current(), SECONDS * 1000);
    return () => clearInterval(timer);
  }, []);
  const places = placesOf(fleet);
  const processes = loaded.data ? (loaded.data.processes ?? []).filter(process => process.uses_gpu).map(process => ({...process, ...places.get(process.device_uuid)})) : null;
  return {processes, loaded};
}

export function UsersScreen({fleet, query}) {
  const by = query.by === "processes" ? "processes" : "users";
  const {processes, loaded} = useGpuProcesses(fleet);
  return html`<div class="screen-head"><h2>Users</h2><${Tabs} label="Rows" value=${by} options=${[["users", "Users"], ["processes", "Processes"]]} onChange=${key => replaceQuery({by: key === "users" ? "" : key})} /><span class="muted">read from ${plural(fleet.list.length, "host")} every ${SECONDS} s while this is open</span></div>
    ${loaded.failure && html`<${Failure} failure=${loaded.failure} retry=${loaded.reload} />`}
    <section class="panel" aria-label=${by}>${!processes ? html`<p class="calm">Asking the hosts…</p>` : processes.length === 0 ? html`<p class="calm">${NO_PROCESS}</p>` : by === "users" ? html`<${Users} processes=${processes} />` : html`<${Processes} processes=${processes} />`}</section>`;
}

const NO_PROCESS = "No process uses a GPU, or the collectors may not see those of other users: run them as a user that may.";

/** The users with the most GPUs, beside the heat grid. */
export function TopUsers({fleet}) {
  const {processes, loaded} = useGpuProcesses(fleet);
  if (!processes) return loaded.failure ? html`<${Failure} failure=${loaded.failure} retry=${loaded.reload} />` : html`<p class="calm">Asking the hosts…</p>`;
  if (!processes.length) return html`<p class="calm">${NO_PROCESS}</p>`;
  const users = usersOf(processes);
  return html`<ul>${users.slice(0, SHOWN_ON_FLEET_SCREEN).map(row => html`<li key=${row.user}><div><p><b><bdi>${row.user || "unknown"}</bdi></b> <span class="when">${plural(row.gpus.size, "GPU")} on ${plural(row.hosts.size, "host")}, <${Quantity} of=${bytes(row.memory)} /></span></p>
      <p class="advice"><bdi>${largestNames(row)}</bdi></p></div></li>`)}</ul>
    <p class="calm"><a href="#/users">${users.length > SHOWN_ON_FLEET_SCREEN ? `All ${plural(users.length, "user")}` : "All processes"}</a></p>`;
}

/** The names of the processes of a user that use the most GPUs: python on 8, and 3 more. */
function largestNames({names}) {
  const sorted = [...names].sort(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, 2).map(([name, count]) => `${name} on ${count}`).join(", ");
  return sorted.length > 2 ? `${shown}, and ${sorted.length - 2} more` : shown;
}

/** A process names its GPU only: the fleet knows the host. */
function placesOf(fleet) {
  return new Map(fleet.list.flatMap(host => host.gpus.map((gpu, index) => [gpu.uuid, {host: host.name, index}])));
}

/** Users with their GPUs, hosts, processes, GPU memory in bytes, and GPUs by name of a process; those with the most GPUs first. */
function usersOf(processes) {
  const users = new Map();
  for (const process of processes) {
    const entry = users.get(process.user) ?? {user: process.user, gpus: new Set(), hosts: new Set(), names: new Map(), processes: 0, memory: 0};
    entry.gpus.add(process.device_uuid);
    entry.hosts.add(process.host);
    entry.names.set(process.process_name, (entry.names.get(process.process_name) ?? 0) + 1);
    entry.processes++;
    entry.memory += process.used_memory;
    users.set(process.user, entry);
  }
  return [...users.values()].sort((a, b) => b.gpus.size - a.gpus.size || b.memory - a.memory);
}

function Users({processes}) {
  const rows = usersOf(processes).slice(0, SHOWN);
  return html`<div class="scroll-x" tabindex="0" role="region" aria-label="Table of users"><table class="list"><caption class="visually-hidden">Users by GPUs in use</caption><thead><tr><th scope="col">User</th><th scope="col" class="numeric">GPUs</th><th scope="col" class="numeric">Hosts</th><th scope="col" class="numeric">Processes</th><th scope="col" class="numeric">GPU memory</th></tr></thead>
    <tbody>${rows.map(row => html`<tr key=${row.user}><th scope="row"><bdi>${row.user || "unknown"}</bdi></th><td class="numeric">${integer(row.gpus.size)}</td><td class="numeric">${integer(row.hosts.size)}</td><td class="numeric">${integer(row.processes)}</td><td class="numeric"><${Quantity} of=${bytes(row.memory)} /></td></tr>`)}</tbody></table></div>`;
}

function Processes({processes}) {
  const rows = [...processes].sort((a, b) => b.used_memory - a.used_memory).slice(0, SHOWN);
  return html`<div class="scroll-x" tabindex="0" role="region" aria-label="Table of processes"><table class="list"><caption class="visually-hidden">Processes by GPU memory</caption><thead><tr><th scope="col">Host</th><th scope="col" class="numeric">GPU</th><th scope="col">User</th><th scope="col">Process</th><th scope="col" class="numeric">PID</th><th scope="col" class="numeric">GPU memory</th><th scope="col">Command</th></tr></thead>
    <tbody>${rows.map(row => html`<tr key=${`${row.host}/${row.pid}/${row.device_uuid}`}><td>${row.host ? html`<a href=${hostLink(row.host, {processes: "1"})}><bdi>${row.host}</bdi></a>` : "unknown"}</td><td class="numeric">${row.index ?? row.device_id}</td><td><bdi>${row.user}</bdi></td><td><bdi>${row.process_name}</bdi></td><td class="numeric">${row.pid}</td><td class="numeric"><${Quantity} of=${bytes(row.used_memory)} /></td><td class="command"><code><bdi>${row.command}</bdi></code></td></tr>`)}</tbody></table></div>
    ${processes.length > SHOWN && html`<p class="calm">The largest ${SHOWN} of ${integer(processes.length)}.</p>`}`;
}
