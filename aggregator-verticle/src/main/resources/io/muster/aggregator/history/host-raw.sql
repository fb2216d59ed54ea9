-- Bins of less than an hour of a host, of single heartbeats.
--
-- :client_ref, :from, :until, :step
SELECT date_part('epoch', date_bin(:step::bigint * interval '1 s', h.ts, 'epoch'))::bigint AS start,
  round(avg(h.cpu), 3)::float8 AS cpu_mean, min(h.cpu) AS cpu_min, max(h.cpu) AS cpu_max,
  round(avg(h.mem), 3)::float8 AS memory_mean, min(h.mem) AS memory_min, max(h.mem) AS memory_max,
  round(avg(h.disk), 3)::float8 AS disk_mean, min(h.disk) AS disk_min, max(h.disk) AS disk_max,
  least(sum(h.net_up), 1e18)::bigint AS network_up_bytes, least(sum(h.net_down), 1e18)::bigint AS network_down_bytes
FROM (SELECT :client_ref::int AS client_ref) c {heartbeats.sql}
GROUP BY start ORDER BY start
