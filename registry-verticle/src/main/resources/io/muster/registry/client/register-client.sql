-- Creates a client, or updates it; no row if another user owns it, or if it is deleted.
--
-- :client_id, :user_id, :name, :os_type (or null), :status, :now
INSERT INTO client AS t
  (client_id, user_id, name, os_type, declared_status, declared_at, created_at, updated_at)
VALUES (:client_id, :user_id, :name, :os_type, :status, :now, :now, :now)
ON CONFLICT (client_id) DO UPDATE
  SET name = EXCLUDED.name, os_type = coalesce(EXCLUDED.os_type, t.os_type),
      declared_status = EXCLUDED.declared_status, declared_at = EXCLUDED.declared_at,
      updated_at = EXCLUDED.updated_at
  WHERE t.user_id = EXCLUDED.user_id AND t.valid_status = 'valid'
RETURNING client_ref
