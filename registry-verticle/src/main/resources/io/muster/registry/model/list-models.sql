-- The models, those that need most GPU memory first.
--
-- :limit (or null), :offset, {filter}
SELECT id, name, version, version_code, is_active, min_memory_mb, min_gpu_memory_gb, created_at FROM model
WHERE {filter}
ORDER BY coalesce(min_gpu_memory_gb, 0) DESC, version_code DESC, created_at DESC, id DESC
LIMIT :limit::bigint OFFSET :offset::bigint
