-- The readings of devices in ranges, of raw and compacted heartbeats; raw ones first, as in heartbeats.sql.
--
-- {devices} (client_ref and device_ref of each), {since} and {until} (the range)
SELECT s.device_ref, h.ts, h.device_usage[h.place] AS usage, h.device_mem[h.place] AS mem, h.device_temp[h.place] AS temp,
  h.device_power[h.place] AS power
FROM {devices} s
  CROSS JOIN LATERAL (
    SELECT ts, array_position(device_refs, s.device_ref) AS place, device_usage, device_mem, device_temp, device_power
    FROM heartbeat WHERE client_ref = s.client_ref AND ts >= {since} AND ts < {until} OFFSET 0) h
WHERE h.place IS NOT NULL
UNION ALL
SELECT s.device_ref, t.ts, p.device_usage[t.no][p.place], p.device_mem[t.no][p.place], p.device_temp[t.no][p.place],
  p.device_power[t.no][p.place]
FROM {devices} s
  CROSS JOIN LATERAL (
    -- The concatenation decompresses the arrays once, not at every element.
    SELECT hour, ms, array_position(device_refs, s.device_ref) AS place, device_usage || '{}'::smallint[] AS device_usage,
      device_mem || '{}'::smallint[] AS device_mem, device_temp || '{}'::smallint[] AS device_temp,
      device_power || '{}'::int[] AS device_power
    FROM heartbeat_pack
    WHERE client_ref = s.client_ref AND hour >= date_bin('1 h', {since}, 'epoch') AND hour < {until} OFFSET 0) p
  CROSS JOIN LATERAL unnest(p.ms) WITH ORDINALITY AS u (ms, no)
  CROSS JOIN LATERAL (SELECT p.hour + u.ms * interval '1 ms' AS ts, u.no::int AS no) t
WHERE p.place IS NOT NULL AND t.ts >= {since} AND t.ts < {until}
