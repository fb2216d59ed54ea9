-- The number of clients, the first and the last day that any of them has, and the instant of the last roll-up.
--
-- :user_id, {client_condition}
SELECT count(*)::int AS clients, min(f.day) AS first, max(l.day) AS last,
  (SELECT rolled_up_at FROM client_rollup) AS rolled_up_at
FROM client c
  LEFT JOIN LATERAL (
    SELECT d.day FROM client_day d WHERE d.client_ref = c.client_ref ORDER BY d.day LIMIT 1) f ON true
  LEFT JOIN LATERAL (
    SELECT d.day FROM client_day d WHERE d.client_ref = c.client_ref ORDER BY d.day DESC LIMIT 1) l ON true
WHERE c.user_id = :user_id {client_condition} AND c.valid_status = 'valid'
