-- The energy of all devices of valid hosts since an hour, and the number of those with a reading of their power: of the
-- hours that are rolled up, and of the minutes of the heartbeats since, as roll-up-devices.sql computes them.
--
-- :from (a whole hour), :until
WITH host AS MATERIALIZED (SELECT client_ref FROM client WHERE valid_status = 'valid'),

part AS (
  SELECT h.device_ref, h.energy_j
  FROM host JOIN device d USING (client_ref)
    CROSS JOIN LATERAL (
      SELECT * FROM device_hour
      WHERE device_ref = d.device_ref AND hour >= :from AND hour < (SELECT hour FROM device_rollup) OFFSET 0) h
  UNION ALL
  SELECT r.device_ref, (sum(r.power) * 120 + count(*)) / (count(*) * 2)
  FROM heartbeat h JOIN host USING (client_ref)
    CROSS JOIN LATERAL unnest(h.device_refs, h.device_power) AS r (device_ref, power)
  WHERE h.ts >= greatest(:from, (SELECT hour FROM device_rollup)) AND h.ts < :until AND r.power IS NOT NULL
  GROUP BY r.device_ref, date_bin('1 min', h.ts, 'epoch'))

SELECT count(DISTINCT device_ref)::int AS devices, coalesce(sum(energy_j), 0)::float8 AS energy_joules
FROM part WHERE energy_j IS NOT NULL
