-- The health of a client with these values.
SELECT h.health FROM (SELECT :declared_status::text AS declared_status) c
  CROSS JOIN (
    SELECT :warn_mask::int AS warn_mask, :first_ts::timestamptz AS first_ts, :last_ts::timestamptz AS last_ts,
      :last_seen::timestamptz AS last_seen, coalesce(:folded_at::timestamptz, '-infinity') AS folded_at,
      :slots::int AS slots_before, 0 AS slots_today, 90::smallint AS uptime_y, NULL::date AS uptime_y_day) s
  {client-condition.sql}
