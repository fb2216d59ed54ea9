-- Deletes the warnings after hours that no late heartbeat can need: before the oldest partition of heartbeats, except the
-- last hour of each client before.
WITH oldest AS MATERIALIZED (
  SELECT min(substring(pg_get_expr(p.relpartbound, p.oid) FROM '''([^'']+)''')::timestamptz) AS day
  FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhrelid WHERE i.inhparent = 'heartbeat'::regclass)

DELETE FROM client_warning w USING oldest o
WHERE w.hour < o.day AND EXISTS (
  SELECT FROM client_hour h WHERE h.client_ref = w.client_ref AND h.hour > w.hour AND h.hour < o.day OFFSET 0)
