-- The next clients with heartbeats that their warnings do not consider, with about :max_heartbeats of them, at least one
-- client: from which warnings, and from which heartbeat to which, they are evaluated. A late heartbeat repeats the
-- evaluation from the beginning of its hour.
--
-- :max_clients, :max_heartbeats
WITH due AS MATERIALIZED (
  SELECT client_ref, last_ts, late_count, warned_to, warnings, h.repeated_from,
    coalesce(h.repeated_from - interval '1 ms', greatest(warned_to, first_ts - interval '1 ms')) AS after
  FROM client_state CROSS JOIN LATERAL (
    SELECT CASE WHEN late_from <= warned_to THEN date_bin('1 h', late_from, 'epoch') END AS repeated_from) h
  WHERE last_ts > warned_to OR late_from IS NOT NULL
  ORDER BY client_ref LIMIT :max_clients),

-- Up to the hour with which there are too many; to the end if no hour is stored after the last evaluation, so that each
-- evaluation considers more than the last one.
part AS (
  SELECT d.*, CASE WHEN s.until > d.after THEN least(d.last_ts, s.until) ELSE d.last_ts END AS until, s.n * least(1, date_part('epoch', d.last_ts - d.after)
    / date_part('epoch', d.last_ts - date_bin('1 h', d.after, 'epoch') + interval '1 ms')) + 1 AS heartbeats
  FROM due d CROSS JOIN LATERAL (
    SELECT coalesce(sum(n), 0) AS n, max(hour) + interval '1 h' - interval '1 ms' AS until
    FROM (
      SELECT hour, n, sum(n) OVER (ORDER BY hour) - n AS before FROM client_hour h
      WHERE h.client_ref = d.client_ref AND h.hour >= date_bin('1 h', d.after, 'epoch') OFFSET 0) x
    WHERE before < :max_heartbeats::bigint) s)

SELECT p.client_ref, c.client_id, c.name, p.late_count, p.repeated_from, p.last_ts, p.after, p.until,
  CASE WHEN p.repeated_from IS NULL THEN nullif(p.warned_to, '-infinity') ELSE b.last_ts END AS previous_at,
  CASE WHEN p.repeated_from IS NULL THEN p.warnings ELSE b.warnings END::text AS warnings
FROM (SELECT *, sum(heartbeats) OVER (ORDER BY client_ref) - heartbeats AS before FROM part) p
  JOIN client c USING (client_ref)
  -- The last hour before, and the warnings after it.
  LEFT JOIN LATERAL (
    SELECT h.last_ts, w.warnings FROM client_hour h LEFT JOIN client_warning w USING (client_ref, hour)
    WHERE h.client_ref = p.client_ref AND h.hour < p.repeated_from ORDER BY h.hour DESC LIMIT 1) b ON true
WHERE p.before < :max_heartbeats
ORDER BY p.client_ref
