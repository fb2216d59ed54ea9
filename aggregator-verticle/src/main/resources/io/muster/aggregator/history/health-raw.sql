-- Single heartbeats, the newest first.
--
-- :user_id, :from, :until, {client_condition}
SELECT c.client_id, c.name, h.ts, h.cpu::int AS cpu, h.mem::int AS mem, h.disk::int AS disk, h.net_up, h.net_down
FROM client c {heartbeats.sql}
WHERE c.user_id = :user_id {client_condition} AND c.valid_status = 'valid'
ORDER BY h.ts DESC, c.client_ref
