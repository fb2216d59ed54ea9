-- Changes the values that are not null; no row if the user has no such client.
--
-- :client_id, :user_id, :name, :os_type, :status, :valid_status, :now
UPDATE client
SET name = coalesce(:name::text, name), os_type = coalesce(:os_type::text, os_type),
  declared_status = coalesce(:status::text, declared_status),
  declared_at = CASE WHEN :status::text IS NULL THEN declared_at ELSE :now END,
  valid_status = coalesce(:valid_status::text, valid_status), updated_at = :now
WHERE client_id = :client_id AND user_id = :user_id
RETURNING client_ref
