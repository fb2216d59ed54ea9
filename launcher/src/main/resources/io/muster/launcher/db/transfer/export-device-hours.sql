-- Roll-ups of the hours of devices.
--
-- :from, :until, {filter}
SELECT client_id, user_id, client_name, device_uuid, device_index, device_name, hour, n AS heartbeats,
  {device-means.sql}, energy_j
FROM device_hour h
JOIN (SELECT device_ref, client_ref, device_uuid, device_index, name AS device_name FROM device) d USING (device_ref)
JOIN (SELECT client_ref, client_id, user_id, name AS client_name FROM client) c USING (client_ref)
WHERE hour >= :from AND hour < :until AND {filter}
ORDER BY hour, client_id, device_uuid
