-- Devices with their newest readings.
--
-- {columns}, {filter}
SELECT {columns} FROM (SELECT d.*, c.client_id FROM device d JOIN client c USING (client_ref)) x
WHERE {filter}
ORDER BY client_ref, device_index, device_uuid
