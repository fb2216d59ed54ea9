-- Creates the imported hours that are not stored, so that they can be locked.
INSERT INTO client_hour (client_ref, hour, last_ts, n, net_up, net_down, cpu_sum, mem_sum, disk_sum, slot_mask)
SELECT client_ref, hour, hour, 0, 0, 0, 0, 0, 0, 0 FROM imported_hour ORDER BY client_ref, hour
ON CONFLICT (client_ref, hour) DO NOTHING
