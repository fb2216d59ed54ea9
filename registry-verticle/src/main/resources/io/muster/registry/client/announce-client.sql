-- Creates a client, or assigns it to the user: the host's settings determine its owner. Values that a person edited
-- are kept.
--
-- :client_id, :user_id, :name, :os_type (or null), :status, :now
INSERT INTO client AS t
  (client_id, user_id, name, os_type, declared_status, declared_at, created_at, updated_at)
VALUES (:client_id, :user_id, :name, :os_type, :status, :now, :now, :now)
ON CONFLICT (client_id) DO UPDATE
  SET user_id = EXCLUDED.user_id, os_type = coalesce(t.os_type, EXCLUDED.os_type), updated_at = EXCLUDED.updated_at
  WHERE t.user_id <> EXCLUDED.user_id OR (t.os_type IS NULL AND EXCLUDED.os_type IS NOT NULL)
