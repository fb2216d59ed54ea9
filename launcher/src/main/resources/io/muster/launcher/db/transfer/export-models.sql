-- The catalog of models.
SELECT id, name, version, version_code, engine_type, is_active, min_memory_mb, min_gpu_memory_gb, created_at
FROM model
ORDER BY id
