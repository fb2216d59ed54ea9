-- Devices, and the newest readings of those that their hosts have now.
--
-- {filter}
SELECT client_id, user_id, client_name, d.device_uuid, d.device_index, d.name AS device_name, d.mem_total_mb AS memory_total_mb,
  n.usage AS utilization_percent, n.mem_usage AS memory_percent, n.temp AS temperature_c, n.power_w,
  coalesce(n.updated_at, d.updated_at) AS updated_at
FROM device d JOIN (SELECT client_ref, client_id, user_id, name AS client_name FROM client) c USING (client_ref)
LEFT JOIN (SELECT device_ref, usage, mem_usage, temp, power_w, updated_at FROM client_device) n USING (device_ref)
WHERE {filter}
ORDER BY client_id, d.device_index, d.device_uuid
