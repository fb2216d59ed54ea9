-- Registers the models that are not registered.
--
-- Arrays, one element for each row: :name, :version and others
WITH registered AS (
  INSERT INTO model (name, version, version_code, engine_type, is_active, min_memory_mb, min_gpu_memory_gb, created_at)
  SELECT name, version, code, engine, active, memory, gpu_memory, created_at
  FROM unnest(:name::text[], :version::text[], :version_code::bigint[], :engine_type::bigint[], :is_active::boolean[],
    :min_memory_mb::bigint[], :min_gpu_memory_gb::bigint[], :created_at::timestamptz[]) WITH ORDINALITY
    AS r (name, version, code, engine, active, memory, gpu_memory, created_at, no)
  ORDER BY no
  ON CONFLICT (name, version) DO NOTHING RETURNING 1)

SELECT count(*) AS stored, 0::bigint AS orphans FROM registered
