-- Stores heartbeats that are neither a row nor in a pack, and remembers their hours until the end of the transaction. The
-- devices of a heartbeat that reported some are those of import-device-readings.sql.
--
-- Arrays, one element for each row: :client_id, :at, :cpu_percent and others
WITH imported AS MATERIALIZED (
  SELECT DISTINCT ON (c.client_ref, r.at) c.client_ref, r.*, x.packed
  FROM unnest(:client_id::uuid[], :at::timestamptz[], :cpu_percent::bigint[], :memory_percent::bigint[],
      :disk_percent::bigint[], :network_up_bytes::bigint[], :network_down_bytes::bigint[], :gpu_conditions::bigint[],
      :devices::bigint[]) AS r (client_id, at, cpu, mem, disk, up, down, flags, devices)
    JOIN client c USING (client_id)
    CROSS JOIN LATERAL (
      SELECT EXISTS (
        SELECT FROM heartbeat_pack p
        WHERE p.client_ref = c.client_ref AND p.hour = date_bin('1 h', r.at, 'epoch')
          AND (extract(epoch FROM r.at - p.hour) * 1000)::int = ANY (p.ms)) AS packed
      OFFSET 0) x
  ORDER BY c.client_ref, r.at),

inserted AS (
  INSERT INTO heartbeat (client_ref, ts, cpu, mem, disk, net_up, net_down, gpu_flags, device_refs, device_usage,
    device_mem, device_temp, device_power)
  SELECT client_ref, at, cpu, mem, disk, up, down, coalesce(flags, 0), CASE WHEN devices = 0 THEN '{}'::int[] END,
    CASE WHEN devices = 0 THEN '{}'::smallint[] END, CASE WHEN devices = 0 THEN '{}'::smallint[] END,
    CASE WHEN devices = 0 THEN '{}'::smallint[] END, CASE WHEN devices = 0 THEN '{}'::int[] END
  FROM imported WHERE NOT packed ORDER BY client_ref, at
  ON CONFLICT (client_ref, ts) DO NOTHING RETURNING client_ref, ts),

hours AS (
  INSERT INTO imported_hour SELECT DISTINCT client_ref, date_bin('1 h', ts, 'epoch') FROM inserted ON CONFLICT DO NOTHING)

SELECT count(*) AS stored, 0::bigint AS orphans FROM inserted
