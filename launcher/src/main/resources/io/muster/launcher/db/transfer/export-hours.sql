-- Roll-ups of the hours of clients.
--
-- :from, :until, {filter}
SELECT client_id, user_id, name AS client_name, hour, last_ts AS last_heartbeat_at, n AS heartbeats,
  trim_scale(round(cpu_sum::numeric / n, 6)) AS cpu_mean_percent,
  cpu_min AS cpu_min_percent, cpu_max AS cpu_max_percent,
  trim_scale(round(mem_sum::numeric / n, 6)) AS memory_mean_percent,
  mem_min AS memory_min_percent, mem_max AS memory_max_percent,
  trim_scale(round(disk_sum::numeric / n, 6)) AS disk_mean_percent,
  disk_min AS disk_min_percent, disk_max AS disk_max_percent,
  net_up AS network_up_bytes, net_down AS network_down_bytes, bit_count(slot_mask::bit(32))::int AS slots,
  gpu_max AS devices_max
FROM client_hour h JOIN client c USING (client_ref)
WHERE hour >= :from AND hour < :until AND {filter}
ORDER BY hour, client_id
