-- The days of "rolled" that are new or differ from the stored ones, which OFFSET 0 finds through the index regardless
-- of the planner's estimates; and their storage. A day that counts more heartbeats stays: it was imported, and not all of
-- its hours were.
changed AS MATERIALIZED (
  SELECT r.*, o.client_ref IS NULL AS is_new
  FROM rolled r LEFT JOIN LATERAL (
    SELECT * FROM client_day d WHERE d.client_ref = r.client_ref AND d.day = r.day OFFSET 0) o ON true
  WHERE (o.last_ts, o.net_up, o.net_down, o.n, o.cpu_sum, o.mem_sum, o.disk_sum, o.slots)
    IS DISTINCT FROM (r.last_ts, r.net_up, r.net_down, r.n, r.cpu_sum, r.mem_sum, r.disk_sum, r.slots)
    AND coalesce(o.n <= r.n, true)),

stored_days AS (
  INSERT INTO client_day (client_ref, day, last_ts, net_up, net_down, n, cpu_sum, mem_sum, disk_sum, slots)
  SELECT client_ref, day, last_ts, net_up, net_down, n, cpu_sum, mem_sum, disk_sum, slots FROM changed
  ON CONFLICT (client_ref, day) DO UPDATE SET last_ts = excluded.last_ts, net_up = excluded.net_up,
    net_down = excluded.net_down, n = excluded.n, cpu_sum = excluded.cpu_sum, mem_sum = excluded.mem_sum,
    disk_sum = excluded.disk_sum, slots = excluded.slots)
