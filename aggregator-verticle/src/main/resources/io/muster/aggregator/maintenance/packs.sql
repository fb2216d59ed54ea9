-- The packs of the CTE raw: one for each client and hour.
pack AS (
  SELECT r.client_ref, r.hour, count(*) AS n,
    array_agg((extract(epoch FROM r.ts - r.hour) * 1000)::int ORDER BY r.ts) AS ms,
    array_agg(r.cpu ORDER BY r.ts) AS cpu, array_agg(r.mem ORDER BY r.ts) AS mem,
    array_agg(r.disk ORDER BY r.ts) AS disk, array_agg(r.net_up ORDER BY r.ts) AS net_up,
    array_agg(r.net_down ORDER BY r.ts) AS net_down, array_agg(r.gpu_flags ORDER BY r.ts) AS gpu_flags
  FROM raw r
  GROUP BY r.client_ref, r.hour)
