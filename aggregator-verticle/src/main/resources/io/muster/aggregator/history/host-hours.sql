-- Bins of an hour or more of a host, of its hours. An extreme is null if one of the hours does not know it.
--
-- :client_ref, :from, :until, :step
SELECT date_part('epoch', date_bin(:step::bigint * interval '1 s', h.hour, 'epoch'))::bigint AS start,
  round(sum(h.cpu_sum)::numeric / sum(h.n), 3)::float8 AS cpu_mean,
  CASE WHEN count(h.cpu_min) = count(*) THEN min(h.cpu_min) END AS cpu_min,
  CASE WHEN count(h.cpu_max) = count(*) THEN max(h.cpu_max) END AS cpu_max,
  round(sum(h.mem_sum)::numeric / sum(h.n), 3)::float8 AS memory_mean,
  CASE WHEN count(h.mem_min) = count(*) THEN min(h.mem_min) END AS memory_min,
  CASE WHEN count(h.mem_max) = count(*) THEN max(h.mem_max) END AS memory_max,
  round(sum(h.disk_sum)::numeric / sum(h.n), 3)::float8 AS disk_mean,
  CASE WHEN count(h.disk_min) = count(*) THEN min(h.disk_min) END AS disk_min,
  CASE WHEN count(h.disk_max) = count(*) THEN max(h.disk_max) END AS disk_max,
  least(sum(h.net_up), 1e18)::bigint AS network_up_bytes, least(sum(h.net_down), 1e18)::bigint AS network_down_bytes
FROM client_hour h WHERE h.client_ref = :client_ref AND h.hour >= :from AND h.hour < :until
GROUP BY start ORDER BY start
