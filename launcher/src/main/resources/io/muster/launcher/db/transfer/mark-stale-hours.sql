-- Has the roll-up of devices compute the imported hours that have ended and in which devices are reported.
--
-- :now
INSERT INTO device_hour_stale
SELECT i.client_ref, i.hour FROM imported_hour i CROSS JOIN LATERAL (
  SELECT FROM client_hour h WHERE h.client_ref = i.client_ref AND h.hour = i.hour AND h.gpu_max > 0 OFFSET 0) h
WHERE i.hour < date_bin('1 h', :now::timestamptz, 'epoch') ORDER BY 1, 2
ON CONFLICT (client_ref, hour) DO UPDATE SET hour = excluded.hour
