-- Fills a database of Muster with a fleet and its history, as written by ingest and roll-ups.
--   psql -v clients=10000 -v days=30 -f bench/history.sql URL
-- Owners: "thousand" owns the first thousand clients, "fleet" all others. The first :raw clients of each owner
-- have a heartbeat every 10 s for the last 36 hours, all other clients since the begin of the hour, for 15 minutes at
-- least. All devices have minutes and hours for the day before the hour.
\set ON_ERROR_STOP on
\if :{?clients} \else \set clients 11000 \endif
\if :{?days} \else \set days 30 \endif
\if :{?raw} \else \set raw 10 \endif
\if :{?devices} \else \set devices 8 \endif
SET timezone = 'UTC';
SET synchronous_commit = off;
SET client_min_messages = warning;
\timing on

SELECT format('CREATE TABLE IF NOT EXISTS %1$s_%2$s PARTITION OF %1$s FOR VALUES FROM (%3$L) TO (%4$L) WITH (fillfactor = 60)',
  t, to_char(m, 'YYYYMM'), m, m + interval '1 month')
FROM unnest(ARRAY['client_hour', 'device_hour']) t,
  generate_series(date_trunc('month', now() - interval '1 day' * :days), now() + interval '3 days', interval '1 month') m
\gexec
-- The partitions of all days, although most are empty: each plan and each execution looks at them.
SELECT format('CREATE TABLE IF NOT EXISTS %1$s_%2$s PARTITION OF %1$s FOR VALUES FROM (%3$L) TO (%4$L)%5$s',
  t, to_char(d, 'YYYYMMDD'), d, d + interval '1 day',
  CASE WHEN t = 'device_minute' THEN ' WITH (toast_tuple_target = 128)' ELSE '' END)
FROM unnest(ARRAY['heartbeat', 'heartbeat_pack', 'device_minute']) t,
  generate_series(date_trunc('day', now() - interval '1 day' * :days), now() + interval '3 days', interval '1 day') d
WHERE t <> 'heartbeat_pack' OR d < now() - interval '3 days'
\gexec

INSERT INTO client (client_id, user_id, name, declared_status, created_at, updated_at)
SELECT md5('muster' || i)::uuid, CASE WHEN i <= 1000 THEN 'thousand' ELSE 'fleet' END, 'host-' || i, 'online',
  now() - interval '1 day' * :days + interval '1 s' * i, now() - interval '1 s' * i
FROM generate_series(1, :clients) i;

-- In the order of the hours. One client in fifty is online for half of the time only.
INSERT INTO client_hour (client_ref, hour, last_ts, n, net_up, net_down, cpu_sum, mem_sum, disk_sum, slot_mask,
  cpu_min, cpu_max, mem_min, mem_max, disk_min, disk_max, gpu_max)
SELECT c.client_ref, h, h + interval '1 s' * (3590 + c.client_ref % 10), 360, 360000, 720000, 360 * (c.client_ref % 90),
  360 * 40, 360 * 50, (1 << 30) - 1, 0, 99, 39, 41, 50, 50, :devices
FROM generate_series(date_trunc('hour', now() - interval '1 day' * :days), date_trunc('hour', now()), interval '1 hour') h,
  (SELECT client_ref FROM client ORDER BY client_ref) c
WHERE c.client_ref % 50 <> 0 OR extract(hour FROM h)::int % 2 = 0 OR h >= now() - interval '1 hour';

INSERT INTO client_day (client_ref, day, last_ts, net_up, net_down, n, cpu_sum, mem_sum, disk_sum, slots)
SELECT client_ref, (hour AT TIME ZONE 'UTC')::date AS day, max(last_ts), sum(net_up), sum(net_down), sum(n), sum(cpu_sum),
  sum(mem_sum), sum(disk_sum), sum(bit_count(slot_mask::bit(32)))
FROM client_hour GROUP BY 1, 2 ORDER BY 2, 1;

INSERT INTO device (client_ref, device_uuid, device_index, name, mem_total_mb, updated_at)
SELECT client_ref, 'GPU-' || client_ref || '-' || i, i, 'NVIDIA H100 80GB HBM3', 81559, now()
FROM client, generate_series(0, :devices - 1) i ORDER BY client_ref, i;

INSERT INTO heartbeat (client_ref, ts, cpu, mem, disk, net_up, net_down, gpu_flags, device_refs, device_usage, device_mem,
  device_temp, device_power)
SELECT c.client_ref, t + interval '1 ms' * (c.client_ref % 10000), (c.client_ref % 90), 40, 50, 1000, 2000,
  CASE WHEN c.client_ref % 100 = 0 THEN 5 ELSE 0 END, c.refs, c.usage, c.mem, c.temp, c.power
FROM generate_series(date_bin('10 s', now() - interval '36 hours', 'epoch'), now() - interval '10 s', interval '10 s') t,
  (SELECT client_ref, array_agg(device_ref ORDER BY device_index) AS refs, array_agg(50::smallint) AS usage,
    array_agg(40::smallint) AS mem, array_agg(60::smallint) AS temp, array_agg(500) AS power
   FROM device GROUP BY client_ref ORDER BY client_ref) c
WHERE t > least(date_trunc('hour', now()), now() - interval '15 min') OR c.client_ref % 1000 BETWEEN 1 AND :raw AND c.client_ref < 2000;

-- Minutes of a hundred patterns, of random readings every 10 s, for each device and hour; then the hours.
CREATE TEMP TABLE pattern AS
SELECT no, array_agg(6 ORDER BY m) AS n, array_agg(6 * u ORDER BY m) AS usage_sum, array_agg((u * 0.8)::smallint ORDER BY m) AS usage_min,
  array_agg((u * 1.2)::smallint ORDER BY m) AS usage_max, array_agg(240 ORDER BY m) AS mem_sum, array_agg(40::smallint ORDER BY m) AS mem,
  array_agg(360 + t ORDER BY m) AS temp_sum, array_agg(60::smallint ORDER BY m) AS temp_min, array_agg(61::smallint ORDER BY m) AS temp_max,
  array_agg(6 * p ORDER BY m) AS power_sum, array_agg((p - 90)::smallint ORDER BY m) AS power_min,
  array_agg((p + 90)::smallint ORDER BY m) AS power_max
FROM (
  SELECT no, m, (random() * 80)::int AS u, (random() * 6)::int AS t, 300 + (random() * 300)::int AS p
  FROM generate_series(0, 99) no, generate_series(0, 59) m) x
GROUP BY no;

INSERT INTO device_minute (device_ref, hour, n, usage_sum, usage_min, usage_max, mem_sum, mem_min, mem_max, temp_sum,
  temp_min, temp_max, power_sum, power_min, power_max)
SELECT d.device_ref, h, n, usage_sum, usage_min, usage_max, mem_sum, mem, mem, temp_sum, temp_min, temp_max, power_sum,
  power_min, power_max
FROM generate_series(date_trunc('hour', now()) - interval '24 h', date_trunc('hour', now()) - interval '1 h', interval '1 h') h,
  (SELECT device_ref FROM device ORDER BY device_ref) d
  JOIN LATERAL (SELECT (d.device_ref * 7 + extract(hour FROM h)::int) % 100 AS no) k ON true JOIN pattern USING (no);

INSERT INTO device_hour (device_ref, hour, n, usage_n, usage_sum, usage_min, usage_max, mem_n, mem_sum, mem_min, mem_max,
  temp_n, temp_sum, temp_min, temp_max, power_n, power_sum, power_min, power_max, energy_j)
SELECT device_ref, hour, 360, 360, 14400, 0, 96, 360, 14400, 40, 40, 360, 21780, 60, 61, 360, 162000, 210, 690, 1620000
FROM device_minute;

UPDATE device_rollup SET hour = date_trunc('hour', now()), client_ref = 0;

INSERT INTO client_state (client_ref, last_ts, last_seen, tflops, cpu, mem, disk, device_count, first_ts, devices_at,
  warned_to, device_refs, device_usage, device_mem, device_temp, device_power)
SELECT c.client_ref, b.ts, now(), 66.9 * :devices, b.cpu, b.mem, b.disk, :devices, now() - interval '1 day' * :days, b.ts,
  b.ts, b.device_refs, b.device_usage, b.device_mem, b.device_temp, b.device_power
FROM client c CROSS JOIN LATERAL (SELECT * FROM heartbeat h WHERE h.client_ref = c.client_ref ORDER BY ts DESC LIMIT 1) b;

VACUUM (ANALYZE) client, client_state, device, client_day;
VACUUM (ANALYZE) client_hour;
VACUUM (ANALYZE) device_minute;
VACUUM (ANALYZE) device_hour;
VACUUM (ANALYZE) heartbeat;
