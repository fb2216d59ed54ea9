-- The packs of the CTE raw: one for each client, hour and list of devices, with n, the heartbeats of the whole hour. The
-- readings of devices are appended to each other; without devices they are what the list is, null or empty.
pack AS (
  SELECT r.client_ref, r.hour, sum(count(*)) OVER (PARTITION BY r.client_ref, r.hour) AS n,
    array_agg((extract(epoch FROM r.ts - r.hour) * 1000)::int ORDER BY r.ts) AS ms,
    array_agg(r.cpu ORDER BY r.ts) AS cpu, array_agg(r.mem ORDER BY r.ts) AS mem,
    array_agg(r.disk ORDER BY r.ts) AS disk, array_agg(r.net_up ORDER BY r.ts) AS net_up,
    array_agg(r.net_down ORDER BY r.ts) AS net_down, array_agg(r.gpu_flags ORDER BY r.ts) AS gpu_flags,
    r.device_refs,
    coalesce(array_agg(r.device_usage ORDER BY r.ts) FILTER (WHERE r.device_refs <> '{}'),
      r.device_refs::smallint[]) AS device_usage,
    coalesce(array_agg(r.device_mem ORDER BY r.ts) FILTER (WHERE r.device_refs <> '{}'),
      r.device_refs::smallint[]) AS device_mem,
    coalesce(array_agg(r.device_temp ORDER BY r.ts) FILTER (WHERE r.device_refs <> '{}'),
      r.device_refs::smallint[]) AS device_temp,
    coalesce(array_agg(r.device_power ORDER BY r.ts) FILTER (WHERE r.device_refs <> '{}'), r.device_refs) AS device_power
  FROM raw r
  GROUP BY r.client_ref, r.hour, r.device_refs)
