-- Clients without a day, with the columns of monitor-days.sql.
--
-- :user_id, {client_condition}
SELECT c.client_id, c.name, c.created_at, c.updated_at, null::date AS day, null::float8 AS cpu, null::float8 AS mem,
  null::float8 AS disk, null::bigint AS net_down, null::bigint AS net_up, null::int AS n, null::timestamptz AS last_ts
FROM client c
WHERE c.user_id = :user_id {client_condition} AND c.valid_status = 'valid'
  AND NOT EXISTS (SELECT FROM client_day d WHERE d.client_ref = c.client_ref)
ORDER BY c.updated_at DESC, c.client_ref
