-- One row for each client and minute with heartbeats, the newest first.
--
-- :user_id, :from, :until, {client_condition}
SELECT c.client_id, c.name, max(h.ts) AS ts, round(avg(h.cpu))::int AS cpu, round(avg(h.mem))::int AS mem,
  round(avg(h.disk))::int AS disk, least(sum(h.net_up), 1e18)::bigint AS net_up,
  least(sum(h.net_down), 1e18)::bigint AS net_down
FROM client c {heartbeats.sql}
WHERE c.user_id = :user_id {client_condition} AND c.valid_status = 'valid'
GROUP BY c.client_ref, c.client_id, c.name, date_bin('60 s', h.ts, '2000-01-01Z')
ORDER BY ts DESC, c.client_ref
