// The registered clients: list, rename, maintenance, deletion. A change that can be undone offers it at once.

import {html, useState} from "./preact.js";
import {rest} from "./api.js";
import {compareNames, integer, plural} from "./format.js";
import {hostLink, replaceQuery} from "./route.js";
import {sortRows, VirtualTable} from "./table.js";
import {Dialog, Failure, Icon, Instant, Meter, useLoaded} from "./ui.js";
import {useNotice, Notice} from "./notice.js";

const LIMIT = 1000;

export function ClientsScreen({query}) {
  const [edited, setEdited] = useState(null);
  const [deleted, setDeleted] = useState(null);
  const [notice, setNotice] = useNotice();
  const text = query.q ?? "";
  const parameters = new URLSearchParams({limit: String(LIMIT), sort: "name", valid_status: query.removed === "1" ? "invalid" : "valid", ...(text && {text})});
  const loaded = useLoaded(signal => rest(`/api/hosts?${parameters}`, {signal}), [text, query.removed]);
  const change = async (host, changes, done) => {
    try {
      await rest("/api/user/edit_client_info", {method: "POST", body: {user_id: host.user_id, client_id: host.client_id, ...changes}});
      const before = {};
      if (changes.name !== undefined) before.name = host.name;
      if (changes.client_status !== undefined) before.client_status = host.status === "maintenance" ? "maintenance" : "online";
      if (changes.valid_status !== undefined) before.valid_status = host.valid_status;
      setNotice({text: done, undo: () => change({...host, ...renamed(changes)}, before, "Undone")});
      loaded.reload();
      return null;
    } catch (failure) {
      setNotice({text: failure.message, failed: true});
      return failure;
    }
  };
  const columns = clientColumns({change, setEdited, setDeleted, isRemoved: query.removed === "1"});
  const order = query.sort ?? "name";
  const rows = sortRows(loaded.data?.hosts ?? [], columns, order, compareNames);
  return html`<div class="screen-head"><h2>Clients</h2><label class="grow"><span class="visually-hidden">Filter</span><input type="search" placeholder="Name, id or system" value=${text} onInput=${event => replaceQuery({q: event.target.value})} /></label>
      <label class="check"><input type="checkbox" checked=${query.removed === "1"} onChange=${event => replaceQuery({removed: event.target.checked ? "1" : ""})} /> removed ones</label>
      <span class="muted">${loaded.data ? plural(loaded.data.total, "client") + (loaded.data.total > LIMIT ? `, the first ${integer(LIMIT)}: filter for others` : "") : ""}</span></div>
    ${loaded.failure && html`<${Failure} failure=${loaded.failure} retry=${loaded.reload} />`}
    <section class="panel" aria-label="Clients">${loaded.data && rows.length === 0 ? html`<p class="calm">${text ? "No client matches." : query.removed === "1" ? "None was removed." : "No client is registered yet. Collectors register their hosts by themselves, seconds after their start."}</p>`
      : html`<${VirtualTable} caption="Registered clients" columns=${columns} rows=${rows} rowKey=${row => row.client_id} order=${order} onOrder=${sort => replaceQuery({sort: sort === "name" ? "" : sort})} rowHeight=${40} maxHeight=${680} />`}</section>
    ${edited && html`<${EditDialog} host=${edited} onClose=${() => setEdited(null)} onSave=${(changes, done) => change(edited, changes, done)} />`}
    ${deleted && html`<${DeleteDialog} host=${deleted} onClose=${() => setDeleted(null)} onDeleted=${() => { setNotice({text: `${deleted.name} and its history are deleted`}); loaded.reload(); }} />`}
    <${Notice} notice=${notice} onClose=${() => setNotice(null)} />`;
}

const renamed = changes => ({...(changes.name !== undefined && {name: changes.name}), ...(changes.client_status !== undefined && {status: changes.client_status}), ...(changes.valid_status !== undefined && {valid_status: changes.valid_status})});

function clientColumns({change, setEdited, setDeleted, isRemoved}) {
  const toggle = host => {
    const isMaintained = host.status === "maintenance";
    change(host, {client_status: isMaintained ? "online" : "maintenance"}, isMaintained ? `${host.name} is back in service` : `${host.name} is in maintenance`);
  };
  return [
    {key: "name", name: "Name", value: row => row.name, render: row => html`<a class="host-name" href=${hostLink(row.name)} title=${row.name}><bdi>${row.name}</bdi></a>`},
    {key: "status", name: "Status", value: row => row.status, render: row => html`<span class=${{maintenance: "level-blue", error: "level-red", offline: "level-red"}[row.status] ?? "muted"}>${row.status === "maintenance" && html`<${Icon} name="wrench" /> `}${row.status}</span>`},
    {key: "health", name: "Health", numeric: true, value: row => row.health, render: row => html`<${Meter} label="health" ratio=${row.health / 100} text=${[String(row.health), ""]} level=${row.health < 50 ? 2 : row.health < 80 ? 1 : 0} />`},
    {key: "warnings", name: "Warnings", value: row => row.warnings.length, render: row => (row.warnings.length ? html`<span class="level-amber"><${Icon} name="warning" /> ${row.warnings.map(warning => warning.name.replaceAll("_", " ")).join(", ")}</span>` : html`<span class="muted">none</span>`)},
    {key: "gpus", name: "GPUs", numeric: true, value: row => row.gpu_count, render: row => html`${integer(row.gpu_count)} <span class="muted">${row.gpu_models[0] ?? ""}</span>`},
    {key: "owner", name: "Owner", value: row => row.user_id, render: row => html`<bdi>${row.user_id}</bdi>`},
    {key: "seen", name: "Last heartbeat", value: row => Date.parse(row.last_seen_at), render: row => html`<${Instant} at=${row.last_seen_at} />`},
    {key: "actions", name: html`<span class="visually-hidden">Actions</span>`, className: "actions", render: row => (isRemoved
      ? html`<button type="button" onClick=${() => change(row, {valid_status: "valid"}, `${row.name} is listed again`)} aria-label=${`Restore ${row.name}`}>Restore</button>`
      : html`<button type="button" onClick=${() => toggle(row)} aria-pressed=${String(row.status === "maintenance")} aria-label=${`Maintenance of ${row.name}`}><${Icon} name="wrench" /> ${row.status === "maintenance" ? "End" : "Maintenance"}</button>
        <button type="button" class="quiet" onClick=${() => setEdited(row)} aria-label=${`Edit ${row.name}`}><${Icon} name="edit" /></button>
        <button type="button" class="quiet" onClick=${() => setDeleted(row)} aria-label=${`Delete ${row.name}`}><${Icon} name="trash" /></button>`)},
  ];
}

function EditDialog({host, onClose, onSave}) {
  const [failure, setFailure] = useState(null);
  const onSubmit = async event => {
    event.preventDefault();
    const form = new FormData(event.target);
    const changes = {};
    if (form.get("name") !== host.name) changes.name = form.get("name");
    if (form.get("status") !== host.status) changes.client_status = form.get("status");
    if (!Object.keys(changes).length) return onClose();
    const failed = await onSave(changes, `${form.get("name")} is changed`);
    if (failed) setFailure(failed);
    else onClose();
    return undefined;
  };
  const statuses = [...new Set([host.status, "online", "maintenance", "error"])];
  return html`<${Dialog} title=${`Edit ${host.name}`} onClose=${onClose}><form onSubmit=${onSubmit}>
    <label>Name <input name="name" value=${host.name} required maxlength="255" /></label>
    <label>Status <select name="status" defaultValue=${host.status}>${statuses.map(status => html`<option key=${status} value=${status} selected=${status === host.status}>${status}</option>`)}</select></label>
    <p class="muted">Maintenance and error remain until they are edited again; any other status follows the heartbeats.</p>
    ${failure && html`<p class="level-red" role="alert">${failure.message}</p>`}
    <div class="buttons"><button type="button" onClick=${onClose}>Cancel</button><button type="submit" class="primary">Save</button></div></form></${Dialog}>`;
}

function DeleteDialog({host, onClose, onDeleted}) {
  const [failure, setFailure] = useState(null);
  const [isSent, setSent] = useState(false);
  const onSubmit = async event => {
    event.preventDefault();
    setSent(true);
    try {
      await rest(`/api/hosts/${host.client_id}`, {method: "DELETE"});
      onDeleted();
      onClose();
    } catch (failed) {
      setFailure(failed);
      setSent(false);
    }
  };
  return html`<${Dialog} title=${`Delete ${host.name}?`} onClose=${onClose}><form onSubmit=${onSubmit}>
    <p>Its registration and its whole history are deleted. <b>This cannot be undone.</b> A collector that still runs registers it again, without its history.</p>
    <label>Enter its name to confirm <input name="confirm" autocomplete="off" required pattern=${host.name.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&")} title="the name of the client" /></label>
    ${failure && html`<p class="level-red" role="alert">${failure.message}</p>`}
    <div class="buttons"><button type="button" onClick=${onClose}>Cancel</button><button type="submit" class="danger" disabled=${isSent}>Delete</button></div></form></${Dialog}>`;
}
