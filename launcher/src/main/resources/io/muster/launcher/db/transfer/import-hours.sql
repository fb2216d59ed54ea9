-- Stores the hours of clients that are not stored. Of the slots only the number is known; so much of the mask matters for
-- an hour that has ended.
--
-- Arrays, one element for each row: :client_id, :hour, :heartbeats and others; :now, :today
WITH inserted AS (
  INSERT INTO client_hour (client_ref, hour, last_ts, n, net_up, net_down, cpu_sum, mem_sum, disk_sum, slot_mask, cpu_min,
    cpu_max, mem_min, mem_max, disk_min, disk_max, gpu_max)
  SELECT DISTINCT ON (c.client_ref, r.hour) c.client_ref, r.hour, r.last_ts, r.n, r.up, r.down, round(r.cpu * r.n),
    round(r.mem * r.n), round(r.disk * r.n), (1::bigint << r.slots::int) - 1, r.cpu_min, r.cpu_max, r.mem_min, r.mem_max,
    r.disk_min, r.disk_max, r.devices
  FROM unnest(:client_id::uuid[], :hour::timestamptz[], :last_heartbeat_at::timestamptz[], :heartbeats::bigint[],
      :network_up_bytes::bigint[], :network_down_bytes::bigint[], :cpu_mean_percent::float8[],
      :memory_mean_percent::float8[], :disk_mean_percent::float8[], :slots::bigint[], :cpu_min_percent::bigint[],
      :cpu_max_percent::bigint[], :memory_min_percent::bigint[], :memory_max_percent::bigint[],
      :disk_min_percent::bigint[], :disk_max_percent::bigint[], :devices_max::bigint[])
      AS r (client_id, hour, last_ts, n, up, down, cpu, mem, disk, slots, cpu_min, cpu_max, mem_min,
        mem_max, disk_min, disk_max, devices)
    JOIN client c USING (client_id)
  ORDER BY c.client_ref, r.hour
  ON CONFLICT (client_ref, hour) DO NOTHING RETURNING client_ref, hour, last_ts),

states AS (
  INSERT INTO client_state AS s (client_ref, first_ts, last_ts, last_seen, folded_at)
  SELECT client_ref, min(hour), max(last_ts), max(last_ts), :now::timestamptz FROM inserted GROUP BY 1 ORDER BY 1
  ON CONFLICT (client_ref) DO UPDATE SET first_ts = excluded.first_ts WHERE s.first_ts > excluded.first_ts),

stale_days AS (
  INSERT INTO client_day_stale SELECT DISTINCT client_ref, (hour AT TIME ZONE 'UTC')::date FROM inserted
  WHERE hour < :today::timestamptz ORDER BY 1, 2 ON CONFLICT (client_ref, day) DO UPDATE SET day = excluded.day)

SELECT count(*) AS stored, 0::bigint AS orphans FROM inserted
