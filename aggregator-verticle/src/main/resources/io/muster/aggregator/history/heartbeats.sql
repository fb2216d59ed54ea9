-- Single heartbeats of client c, raw and compacted; raw ones first, because a statement that waits for the lock of a
-- compaction then reads the packs. Unlike date_trunc, date_bin is immutable, so that the plan has the partitions of the
-- range only.
CROSS JOIN LATERAL (
  SELECT h.ts, h.cpu, h.mem, h.disk, h.net_up, h.net_down FROM heartbeat h
  WHERE h.client_ref = c.client_ref AND h.ts >= :from AND h.ts < :until
  UNION ALL
  SELECT p.hour + u.ms * interval '1 ms', u.cpu, u.mem, u.disk, u.net_up, u.net_down
  FROM heartbeat_pack p,
    unnest(p.ms, p.cpu, p.mem, p.disk, p.net_up, p.net_down) AS u (ms, cpu, mem, disk, net_up, net_down)
  WHERE p.client_ref = c.client_ref AND p.hour >= date_bin('1 h', :from::timestamptz, 'epoch')
    AND p.hour < :until::timestamptz
    AND p.hour + u.ms * interval '1 ms' >= :from AND p.hour + u.ms * interval '1 ms' < :until) h
