// The list of fleet events: what began and what ended, newest first.

import {html, useState} from "./preact.js";
import {rest} from "./api.js";
import {duration} from "./format.js";
import {live} from "./live.js";
import {hostLink, replaceQuery} from "./route.js";
import {Failure, Icon, Instant, levelClass, levelIcon, useLoaded} from "./ui.js";

const PAGE = 200;

export const KINDS = {
  host_silent: ["Host silent", 2], gpu_degraded: ["GPU degraded", 1], gpu_lost: ["GPU lost", 2], gpu_reset_required: ["GPU to be reset", 2], gpu_hung: ["GPU hung", 2],
  gpu_unreadable: ["GPU unreadable", 2], gpu_no_permission: ["GPU without permission", 2], gpu_asleep: ["GPU asleep", -1], warning_gpu_hot: ["GPU hot", 1], warning_gpu_critical: ["GPU critically hot", 2],
  warning_gpu_lost: ["GPUs missing", 2], warning_gpu_fault: ["GPU fault", 2], warning_disk_full: ["Disk nearly full", 1], warning_disk_critical: ["Disk full", 2], warning_memory_full: ["Memory full", 1],
  clock_skew: ["Clock differs", 1], cluster_member: ["Node in the cluster", -1],
};

export const kindName = kind => KINDS[kind]?.[0] ?? kind.replaceAll("_", " ");
export const kindLevel = kind => KINDS[kind]?.[1] ?? 1;

export function EventsScreen({query}) {
  const [older, setOlder] = useState([]);
  const [cursor, setCursor] = useState(undefined);
  const parameters = more => new URLSearchParams({limit: String(PAGE), ...(query.kind && {kind: query.kind}), ...(query.host && {host: query.host}), ...more});
  const loaded = useLoaded(async signal => {
    const page = await rest(`/api/events?${parameters({})}`, {signal});
    setOlder([]);
    setCursor(page.next_cursor);
    return page.events;
  }, [query.kind, query.host, live.events[0]?.id]);
  const more = async () => {
    const page = await rest(`/api/events?${parameters({cursor})}`);
    setOlder(before => [...before, ...page.events]);
    setCursor(page.next_cursor);
  };
  const events = [...(loaded.data ?? []), ...older];
  return html`<div class="screen-head"><h2>Events</h2><label>Kind <select value=${query.kind ?? ""} onChange=${event => replaceQuery({kind: event.target.value})}><option value="">all</option>${Object.entries(KINDS).map(([kind, [name]]) => html`<option key=${kind} value=${kind}>${name}</option>`)}</select></label>
      ${query.host && html`<span>of <bdi>${query.host}</bdi> <button type="button" class="quiet" onClick=${() => replaceQuery({host: ""})}>all hosts</button></span>`}</div>
    ${loaded.failure && html`<${Failure} failure=${loaded.failure} retry=${loaded.reload} />`}
    <section class="panel" aria-label="Events">${loaded.data && events.length === 0 ? html`<p class="calm"><${Icon} name="ok" /> Nothing has happened${query.kind || query.host ? " that matches" : ""}. Events are kept for a year.</p>` : html`<div class="scroll-x" tabindex="0" role="region" aria-label="List of events"><table class="list"><caption class="visually-hidden">Events, newest first</caption>
      <thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Host</th><th scope="col">GPU</th><th scope="col">Details</th></tr></thead>
      <tbody>${events.map(event => html`<${Row} key=${event.id ?? event.at + event.kind + event.gpu + event.phase} event=${event} />`)}</tbody></table></div>`}
      ${cursor && html`<button type="button" class="quiet more" onClick=${more}>Show older ones</button>`}</section>`;
}

function Row({event}) {
  const ended = event.phase === "end";
  const level = ended ? 0 : kindLevel(event.kind);
  const lasted = ended && event.since ? (Date.parse(event.at) - Date.parse(event.since)) / 1000 : null;
  const readings = Object.entries(event.readings ?? {}).map(([key, value]) => `${key.replaceAll("_", " ")} ${value}`);
  return html`<tr><td><${Instant} at=${event.at} /></td><td class=${levelClass(level)}><${Icon} name=${levelIcon(level)} /> <span class="plain-text">${kindName(event.kind)}${ended ? ": over" : ""}</span></td>
    <td>${event.host ? html`<a href=${hostLink(event.host)}><bdi>${event.host}</bdi></a>` : html`<bdi>${event.member ?? "–"}</bdi>`}</td><td>${event.gpu ? html`<code>${event.gpu}</code>` : ""}</td>
    <td class="muted">${[lasted === null ? "" : `lasted ${duration(lasted)}`, ...readings].filter(Boolean).join(", ")}</td></tr>`;
}
