-- Registers the clients of imported rows that are not registered, in the order of the rows; as offline, because only
-- their history is known.
--
-- :client_id, :user_id, :client_name, :now
INSERT INTO client (client_id, user_id, name, declared_status, declared_at, created_at, updated_at)
SELECT r.client_id, r.user_id, r.client_name, 'offline', :now::timestamptz, :now, :now
FROM (
  SELECT DISTINCT ON (client_id) *
  FROM unnest(:client_id::uuid[], :user_id::text[], :client_name::text[]) WITH ORDINALITY
    AS r (client_id, user_id, client_name, no)
  ORDER BY client_id, no) r
WHERE NOT EXISTS (SELECT FROM client c WHERE c.client_id = r.client_id)
ORDER BY r.no
ON CONFLICT (client_id) DO NOTHING
