-- The clients of a user. The first row contains only the total of all matches; the clients follow.
--
-- :user_id, :valid_status, :now, :limit (or null), :offset, {filter} (on the columns client_id, name and status)
WITH matched AS MATERIALIZED (
  SELECT * FROM (
    SELECT c.client_ref, c.client_id, c.name, c.os_type, c.created_at, c.declared_status, c.declared_at,
      {client-status.sql} AS status
    FROM client c LEFT JOIN client_state s USING (client_ref)
    WHERE c.user_id = :user_id AND c.valid_status = :valid_status) c
  WHERE {filter}),

-- Only the states and the first devices of the requested clients are read: OFFSET 0 makes PostgreSQL look them up one
-- by one.
listed AS (
  SELECT c.*, round(s.tflops)::int AS tflops, {client-columns.sql}, d.name AS device_name
  FROM (SELECT * FROM matched ORDER BY created_at, client_ref LIMIT :limit::bigint OFFSET :offset::bigint) c
  LEFT JOIN client_state s USING (client_ref)
  {client-condition.sql}
  LEFT JOIN LATERAL (
    SELECT d.name FROM device d WHERE d.device_ref = s.device_refs[1] OFFSET 0) d ON true)

SELECT t.total, l.* FROM (SELECT count(*) AS total FROM matched) t FULL JOIN listed l ON false
ORDER BY t.total, l.created_at, l.client_ref
