-- Rolls up the past days with changed hours, and for clients whose last roll-up was on another day, all days since.
-- Returns the clients of days that are new, one entry for each day, and the number of days that are new or changed.
--
-- :midnight (of the current UTC day), :client_refs and :days (with changed hours)
WITH past AS MATERIALIZED (
  SELECT client_ref, day FROM unnest(:client_refs::int[], :days::date[]) AS t (client_ref, day)
  WHERE day < (:midnight::timestamptz AT TIME ZONE 'UTC')::date
  UNION
  SELECT s.client_ref, b.since + i
  FROM client_state s
    CROSS JOIN LATERAL (
      SELECT (greatest(s.folded_at - interval '5 min', s.first_ts) AT TIME ZONE 'UTC')::date AS since) b
    CROSS JOIN LATERAL generate_series(0, (:midnight AT TIME ZONE 'UTC')::date - 1 - b.since) i
  WHERE s.folded_at < :midnight + interval '5 min'),

rolled AS (
  SELECT p.client_ref, p.day, {day-sums.sql}
  FROM past p JOIN client_hour h ON h.client_ref = p.client_ref
    AND h.hour >= p.day::timestamp AT TIME ZONE 'UTC' AND h.hour < (p.day + 1)::timestamp AT TIME ZONE 'UTC'
  GROUP BY p.client_ref, p.day),

{changed-days.sql}

SELECT array_agg(client_ref) FILTER (WHERE is_new) AS new_day_clients, count(*)::int AS days FROM changed
