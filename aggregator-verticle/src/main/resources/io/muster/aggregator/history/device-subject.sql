-- The devices with a UUID, one for each valid host that has ever reported it, the newest first: references, number of
-- the hosts that have it now, name of the first. Also since when finer data are stored, if there are hours of before in
-- the range.
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
    WHERE device_ref = d.device_ref AND hour >= date_trunc('hour', :from::timestamptz, 'UTC') ORDER BY hour LIMIT 1) h)

SELECT n.*, f.*, CASE WHEN g.hour < p.raw_since THEN p.raw_since END AS raw_since,
  CASE WHEN g.hour < p.minutes_since THEN p.minutes_since END AS minutes_since
FROM newest n, (
  SELECT array_agg(client_ref) AS client_refs, array_agg(device_ref) AS device_refs,
    (count(*) FILTER (WHERE is_current))::int AS hosts FROM found) f, gone g, ({series-since.sql}) p
