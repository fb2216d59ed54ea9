-- The readings of devices in single heartbeats, raw and compacted; in the order and with the filters of
-- export-heartbeats.sql.
--
-- :from, :until, {filter}
SELECT client_id, user_id, client_name, device_uuid, device_index, device_name, at, usage AS utilization_percent,
  mem_usage AS memory_percent, temp AS temperature_c, power_w
FROM (
  SELECT h.ts AS at, r.*
  FROM heartbeat h, unnest(h.device_refs, h.device_usage, h.device_mem, h.device_temp, h.device_power)
    AS r (device_ref, usage, mem_usage, temp, power_w)
  WHERE h.ts >= :from AND h.ts < :until AND {filter}
  UNION ALL
  SELECT t.at, p.device_refs[((r.no - 1) % p.devices + 1)::int], r.usage, r.mem_usage, r.temp, r.power_w
  FROM (
      -- The concatenation decompresses the arrays once, not at every element.
      SELECT hour, ms || '{}'::int[] AS ms, device_refs || '{}'::int[] AS device_refs,
        cardinality(device_refs) AS devices, device_usage, device_mem, device_temp, device_power
      FROM heartbeat_pack
      WHERE hour >= date_trunc('hour', :from::timestamptz, 'UTC') AND hour < :until AND {filter} OFFSET 0) p
    CROSS JOIN LATERAL unnest(p.device_usage, p.device_mem, p.device_temp, p.device_power) WITH ORDINALITY
      AS r (usage, mem_usage, temp, power_w, no)
    CROSS JOIN LATERAL (
      SELECT p.hour + p.ms[((r.no - 1) / p.devices + 1)::int] * interval '1 ms' AS at) t
  WHERE t.at >= :from AND t.at < :until) h
JOIN (SELECT device_ref, client_ref, device_uuid, device_index, name AS device_name FROM device) d USING (device_ref)
JOIN (SELECT client_ref, client_id, user_id, name AS client_name FROM client) c USING (client_ref)
ORDER BY at, client_id, device_index, device_uuid
