-- The clients and heartbeats of the last minute, and the heartbeats of this hour and the hour before.
--
-- :now
SELECT (SELECT count(*) FROM client WHERE valid_status = 'valid'),
  (SELECT count(*) FROM client_state WHERE last_seen > :now::timestamptz - interval '1 min'),
  (SELECT count(*) FROM heartbeat WHERE ts > :now::timestamptz - interval '1 min' AND ts <= :now),
  (SELECT coalesce(sum(n), 0)::bigint FROM client_hour WHERE hour = date_trunc('hour', :now::timestamptz, 'UTC')),
  (SELECT coalesce(sum(n), 0)::bigint FROM client_hour
    WHERE hour = date_trunc('hour', :now::timestamptz, 'UTC') - interval '1 h')
