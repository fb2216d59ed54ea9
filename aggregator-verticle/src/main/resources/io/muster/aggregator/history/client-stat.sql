-- The counts of a fleet, from the client states alone.
--
-- :user_id, :online_since and :lost_since (instants after which an online client, and one with lost contact, was last
-- seen), :uptime_since (oldest day whose uptime counts), :include_silent (true if clients that were silent all that
-- day count as 0)
SELECT count(*)::int AS total, (count(*) FILTER (WHERE s.last_seen > :online_since::timestamptz))::int AS online,
  (count(*) FILTER (WHERE c.declared_status = 'maintenance'))::int AS maintenance,
  (count(*) FILTER (WHERE c.declared_status <> 'maintenance' AND (s.warn_mask <> 0 OR c.declared_status = 'error'
    OR (s.uptime_y < 90 AND s.uptime_y_day >= :uptime_since::date)
    OR (s.last_seen > :lost_since::timestamptz AND s.last_seen <= :online_since
      AND c.declared_status <> 'offline'))))::int AS warnings,
  coalesce(sum(round(s.tflops)), 0)::bigint AS total_tflops,
  coalesce(round(sum(s.uptime_y) FILTER (WHERE s.uptime_y_day >= :uptime_since)::numeric
    / nullif(count(*) FILTER (WHERE s.uptime_y_day >= :uptime_since
      AND (s.uptime_y IS NOT NULL OR :include_silent::boolean AND s.first_ts < s.uptime_y_day + 1)), 0)), 0)::int
    AS uptime_rate
FROM client c LEFT JOIN client_state s USING (client_ref)
WHERE c.user_id = :user_id AND c.valid_status = 'valid'
