-- Adds the readings of devices to the heartbeats that do not have them, and remembers their hours. A reading without its
-- heartbeat is an orphan.
--
-- Arrays, one element for each row: :client_id, :device_uuid, :at, :utilization_percent and others
WITH reading AS MATERIALIZED (
  SELECT DISTINCT ON (d.device_ref, r.at) c.client_ref, r.*, d.device_ref, d.device_index, h.ts IS NOT NULL AS is_row,
    h.device_refs, h.ts IS NULL AND EXISTS (
      SELECT FROM heartbeat_pack p
      WHERE p.client_ref = c.client_ref AND p.hour = date_bin('1 h', r.at, 'epoch')
        AND (extract(epoch FROM r.at - p.hour) * 1000)::int = ANY (p.ms)) AS packed
  FROM unnest(:client_id::uuid[], :device_uuid::text[], :at::timestamptz[], :utilization_percent::bigint[],
      :memory_percent::bigint[], :temperature_c::bigint[], :power_w::bigint[])
      AS r (client_id, device_uuid, at, usage, mem, temp, power)
    JOIN client c USING (client_id)
    CROSS JOIN LATERAL (
      SELECT device_ref, device_index FROM device d
      WHERE d.client_ref = c.client_ref AND d.device_uuid = r.device_uuid OFFSET 0) d
    LEFT JOIN LATERAL (
      SELECT ts, device_refs FROM heartbeat h WHERE h.client_ref = c.client_ref AND h.ts = r.at OFFSET 0) h ON true
  ORDER BY d.device_ref, r.at),

addition AS MATERIALIZED (
  SELECT client_ref, at, count(*) AS n, array_agg(device_ref ORDER BY device_index, device_uuid) AS refs,
    array_agg(usage::smallint ORDER BY device_index, device_uuid) AS usage,
    array_agg(mem::smallint ORDER BY device_index, device_uuid) AS mem,
    array_agg(temp::smallint ORDER BY device_index, device_uuid) AS temp,
    array_agg(power::int ORDER BY device_index, device_uuid) AS power
  FROM reading
  WHERE is_row AND (device_refs IS NULL OR device_refs <> '{}' AND device_ref <> ALL (device_refs))
  GROUP BY client_ref, at),

added AS (
  UPDATE heartbeat h SET device_refs = coalesce(h.device_refs, '{}') || a.refs,
    device_usage = coalesce(h.device_usage, '{}') || a.usage, device_mem = coalesce(h.device_mem, '{}') || a.mem,
    device_temp = coalesce(h.device_temp, '{}') || a.temp, device_power = coalesce(h.device_power, '{}') || a.power
  FROM addition a WHERE h.client_ref = a.client_ref AND h.ts = a.at),

hours AS (
  INSERT INTO imported_hour SELECT DISTINCT client_ref, date_bin('1 h', at, 'epoch') FROM addition ON CONFLICT DO NOTHING)

SELECT (SELECT coalesce(sum(n), 0) FROM addition)::bigint AS stored,
  count(*) FILTER (WHERE NOT is_row AND NOT packed) AS orphans
FROM reading
