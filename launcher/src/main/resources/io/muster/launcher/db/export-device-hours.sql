-- Roll-ups of the hours of devices.
--
-- :from, :until, {columns}, {filter}
SELECT {columns}
FROM (
  SELECT h.*, d.client_ref, d.device_uuid FROM device_hour h JOIN device d USING (device_ref)
  WHERE h.hour >= :from AND h.hour < :until) x
JOIN client c USING (client_ref)
WHERE {filter}
ORDER BY hour, client_ref, device_uuid
