-- Creates the version of a model, or replaces its registration.
--
-- :name, :version, :version_code, :engine_type, :is_active (or null), :min_memory_mb (or null), :min_gpu_memory_gb
-- (or null), :now
INSERT INTO model AS m
  (name, version, version_code, engine_type, is_active, min_memory_mb, min_gpu_memory_gb, created_at)
VALUES (:name, :version, :version_code, :engine_type, coalesce(:is_active::boolean, true), :min_memory_mb,
  :min_gpu_memory_gb, :now)
ON CONFLICT (name, version) DO UPDATE
  SET version_code = EXCLUDED.version_code, engine_type = EXCLUDED.engine_type,
      is_active = coalesce(:is_active::boolean, m.is_active),
      min_memory_mb = EXCLUDED.min_memory_mb, min_gpu_memory_gb = EXCLUDED.min_gpu_memory_gb
