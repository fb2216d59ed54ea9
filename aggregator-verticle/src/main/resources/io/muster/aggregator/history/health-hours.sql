-- One row for each client and hour whose last heartbeat is in the range, the newest first.
--
-- :user_id, :from, :until, {client_condition}
SELECT c.client_id, c.name, h.last_ts AS ts, round(h.cpu_sum::numeric / h.n)::int AS cpu,
  round(h.mem_sum::numeric / h.n)::int AS mem, round(h.disk_sum::numeric / h.n)::int AS disk, h.net_up, h.net_down
FROM client c JOIN client_hour h USING (client_ref)
WHERE c.user_id = :user_id {client_condition} AND c.valid_status = 'valid'
  AND h.hour >= date_bin('1 h', :from::timestamptz, 'epoch') AND h.hour < :until
  AND h.last_ts >= :from AND h.last_ts < :until
ORDER BY ts DESC, c.client_ref
