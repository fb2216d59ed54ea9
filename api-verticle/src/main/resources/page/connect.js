// What this node serves to programs: each address with a line to copy, and how to add a host.

import {html} from "./preact.js";
import {node} from "./api.js";
import {Snippet, Tabs} from "./ui.js";
import {replaceQuery} from "./route.js";

const origin = location.origin;
const socketOrigin = origin.replace(/^http/, "ws");
const tokenHeader = node.token_required ? ' -H "Authorization: Bearer $TOKEN"' : "";
const tokenQuery = node.token_required ? "?token=$TOKEN" : "";
const curl = (path, options = "") => `curl -s${options}${tokenHeader} '${origin}${path}'`;

const PROGRAMS = [
  ["Newest frame", "All readings of one host, or of the fleet, as JSON.", curl("/snapshot?include=gpu,cpu,memory")],
  ["Live stream", "A server-sent event for each frame.", curl("/events", "N")],
  ["Fleet state", "States and main readings of all GPUs, then only what changes: 20 bytes for each GPU and tick.", curl("/events?view=fleet", "N")],
  ["Hosts", "Every host with its liveness and a summary.", curl("/hosts")],
  ["Metrics", "The Prometheus exposition of the fleet.", curl("/metrics")],
  ["History", "Readings of a GPU or a host in bins, as JSON or CSV.", `curl -s -H 'Accept: text/csv'${tokenHeader} '${origin}/api/hosts/HOST/history?step=1h'`],
  ["What happened", "Hosts silent, GPUs lost, warnings: begins and ends.", curl("/api/events?limit=20")],
  ["The past", "The state of the whole fleet at any minute.", curl(`/api/fleet?at=${new Date(Date.now() - 3_600_000).toISOString().slice(0, 16)}:00Z`)],
  ["Registered hosts", "With warnings and health, for operators.", curl("/api/hosts?warning=any&sort=health")],
  ["Event bus", "Vert.x's event-bus bridge over SockJS or a WebSocket, for web pages.", `websocat '${socketOrigin}/eventbus/websocket${tokenQuery}'`],
  ["socktop", "The terminal program of one host.", `socktop '${socketOrigin}/ws${tokenQuery}'`],
  ["Usage", "A WebSocket that pushes the usage of one host.", `websocat '${socketOrigin}/usage${tokenQuery}'`],
  ["Health", "Readiness of each component of this node.", curl("/readyz")],
];

const DOCUMENTS = [
  ["/docs", "REST interface", "as a page to try it"],
  ["/openapi.json", "OpenAPI 3.1", "the document of the REST interface, for generated clients"],
  ["/docs/events", "Streams and event bus", "every channel and message, as a page"],
  ["/asyncapi.json", "AsyncAPI 3.0", "the document of the streams and the event bus"],
  ["/schema/frame.json", "Frame schema", "the JSON Schema of a frame"],
];

const prometheus = () => `scrape_configs:
  - job_name: muster
    scrape_interval: 15s
    scheme: ${location.protocol.replace(":", "")}
${node.token_required ? "    authorization:\n      credentials_file: /etc/prometheus/muster.token\n" : ""}    static_configs:
      - targets: ['${location.host}']`;

const discovery = () => `scrape_configs:
  - job_name: muster-hosts
    honor_labels: true
${node.token_required ? "    authorization:\n      credentials_file: /etc/prometheus/muster.token\n" : ""}    http_sd_configs:
      - url: ${origin}/sd${node.token_required ? "\n        authorization:\n          credentials_file: /etc/prometheus/muster.token" : ""}`;

const QUERIES = `# Mean utilization of each host
avg by (instance) (all_smi_gpu_utilization)
# GPUs that use memory and do no work
count(all_smi_gpu_utilization < 5 and all_smi_gpu_memory_used_bytes > 5e8)
# Power of the fleet in watts
sum(all_smi_gpu_power_consumption_watts)`;

export function ConnectScreen({query}) {
  const part = query.part ?? "programs";
  return html`<div class="screen-head"><h2>Connect</h2><${Tabs} label="Part" value=${part} options=${[["programs", "Programs"], ["prometheus", "Prometheus and Grafana"], ["host", "Add a host"]]} onChange=${key => replaceQuery({part: key === "programs" ? "" : key})} /></div>
    ${part === "programs" && html`<${Programs} />`}${part === "prometheus" && html`<${Prometheus} />`}${part === "host" && html`<${AddHost} />`}`;
}

function Programs() {
  return html`${node.token_required && html`<p class="muted">Put the token into a variable once, so that it is not in the history of the shell: <code>read -rs TOKEN</code></p>`}
    <section class="panel snippets" aria-label="Addresses">${PROGRAMS.map(([name, text, command]) => html`<div key=${name}><h3>${name}</h3><p class="muted">${text}</p><${Snippet} text=${command} label=${name} /></div>`)}</section>
    <section class="panel documents" aria-label="Documents"><ul>${DOCUMENTS.map(([path, name, text]) => html`<li key=${path}><a href=${path} target="_blank" rel="noreferrer">${name}</a> <span class="muted">${text}${node.token_required ? html`; needs <code>?token=TOKEN</code>` : ""}</span></li>`)}</ul></section>`;
}

function Prometheus() {
  return html`<section class="panel snippets wide" aria-label="Prometheus">
    <div><h3>One job for the whole fleet</h3><p class="muted">Every host, GPU and process behind one target.</p><${Snippet} text=${prometheus()} label="Prometheus, one job" /></div>
    <div><h3>One target for each host</h3><p class="muted">Hosts are discovered; one that is silent is a target that is down.</p><${Snippet} text=${discovery()} label="Prometheus, service discovery" /></div>
    <div><h3>Queries to begin with</h3><p class="muted">In Grafana: add this Prometheus as a data source, and a panel for each query. Dashboards made for all-smi work unchanged.</p><${Snippet} text=${QUERIES} label="Queries" /></div></section>`;
}

function AddHost() {
  return html`<section class="panel snippets wide" aria-label="Add a host">
    <div><h3>1. Once: a secret for the cluster</h3><p class="muted">Copy the file to each host. It lets a node join, so keep it readable for its user only.</p><${Snippet} text="(umask 077; ./muster cluster secret > cluster.secret)" label="Create the secret" /></div>
    <div><h3>2. This node: a cluster port that others reach</h3><p class="muted">If it has none yet. ADDRESS is an address of this machine.</p><${Snippet} text=${"MUSTER_CLUSTER_SECRET_FILE=cluster.secret ./muster --set cluster.listen=ADDRESS:5701"} label="Start this node with a cluster port" /></div>
    <div><h3>3. Each host: a collector</h3><p class="muted">It reads the hardware and joins. The host appears here after one interval.</p><${Snippet} text=${"MUSTER_CLUSTER_SECRET_FILE=cluster.secret ./muster --roles collector --join ADDRESS:5701"} label="Start a collector" /></div>
    <div><h3>Without a collector</h3><p class="muted">A program of your own can register a client and send heartbeats.</p><${Snippet} text=${`curl -X POST${tokenHeader} ${origin}/api/user/insert_client -H 'Content-Type: application/json' \\
  -d '{"user_id":"12","client_id":"6e1131b4b9cc454aa6ce3294ab860b2d","client_status":"online","os_type":"Linux","name":"gpu-01"}'
curl -X POST${tokenHeader} ${origin}/api/heartbeats -H 'Content-Type: application/json' \\
  -d '{"client_id":"6e1131b4b9cc454aa6ce3294ab860b2d","timestamp":"'$(date -u +%FT%TZ)'","cpu_usage":45,"mem_usage":60,"disk_usage":30}'`} label="Register a client" /></div></section>`;
}
