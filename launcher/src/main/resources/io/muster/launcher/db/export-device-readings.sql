-- The readings of devices in single heartbeats, raw and compacted; in the order and with the filters of
-- export-heartbeats.sql.
--
-- :from, :until, {columns}, {filter}
SELECT {columns}
FROM (
  SELECT h.client_ref, h.ts, r.*
  FROM heartbeat h, unnest(h.device_refs, h.device_usage, h.device_mem, h.device_temp, h.device_power)
    AS r (device_ref, usage, mem_usage, temp, power_w)
  WHERE ts >= :from AND ts < :until AND {filter}
  UNION ALL
  SELECT p.client_ref, p.hour + p.ms[((r.no - 1) / p.devices + 1)::int] * interval '1 ms',
    p.device_refs[((r.no - 1) % p.devices + 1)::int], r.usage, r.mem_usage, r.temp, r.power_w
  FROM (
      -- The concatenation decompresses the arrays once, not at every element.
      SELECT client_ref, hour, ms || '{}'::int[] AS ms, device_refs || '{}'::int[] AS device_refs,
        cardinality(device_refs) AS devices, device_usage, device_mem, device_temp, device_power
      FROM heartbeat_pack
      WHERE hour >= date_trunc('hour', :from::timestamptz, 'UTC') AND hour < :until AND {filter} OFFSET 0) p,
    unnest(p.device_usage, p.device_mem, p.device_temp, p.device_power) WITH ORDINALITY
      AS r (usage, mem_usage, temp, power_w, no)
  WHERE p.hour + p.ms[((r.no - 1) / p.devices + 1)::int] * interval '1 ms' >= :from
    AND p.hour + p.ms[((r.no - 1) / p.devices + 1)::int] * interval '1 ms' < :until) h
JOIN client c USING (client_ref) JOIN (SELECT device_ref, device_uuid FROM device) d USING (device_ref)
ORDER BY ts, client_ref, device_ref
