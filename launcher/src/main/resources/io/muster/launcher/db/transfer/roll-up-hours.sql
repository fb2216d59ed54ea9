-- Rolls up the imported hours from all of their heartbeats. An hour that counts more heartbeats stays: it is a roll-up
-- whose heartbeats are gone.
INSERT INTO client_hour AS h (client_ref, hour, last_ts, n, net_up, net_down, cpu_sum, mem_sum, disk_sum, slot_mask,
  cpu_min, cpu_max, mem_min, mem_max, disk_min, disk_max, gpu_max)
SELECT i.client_ref, i.hour, max(b.ts), count(*), least(sum(b.net_up), 1e17), least(sum(b.net_down), 1e17), sum(b.cpu),
  sum(b.mem), sum(b.disk), bit_or(1 << (date_part('minute', b.ts)::int / 2)), min(b.cpu), max(b.cpu),
  min(b.mem), max(b.mem), min(b.disk), max(b.disk),
  coalesce(max(b.devices), 0)
FROM imported_hour i CROSS JOIN LATERAL (
  SELECT ts, cpu, mem, disk, net_up, net_down, cardinality(device_refs) AS devices FROM heartbeat
  WHERE client_ref = i.client_ref AND ts >= i.hour AND ts < i.hour + interval '1 h'
  UNION ALL
  SELECT p.hour + u.ms * interval '1 ms', u.cpu, u.mem, u.disk, u.net_up, u.net_down, cardinality(p.device_refs)
  FROM heartbeat_pack p, unnest(p.ms, p.cpu, p.mem, p.disk, p.net_up, p.net_down) AS u (ms, cpu, mem, disk, net_up, net_down)
  WHERE p.client_ref = i.client_ref AND p.hour = i.hour) b
GROUP BY i.client_ref, i.hour ORDER BY i.client_ref, i.hour
ON CONFLICT (client_ref, hour) DO UPDATE SET last_ts = excluded.last_ts, n = excluded.n, net_up = excluded.net_up,
  net_down = excluded.net_down, cpu_sum = excluded.cpu_sum, mem_sum = excluded.mem_sum, disk_sum = excluded.disk_sum,
  slot_mask = excluded.slot_mask, cpu_min = excluded.cpu_min, cpu_max = excluded.cpu_max, mem_min = excluded.mem_min,
  mem_max = excluded.mem_max, disk_min = excluded.disk_min, disk_max = excluded.disk_max,
  gpu_max = greatest(h.gpu_max, excluded.gpu_max)
WHERE h.n <= excluded.n
