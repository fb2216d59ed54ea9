-- Registers the devices of imported rows that are not registered, and moves the last report of the others, so that they
-- are not pruned before their history.
--
-- :client_id, :device_uuid, :device_index, :device_name, :reported_at
INSERT INTO device AS d (client_ref, device_uuid, device_index, name, updated_at)
SELECT DISTINCT ON (c.client_ref, r.uuid) c.client_ref, r.uuid, r.idx, r.name, r.at
FROM unnest(:client_id::uuid[], :device_uuid::text[], :device_index::bigint[], :device_name::text[],
    :reported_at::timestamptz[]) AS r (client_id, uuid, idx, name, at)
  JOIN client c USING (client_id)
  LEFT JOIN device o ON o.client_ref = c.client_ref AND o.device_uuid = r.uuid
WHERE o.device_ref IS NULL OR o.updated_at < r.at - interval '1 day'
ORDER BY c.client_ref, r.uuid, r.at DESC
ON CONFLICT (client_ref, device_uuid) DO UPDATE SET updated_at = greatest(d.updated_at, excluded.updated_at)
