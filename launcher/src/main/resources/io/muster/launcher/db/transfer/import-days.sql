-- Stores the days of clients that are not stored.
--
-- Arrays, one element for each row: :client_id, :day, :heartbeats and others; :now
WITH inserted AS (
  INSERT INTO client_day (client_ref, day, last_ts, n, net_up, net_down, cpu_sum, mem_sum, disk_sum, slots)
  SELECT DISTINCT ON (c.client_ref, r.day) c.client_ref, r.day, r.last_ts, r.n, r.up, r.down, round(r.cpu * r.n),
    round(r.mem * r.n), round(r.disk * r.n), r.slots
  FROM unnest(:client_id::uuid[], :day::date[], :last_heartbeat_at::timestamptz[], :heartbeats::bigint[],
      :network_up_bytes::bigint[], :network_down_bytes::bigint[], :cpu_mean_percent::float8[],
      :memory_mean_percent::float8[], :disk_mean_percent::float8[], :slots::bigint[])
      AS r (client_id, day, last_ts, n, up, down, cpu, mem, disk, slots)
    JOIN client c USING (client_id)
  ORDER BY c.client_ref, r.day
  ON CONFLICT (client_ref, day) DO NOTHING RETURNING client_ref, day, last_ts),

-- Without the day of the uptime, the next roll-up computes the values of the past days.
states AS (
  INSERT INTO client_state AS s (client_ref, first_ts, last_ts, last_seen, folded_at, uptime_days)
  SELECT client_ref, min(day)::timestamp AT TIME ZONE 'UTC', max(last_ts), max(last_ts), :now::timestamptz, count(*)
  FROM inserted GROUP BY 1 ORDER BY 1
  ON CONFLICT (client_ref) DO UPDATE SET first_ts = least(s.first_ts, excluded.first_ts),
    uptime_days = s.uptime_days + excluded.uptime_days, uptime_y_day = NULL)

SELECT count(*) AS stored, 0::bigint AS orphans FROM inserted
