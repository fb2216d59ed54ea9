-- A page of the hosts of all owners that match. The first row contains only the total of all matches; the hosts follow,
-- one more than requested if there are more.
--
-- :valid_status, :now, :limit, {filter} (on the columns of c), {sort_key} and {direction} (of the order, with the
-- number of the client after the key), {after} (true, or the condition that continues an earlier page)
WITH matched AS MATERIALIZED (
  SELECT * FROM (
    SELECT c.client_ref, c.client_id, c.name, c.user_id, c.valid_status, c.os_type, c.created_at, c.declared_at,
      {client-status.sql} AS status, s.last_seen, s.cpu, s.mem, s.disk, s.uptime_days, s.uptime_y, s.uptime_y_day,
      s.warnings::text AS open_warnings, s.device_refs, coalesce(s.device_count, 0) AS gpu_count, coalesce(round(s.tflops), 0)::int AS tflops,
      h.health, h.warnings
    FROM client c LEFT JOIN client_state s USING (client_ref)
      {client-condition.sql}
    WHERE c.valid_status = :valid_status) c
  WHERE {filter}),

listed AS (
  SELECT c.*, {sort_key} AS sort_key FROM matched c WHERE {after}
  ORDER BY sort_key {direction}, client_ref {direction} LIMIT :limit::bigint + 1)

SELECT t.total, l.*, l.sort_key::text AS sort_text, ARRAY(
  SELECT DISTINCT d.name FROM unnest(l.device_refs) AS r (device_ref) JOIN device d USING (device_ref) ORDER BY 1)
    AS gpu_models
FROM (SELECT count(*) AS total FROM matched) t FULL JOIN listed l ON false
ORDER BY t.total, l.sort_key {direction}, l.client_ref {direction}
