-- Registers devices; of those that are registered, adds the memory if it is not known.
--
-- Arrays, one element for each row: :client_id, :device_uuid, :device_index, :device_name, :memory_total_mb, :updated_at
WITH registered AS (
  INSERT INTO device AS d (client_ref, device_uuid, device_index, name, mem_total_mb, updated_at)
  SELECT DISTINCT ON (c.client_ref, r.uuid) c.client_ref, r.uuid, r.idx, r.name, r.total, r.at
  FROM unnest(:client_id::uuid[], :device_uuid::text[], :device_index::bigint[], :device_name::text[],
      :memory_total_mb::bigint[], :updated_at::timestamptz[]) AS r (client_id, uuid, idx, name, total, at)
    JOIN client c USING (client_id)
  ORDER BY c.client_ref, r.uuid, r.at DESC
  ON CONFLICT (client_ref, device_uuid) DO UPDATE SET mem_total_mb = excluded.mem_total_mb
    WHERE d.mem_total_mb IS NULL AND excluded.mem_total_mb IS NOT NULL
  RETURNING 1)

SELECT count(*) AS stored, 0::bigint AS orphans FROM registered
