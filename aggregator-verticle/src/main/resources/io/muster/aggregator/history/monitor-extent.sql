-- The number of clients, and the first and the last day that any of them has.
--
-- :user_id, {client_condition}
SELECT count(*)::int AS clients, min(f.day) AS first, max(l.day) AS last
FROM client c
  LEFT JOIN LATERAL (
    SELECT d.day FROM client_day d WHERE d.client_ref = c.client_ref ORDER BY d.day LIMIT 1) f ON true
  LEFT JOIN LATERAL (
    SELECT d.day FROM client_day d WHERE d.client_ref = c.client_ref ORDER BY d.day DESC LIMIT 1) l ON true
WHERE c.user_id = :user_id {client_condition} AND c.valid_status = 'valid'
