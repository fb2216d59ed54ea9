-- The next clients whose devices are rolled up: of the hour that is next, with about :max_readings readings, those after
-- the last one. Without any the roll-up continues with the next hour. No row if that hour is not due.
--
-- :due_until (all hours before are due), :max_readings
SELECT r.hour, c.refs,
  least(:due_until::timestamptz,
    (SELECT min(hour) FROM client_hour h WHERE h.hour > r.hour AND h.gpu_max > 0)) AS next_hour
FROM device_rollup r CROSS JOIN LATERAL (
  SELECT array_agg(client_ref ORDER BY client_ref) AS refs
  FROM (
    SELECT h.client_ref, sum(h.n::bigint * h.gpu_max) OVER (ORDER BY h.client_ref) - h.n::bigint * h.gpu_max AS before
    FROM client_hour h WHERE h.hour = r.hour AND h.client_ref > r.client_ref AND h.gpu_max > 0) x
  WHERE before < :max_readings) c
WHERE r.hour < :due_until
