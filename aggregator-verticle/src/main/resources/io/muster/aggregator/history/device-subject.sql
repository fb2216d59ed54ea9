-- The devices with a UUID, one for each valid host that has ever reported it: references, number of the hosts that have
-- it now, name of the newest one. Also since when finer data are stored, if there are hours of before in the range; the
-- first hour that is not rolled up; and whether an earlier one in the range has to be rolled up again.
--
-- :uuid, :from, {filter} (on the client c)
WITH found AS MATERIALIZED (
  SELECT d.client_ref, d.device_ref, c.client_id, c.name, coalesce(d.device_ref = ANY (s.device_refs), false) AS is_current,
    d.updated_at
  FROM device d JOIN client c USING (client_ref) LEFT JOIN client_state s USING (client_ref)
  WHERE d.device_uuid = :uuid AND c.valid_status = 'valid' AND {filter}),

newest AS (
  SELECT client_id, name FROM found ORDER BY is_current DESC, updated_at DESC, device_ref LIMIT 1),

gone AS (
  SELECT min(h.hour) AS hour FROM found d CROSS JOIN LATERAL (
    SELECT hour FROM device_hour
    WHERE device_ref = d.device_ref AND hour >= date_bin('1 h', :from::timestamptz, 'epoch') ORDER BY hour LIMIT 1) h)

SELECT n.*, f.*, CASE WHEN g.hour < p.raw_since THEN p.raw_since END AS raw_since,
  CASE WHEN g.hour < p.minutes_since THEN p.minutes_since END AS minutes_since,
  (SELECT hour FROM device_rollup) AS open_since, EXISTS (
    SELECT FROM found JOIN device_hour_stale t USING (client_ref)
    WHERE t.hour >= date_bin('1 h', :from, 'epoch')) AS has_stale_hours
FROM newest n, (
  SELECT array_agg(client_ref) AS client_refs, array_agg(device_ref) AS device_refs,
    (count(*) FILTER (WHERE is_current))::int AS hosts FROM found) f, gone g, ({series-since.sql}) p
