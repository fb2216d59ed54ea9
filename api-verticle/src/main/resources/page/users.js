// Whose work runs on the fleet: users, and their processes, by GPU memory. The hosts are asked only while this is open.

import {html, useEffect, useRef} from "./preact.js";
import {loadJson} from "./api.js";
import {bytes, integer, plural} from "./format.js";
import {live} from "./live.js";
import {hostLink, replaceQuery} from "./route.js";
import {Failure, Quantity, Tabs, useLoaded} from "./ui.js";

const SECONDS = 10;
const SHOWN = 100;

export function UsersScreen({fleet, query}) {
  const by = query.by === "processes" ? "processes" : "users";
  const loaded = useLoaded(signal => loadJson("/snapshot?include=process", signal), []);
  const reload = useRef();
  reload.current = loaded.reload;
  useEffect(() => {
    const timer = setInterval(() => !live.paused && reload.current(), SECONDS * 1000);
    return () => clearInterval(timer);
  }, []);
  const places = placesOf(fleet);
  const processes = (loaded.data?.processes ?? []).filter(process => process.uses_gpu).map(process => ({...process, ...places.get(process.device_uuid)}));
  return html`<div class="screen-head"><h2>Users</h2><${Tabs} label="Rows" value=${by} options=${[["users", "Users"], ["processes", "Processes"]]} onChange=${key => replaceQuery({by: key === "users" ? "" : key})} /><span class="muted">read from ${plural(fleet.list.length, "host")} every ${SECONDS} s while this is open</span></div>
    ${loaded.failure && html`<${Failure} failure=${loaded.failure} retry=${loaded.reload} />`}
    <section class="panel" aria-label=${by}>${!loaded.data ? html`<p class="calm">Asking the hosts…</p>` : processes.length === 0 ? html`<p class="calm">No process uses a GPU, or the collectors may not see those of other users: run them as a user that may.</p>` : by === "users" ? html`<${Users} processes=${processes} />` : html`<${Processes} processes=${processes} />`}</section>`;
}

/** A process names its GPU only: the fleet knows the host. */
function placesOf(fleet) {
  return new Map(fleet.list.flatMap(host => host.gpus.map((gpu, index) => [gpu.uuid, {host: host.name, index}])));
}

function Users({processes}) {
  const users = new Map();
  for (const process of processes) {
    const entry = users.get(process.user) ?? {user: process.user, gpus: new Set(), hosts: new Set(), processes: 0, memory: 0};
    entry.gpus.add(process.device_uuid);
    entry.hosts.add(process.host);
    entry.processes++;
    entry.memory += process.used_memory;
    users.set(process.user, entry);
  }
  const rows = [...users.values()].sort((a, b) => b.gpus.size - a.gpus.size || b.memory - a.memory).slice(0, SHOWN);
  return html`<div class="scroll-x" tabindex="0" role="region" aria-label="Table of users"><table class="list"><caption class="visually-hidden">Users by GPUs in use</caption><thead><tr><th scope="col">User</th><th scope="col" class="numeric">GPUs</th><th scope="col" class="numeric">Hosts</th><th scope="col" class="numeric">Processes</th><th scope="col" class="numeric">GPU memory</th></tr></thead>
    <tbody>${rows.map(row => html`<tr key=${row.user}><th scope="row"><bdi>${row.user || "unknown"}</bdi></th><td class="numeric">${integer(row.gpus.size)}</td><td class="numeric">${integer(row.hosts.size)}</td><td class="numeric">${integer(row.processes)}</td><td class="numeric"><${Quantity} of=${bytes(row.memory)} /></td></tr>`)}</tbody></table></div>`;
}

function Processes({processes}) {
  const rows = [...processes].sort((a, b) => b.used_memory - a.used_memory).slice(0, SHOWN);
  return html`<div class="scroll-x" tabindex="0" role="region" aria-label="Table of processes"><table class="list"><caption class="visually-hidden">Processes by GPU memory</caption><thead><tr><th scope="col">Host</th><th scope="col" class="numeric">GPU</th><th scope="col">User</th><th scope="col">Process</th><th scope="col" class="numeric">PID</th><th scope="col" class="numeric">GPU memory</th><th scope="col">Command</th></tr></thead>
    <tbody>${rows.map(row => html`<tr key=${`${row.host}/${row.pid}/${row.device_uuid}`}><td>${row.host ? html`<a href=${hostLink(row.host, {processes: "1"})}><bdi>${row.host}</bdi></a>` : "unknown"}</td><td class="numeric">${row.index ?? row.device_id}</td><td><bdi>${row.user}</bdi></td><td><bdi>${row.process_name}</bdi></td><td class="numeric">${row.pid}</td><td class="numeric"><${Quantity} of=${bytes(row.used_memory)} /></td><td class="command"><code><bdi>${row.command}</bdi></code></td></tr>`)}</tbody></table></div>
    ${processes.length > SHOWN && html`<p class="calm">The largest ${SHOWN} of ${integer(processes.length)}.</p>`}`;
}
