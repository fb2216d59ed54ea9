// The catalog of models: list, new versions, active or not, deletion.

import {html, useState} from "./preact.js";
import {rest} from "./api.js";
import {compareNames, plural} from "./format.js";
import {replaceQuery} from "./route.js";
import {sortRows, VirtualTable} from "./table.js";
import {Dialog, Failure, Icon, Instant, useLoaded} from "./ui.js";
import {Notice, useNotice} from "./notice.js";

export function ModelsScreen({query}) {
  const [isAdding, setAdding] = useState(false);
  const [notice, setNotice] = useNotice();
  const loaded = useLoaded(signal => rest("/api/models/get?limit=1000", {signal}), []);
  const run = async (action, text, undo) => {
    try {
      await action();
      setNotice({text, undo});
      loaded.reload();
    } catch (failure) {
      setNotice({text: failure.message, failed: true});
    }
  };
  const insert = model => rest("/api/models/insert", {method: "POST", body: model});
  const toggle = model => run(() => insert(registration(model, {is_active: !model.is_active})), `${model.name} ${model.version} is ${model.is_active ? "no longer active" : "active"}`, () => run(() => insert(registration(model)), "Undone"));
  const remove = model => run(() => rest(`/api/models/${model.id}`, {method: "DELETE"}), `${model.name} ${model.version} is deleted`, () => run(() => insert(registration(model)), "Undone"));
  const columns = [
    {key: "name", name: "Model", value: row => row.name, render: row => html`<b><bdi>${row.name}</bdi></b>`},
    {key: "version", name: "Version", value: row => row.version_code, render: row => html`<bdi>${row.version}</bdi>`},
    {key: "active", name: "State", value: row => (row.is_active ? 0 : 1), render: row => (row.is_active ? "active" : html`<span class="muted">not active</span>`)},
    {key: "gpu", name: "GPU memory", numeric: true, value: row => row.min_gpu_memory_gb, render: row => (row.min_gpu_memory_gb === null ? html`<span class="muted">not declared</span>` : `${row.min_gpu_memory_gb} GiB`)},
    {key: "memory", name: "Memory", numeric: true, value: row => row.min_memory_mb, render: row => (row.min_memory_mb === null ? html`<span class="muted">not declared</span>` : `${row.min_memory_mb} MiB`)},
    {key: "created", name: "Added", value: row => Date.parse(row.created_at), render: row => html`<${Instant} at=${row.created_at} />`},
    {key: "actions", name: html`<span class="visually-hidden">Actions</span>`, className: "actions", render: row => html`<button type="button" onClick=${() => toggle(row)} aria-label=${`${row.is_active ? "Deactivate" : "Activate"} ${row.name} ${row.version}`}>${row.is_active ? "Deactivate" : "Activate"}</button>
      <button type="button" class="quiet" onClick=${() => remove(row)} aria-label=${`Delete ${row.name} ${row.version}`}><${Icon} name="trash" /></button>`},
  ];
  const order = query.sort ?? "name";
  const rows = sortRows(loaded.data ?? [], columns, order, compareNames);
  return html`<div class="screen-head"><h2>Models</h2><span class="muted">${loaded.data ? plural(rows.length, "version") : ""}</span><button type="button" class="primary push" onClick=${() => setAdding(true)}>Add a version</button></div>
    ${loaded.failure && html`<${Failure} failure=${loaded.failure} retry=${loaded.reload} />`}
    <section class="panel" aria-label="Models">${loaded.data && rows.length === 0 ? html`<p class="calm">The catalog is empty. It lists the models that the fleet serves, with the memory that they need; programs read it at <code>/api/models/get</code>.</p>`
      : html`<${VirtualTable} caption="All models" columns=${columns} rows=${rows} rowKey=${row => row.id} order=${order} onOrder=${sort => replaceQuery({sort: sort === "name" ? "" : sort})} rowHeight=${40} />`}</section>
    ${isAdding && html`<${AddDialog} models=${loaded.data ?? []} onClose=${() => setAdding(false)} onSave=${async model => { await insert(model); setNotice({text: `${model.name} ${model.version} is added`}); loaded.reload(); }} />`}
    <${Notice} notice=${notice} onClose=${() => setNotice(null)} />`;
}

function registration(model, changes = {}) {
  return {name: model.name, version: model.version, version_code: model.version_code, engine_type: model.engine_type ?? 0, is_active: model.is_active,
    ...(model.min_memory_mb !== null && {min_memory_mb: model.min_memory_mb}), ...(model.min_gpu_memory_gb !== null && {min_gpu_memory_gb: model.min_gpu_memory_gb}), ...changes};
}

function AddDialog({models, onClose, onSave}) {
  const [failure, setFailure] = useState(null);
  const onSubmit = async event => {
    event.preventDefault();
    const form = new FormData(event.target);
    const number = name => (form.get(name) === "" ? {} : {[name]: Number(form.get(name))});
    const name = form.get("name");
    const newest = Math.max(0, ...models.filter(model => model.name === name).map(model => model.version_code));
    try {
      await onSave({name, version: form.get("version"), version_code: newest + 1, engine_type: Number(form.get("engine_type")), is_active: true, ...number("min_gpu_memory_gb"), ...number("min_memory_mb")});
      onClose();
    } catch (failed) {
      setFailure(failed);
    }
  };
  return html`<${Dialog} title="Add a version of a model" onClose=${onClose}><form onSubmit=${onSubmit}>
    <label>Name <input name="name" required maxlength="100" placeholder="llama-3-70b" /></label><label>Version <input name="version" required maxlength="50" placeholder="1.0" /></label>
    <label>GPU memory, GiB <input name="min_gpu_memory_gb" type="number" min="0" /></label><label>Memory, MiB <input name="min_memory_mb" type="number" min="0" /></label>
    <label>Engine type <input name="engine_type" type="number" min="0" max="32767" value="0" required /></label>
    ${failure && html`<p class="level-red" role="alert">${failure.message}</p>`}
    <div class="buttons"><button type="button" onClick=${onClose}>Cancel</button><button type="submit" class="primary">Add</button></div></form></${Dialog}>`;
}
