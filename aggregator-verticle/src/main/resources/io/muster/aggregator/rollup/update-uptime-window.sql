-- Updates the values of the past days in the states of the clients without the uptime of yesterday: the slots of the
-- 29 days before today, and the uptime of yesterday, which counts from the first heartbeat of a client if that was
-- then.
--
-- :today
UPDATE client_state s SET slots_before = coalesce(w.slots, 0), uptime_y_day = :today::date - 1,
  uptime_y = CASE WHEN w.yesterday IS NOT NULL THEN least(100, round(100.0 * w.yesterday / CASE
    WHEN (s.first_ts AT TIME ZONE 'UTC')::date = :today::date - 1
    THEN 720 - floor(extract(epoch FROM s.first_ts - date_trunc('day', s.first_ts, 'UTC')) / 120) ELSE 720 END)) END
FROM client_state u CROSS JOIN LATERAL (
  SELECT sum(d.slots) AS slots, max(d.slots) FILTER (WHERE d.day = :today::date - 1) AS yesterday
  FROM client_day d WHERE d.client_ref = u.client_ref AND d.day >= :today::date - 29 AND d.day < :today::date) w
WHERE u.uptime_y_day IS DISTINCT FROM :today::date - 1 AND s.client_ref = u.client_ref
