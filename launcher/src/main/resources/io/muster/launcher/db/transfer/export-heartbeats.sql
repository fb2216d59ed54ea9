-- Single heartbeats, raw and compacted; raw ones first, because a statement that waits for the lock of a compaction then
-- reads the packs. The filter is in both parts, so that each finds the heartbeats of a client through its index.
--
-- :from, :until, {filter}
SELECT client_id, user_id, name AS client_name, at, cpu AS cpu_percent, mem AS memory_percent, disk AS disk_percent,
  net_up AS network_up_bytes, net_down AS network_down_bytes, gpu_flags AS gpu_conditions, devices
FROM (
  SELECT client_ref, ts AS at, cpu, mem, disk, net_up, net_down, gpu_flags, cardinality(device_refs) AS devices
  FROM heartbeat
  WHERE ts >= :from AND ts < :until AND {filter}
  UNION ALL
  SELECT p.client_ref, p.hour + u.ms * interval '1 ms', u.cpu, u.mem, u.disk, u.net_up, u.net_down, u.gpu_flags,
    cardinality(p.device_refs)
  FROM heartbeat_pack p, unnest(p.ms, p.cpu, p.mem, p.disk, p.net_up, p.net_down, p.gpu_flags)
    AS u (ms, cpu, mem, disk, net_up, net_down, gpu_flags)
  WHERE p.hour >= date_trunc('hour', :from::timestamptz, 'UTC') AND p.hour < :until AND {filter}
    AND p.hour + u.ms * interval '1 ms' >= :from AND p.hour + u.ms * interval '1 ms' < :until) h
JOIN client c USING (client_ref)
ORDER BY at, client_id
