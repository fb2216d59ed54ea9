-- The work of a roll-up besides today: the past days with changed hours, with the version of their entries; whether
-- the day has changed since the last roll-up of any client; the instant of the last roll-up.
--
-- :midnight (of the current UTC day), :max_days (the next roll-up continues with the others)
SELECT array_agg(client_ref) AS refs, array_agg(day) AS days, array_agg(version) AS versions,
  EXISTS (SELECT FROM client_state WHERE folded_at < :midnight::timestamptz + interval '5 min'
    OR uptime_y_day IS DISTINCT FROM (:midnight AT TIME ZONE 'UTC')::date - 1) AS day_changed,
  (SELECT rolled_up_at FROM client_rollup) AS rolled_up_at, min(day) AS oldest
FROM (
  SELECT client_ref, day, xmin::text AS version FROM client_day_stale ORDER BY day, client_ref LIMIT :max_days) x
