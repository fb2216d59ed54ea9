-- Updates the states of the clients of the imported hours, as ingest does: by the oldest heartbeat, the newest one, and the
-- newest one that reports devices, or none. Heartbeats that are not newer than the state are late for the evaluation of
-- warnings.
--
-- :now
INSERT INTO client_state AS s (client_ref, first_ts, last_ts, last_seen, folded_at, cpu, mem, disk, devices_at,
  device_count, device_refs, device_usage, device_mem, device_temp, device_power)
SELECT i.client_ref, f.ts, l.ts, l.ts, :now::timestamptz, l.cpu, l.mem, l.disk, coalesce(d.ts, '-infinity'),
  coalesce(cardinality(d.device_refs), 0), d.device_refs, d.device_usage, d.device_mem, d.device_temp, d.device_power
FROM (SELECT client_ref, min(hour) AS first, max(hour) AS last FROM imported_hour GROUP BY client_ref) i
  CROSS JOIN LATERAL (
    SELECT ts FROM heartbeat WHERE client_ref = i.client_ref AND ts >= i.first AND ts < i.first + interval '1 h'
    ORDER BY ts LIMIT 1) f
  CROSS JOIN LATERAL (
    SELECT ts, cpu, mem, disk FROM heartbeat
    WHERE client_ref = i.client_ref AND ts >= i.last AND ts < i.last + interval '1 h' ORDER BY ts DESC LIMIT 1) l
  LEFT JOIN LATERAL (
    SELECT * FROM heartbeat
    WHERE client_ref = i.client_ref AND ts >= i.last AND ts < i.last + interval '1 h' AND device_refs IS NOT NULL
    ORDER BY ts DESC LIMIT 1) d ON true
ORDER BY i.client_ref
ON CONFLICT (client_ref) DO UPDATE SET first_ts = least(s.first_ts, excluded.first_ts),
  last_ts = greatest(s.last_ts, excluded.last_ts), last_seen = greatest(s.last_seen, excluded.last_seen),
  cpu = CASE WHEN s.last_ts <= excluded.last_ts THEN excluded.cpu ELSE s.cpu END,
  mem = CASE WHEN s.last_ts <= excluded.last_ts THEN excluded.mem ELSE s.mem END,
  disk = CASE WHEN s.last_ts <= excluded.last_ts THEN excluded.disk ELSE s.disk END,
  devices_at = greatest(s.devices_at, excluded.devices_at),
  device_count = CASE WHEN s.devices_at < excluded.devices_at THEN excluded.device_count ELSE s.device_count END,
  device_refs = CASE WHEN s.devices_at < excluded.devices_at THEN excluded.device_refs ELSE s.device_refs END,
  device_usage = CASE WHEN s.devices_at < excluded.devices_at THEN excluded.device_usage ELSE s.device_usage END,
  device_mem = CASE WHEN s.devices_at < excluded.devices_at THEN excluded.device_mem ELSE s.device_mem END,
  device_temp = CASE WHEN s.devices_at < excluded.devices_at THEN excluded.device_temp ELSE s.device_temp END,
  device_power = CASE WHEN s.devices_at < excluded.devices_at THEN excluded.device_power ELSE s.device_power END,
  late_from = CASE WHEN excluded.first_ts <= s.last_ts THEN least(s.late_from, excluded.first_ts) ELSE s.late_from END,
  late_count = s.late_count + (excluded.first_ts <= s.last_ts)::int
