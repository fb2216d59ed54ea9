-- The days of clients, the newest first.
--
-- :user_id, :first_day, :last_day, {client_condition}
SELECT c.client_id, c.name, c.created_at, c.updated_at, d.day, d.cpu_sum::float8 / d.n AS cpu,
  d.mem_sum::float8 / d.n AS mem, d.disk_sum::float8 / d.n AS disk, d.net_down, d.net_up, d.n, d.last_ts
FROM client c JOIN client_day d USING (client_ref)
WHERE c.user_id = :user_id {client_condition} AND c.valid_status = 'valid'
  AND d.day >= :first_day AND d.day <= :last_day
ORDER BY d.day DESC, c.updated_at DESC, c.client_ref
