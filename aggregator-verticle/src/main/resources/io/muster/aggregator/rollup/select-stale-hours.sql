-- The oldest of the hours to which late heartbeats were added, with about :max_readings readings, and the versions of
-- their entries. Hours that are not rolled up yet are not stale.
--
-- :max_readings
SELECT array_agg(client_ref) AS refs, array_agg(hour) AS hours, array_agg(version) AS versions
FROM (
  SELECT s.client_ref, s.hour, s.xmin::text AS version,
    sum(h.n::bigint * h.gpu_max) OVER (ORDER BY s.hour, s.client_ref) - h.n::bigint * h.gpu_max AS before
  FROM (
    SELECT client_ref, hour, xmin FROM device_hour_stale
    WHERE hour < (SELECT hour FROM device_rollup) ORDER BY hour, client_ref LIMIT 10000) s
    JOIN client_hour h ON h.client_ref = s.client_ref AND h.hour = s.hour) x
WHERE before < :max_readings
