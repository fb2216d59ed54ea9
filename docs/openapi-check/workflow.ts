/** The workflow of the document with the generated TypeScript client: register, send heartbeats, list, edit, delete. */
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

declare const process: { argv: string[] };

const [base, token] = process.argv.slice(2);
const user_id = "workflow-ts";
const client_id = "0b".repeat(16);
const name = "workflow-typescript";
const client = createClient<paths>({ baseUrl: base, headers: { Authorization: `Bearer ${token}` } });

async function data<T>(call: Promise<{ data?: { success: true; data?: T }; error?: unknown }>): Promise<T> {
  const { data: envelope, error } = await call;
  if (!envelope) {
    throw new Error(JSON.stringify(error));
  }
  return envelope.data as T;
}

function check(holds: boolean, what: string): void {
  if (!holds) {
    throw new Error(what);
  }
}

await data(client.POST("/api/user/insert_client", { body: { user_id, client_id, client_status: "online", os_type: "Linux", name } }));
const timestamp = new Date().toISOString();
const device = { device_index: 0, name: "NVIDIA H100 80GB HBM3", uuid: "GPU-workflow-typescript", usage: 85, power_usage: 350 };
const heartbeat = { client_id, timestamp, cpu_usage: 45.2, mem_usage: 60, disk_usage: 30, sent_at: timestamp, devices: [device] };
check((await data(client.POST("/api/heartbeats", { body: [heartbeat] }))).accepted === 1, "a heartbeat is accepted");
check((await data(client.POST("/api/heartbeats", { body: heartbeat }))).duplicate === 1, "a heartbeat is a duplicate");

const query = { user_id };
check((await data(client.GET("/api/user/client_list", { params: { query } }))).devices[0]?.client_name === name, "the client is listed");
check((await data(client.GET("/api/user/client_status_list", { params: { query } }))).total === 1, "the client is counted");
const detail = await data(client.GET("/api/user/client_device_detail", { params: { query: { user_id, client_id } } }));
check(detail.device_info[0]?.power_usage === 350, "the device is shown");
check((await data(client.GET("/api/user/client_stat", { params: { query } }))).systems_online_number === 1, "the client is online");
check((await data(client.GET("/api/user/client_monitor", { params: { query } })))[0]?.client_id === client_id, "the client has an entry");
const health = await data(client.GET("/api/user/client_health", { params: { query: { user_id, start_date: timestamp.slice(0, 10) } } }));
check(health[0]?.cpu_usage === 45, "the heartbeat is listed");
await data(client.POST("/api/user/edit_client_info", { body: { user_id, client_id, name: `${name}-2` } }));

const host = await data(client.GET("/api/hosts/{host}", { params: { path: { host: `${name}-2` } } }));
check(host.user_id === user_id && host.warnings.every((warning) => warning.name !== "gpu_hot"), "the host is shown");
const page = await data(client.GET("/api/hosts", { params: { query: { user_id, sort: "-health", limit: 1 } } }));
check(page.total === 1 && page.next_cursor === null && page.hosts[0]?.gpu_count === 1, "the host is listed");
const devices = await data(client.GET("/api/devices", { params: { query: { host: client_id } } }));
check(devices.devices[0]?.uuid === "GPU-workflow-typescript", "the device is listed");

const range = { step: "1h", metrics: ["power" as const, "energy" as const] };
const uuid = "GPU-workflow-typescript";
const series = await data(client.GET("/api/devices/{uuid}/history", { params: { path: { uuid }, query: range } }));
check(series.power?.mean.includes(350) && series.timestamps.length === series.energy?.joules.length, "the device has a history");
const cpu = await data(client.GET("/api/hosts/{host}/history", { params: { path: { host: client_id } } }));
check(cpu.cpu?.max.includes(45) && cpu.host === `${name}-2`, "the host has a history");

const model = { name, version: "1.0", version_code: 1, engine_type: 0, min_gpu_memory_gb: 16 };
await data(client.POST("/api/models/insert", { body: model }));
const models = await data(client.GET("/api/models/get", { params: { query: { is_active: true } } }));
const id = models.find((each) => each.name === name)?.id ?? 0;
await data(client.DELETE("/api/models/{id}", { params: { path: { id } } }));
await data(client.DELETE("/api/hosts/{host}", { params: { path: { host: client_id } } }));
const { response } = await client.GET("/api/hosts/{host}", { params: { path: { host: client_id } } });
check(response.status === 404, "the host is deleted");
