-- Registers devices, and returns the references of each and of its client, in the order of the parameters; nothing for a
-- client that is not registered.
--
-- A device is written if it is new, and by a later report that differs or comes a day after the instant that it has: its
-- readings change nothing. The order of the rows is fixed, so that two aggregators cannot deadlock.
--
-- :client_ids, :uuids, :indexes, :names, :mem_total (MiB), :reported_at (instant of the report, ms since the epoch)
WITH reported AS MATERIALIZED (
  SELECT r.no, c.client_ref, r.uuid, r.idx, r.name, r.total, t.at, d.device_ref,
    d.device_ref IS NULL OR d.updated_at < t.at AND (d.updated_at < t.at - interval '1 day'
      OR (d.device_index, d.name, d.mem_total_mb) IS DISTINCT FROM (r.idx, r.name, r.total)) AS changed
  FROM (
    -- Hides the number of rows from the planner, as in store-heartbeats.sql.
    SELECT generate_series(1, (SELECT cardinality(:client_ids::uuid[]))) AS no, unnest(:client_ids::uuid[]) AS id,
      unnest(:uuids::text[]) AS uuid, unnest(:indexes::smallint[]) AS idx, unnest(:names::text[]) AS name,
      unnest(:mem_total::int[]) AS total, unnest(:reported_at::bigint[]) AS ms) r
    CROSS JOIN LATERAL (SELECT client_ref FROM client WHERE client_id = r.id AND valid_status = 'valid' OFFSET 0) c
    CROSS JOIN LATERAL (SELECT to_timestamp(r.ms / 1000.0::float8) AS at) t
    LEFT JOIN LATERAL (
      SELECT * FROM device WHERE client_ref = c.client_ref AND device_uuid = r.uuid OFFSET 0) d ON true),

written AS (
  INSERT INTO device AS d (client_ref, device_uuid, device_index, name, mem_total_mb, updated_at)
  SELECT DISTINCT ON (client_ref, uuid) client_ref, uuid, idx, name, total, at FROM reported WHERE changed
  ORDER BY client_ref, uuid, at DESC
  ON CONFLICT (client_ref, device_uuid) DO UPDATE SET device_index = excluded.device_index, name = excluded.name,
    mem_total_mb = excluded.mem_total_mb, updated_at = greatest(d.updated_at, excluded.updated_at)
  RETURNING device_ref, client_ref, device_uuid)

SELECT r.no, r.client_ref, coalesce(r.device_ref, w.device_ref)
FROM reported r LEFT JOIN written w ON w.client_ref = r.client_ref AND w.device_uuid = r.uuid
ORDER BY r.no
