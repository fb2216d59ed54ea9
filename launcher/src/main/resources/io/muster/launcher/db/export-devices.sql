-- Devices, and the newest readings of those that their hosts have now.
--
-- {columns}, {filter}
SELECT {columns}
FROM (
  SELECT d.client_ref, d.device_ref, d.device_uuid, d.device_index, d.name, d.mem_total_mb, n.temp, n.usage, n.mem_usage,
    n.power_w, coalesce(n.updated_at, d.updated_at) AS updated_at, c.client_id
  FROM device d JOIN client c USING (client_ref) LEFT JOIN client_device n USING (device_ref)) x
WHERE {filter}
ORDER BY client_ref, device_index, device_uuid
