-- Rolls up the current UTC day and the states of the clients. Returns the numbers of changed clients and days.
--
-- All values are assigned, never added up: a repeated roll-up changes nothing. A client is rolled up until a roll-up
-- has run more than five minutes after the client was last seen, so that nothing depends on the order of commits, on
-- clocks that differ a little, or on slots that have not ended.
--
-- :now, :midnight (of the current UTC day), :hour_start (of the current hour), :elapsed_slots (its slots that have
-- ended, as a mask), :client_refs (with changed past days), :new_day_clients (of past days that are new, one entry
-- for each), {disk_limit} and others: the conditions that raise warnings
WITH rolled AS MATERIALIZED (
  SELECT h.client_ref, (:midnight::timestamptz AT TIME ZONE 'UTC')::date AS day,
    {day-sums.sql},
    -- The slots of the current hour that have not ended.
    coalesce(sum(bit_count(
      (h.slot_mask & CASE WHEN h.hour > :hour_start THEN -1 ELSE ~:elapsed_slots::int END)::bit(32))::int)
      FILTER (WHERE h.hour >= :hour_start::timestamptz), 0) AS slots_open
  FROM client_hour h WHERE h.hour >= :midnight AND h.hour < :midnight + interval '1 day'
  GROUP BY h.client_ref),

{changed-days.sql},

-- The clients whose state may change.
outdated AS MATERIALIZED (
  SELECT s.client_ref, s.last_ts, s.warned_to,
    s.warnings IS NULL AND s.late_from IS NULL AND s.warned_to >= :hour_start - interval '1 h' AS without_warnings,
    s.folded_at < :midnight + interval '5 min' OR s.client_ref = ANY (:client_refs::int[]) AS past_changed
  FROM client_state s
  WHERE s.last_seen > s.folded_at - interval '5 min' OR s.folded_at < :midnight + interval '5 min'
    OR s.folded_at > :now::timestamptz OR s.client_ref = ANY (:client_refs)
    OR s.client_ref IN (SELECT client_ref FROM changed)),

new_days AS (
  SELECT client_ref, count(*) AS days
  FROM (SELECT client_ref FROM changed WHERE is_new UNION ALL SELECT unnest(:new_day_clients::int[])) x
  GROUP BY client_ref),

known_devices AS (
  SELECT client_ref, count(*) AS devices FROM device WHERE updated_at >= :hour_start - interval '49 h'
  GROUP BY client_ref),

-- Clients that have no warnings, and whose new heartbeats show no condition: they are evaluated with this. The others
-- are evaluated heartbeat by heartbeat.
calm AS MATERIALIZED (
  SELECT o.client_ref, o.last_ts FROM outdated o LEFT JOIN known_devices k USING (client_ref)
  WHERE o.without_warnings AND o.warned_to < o.last_ts AND NOT coalesce((
    SELECT bool_or(h.disk >= {disk_limit} OR h.mem >= {memory_limit} OR h.gpu_flags & {gpu_flags} <> 0
      OR cardinality(h.device_refs) < k.devices)
    FROM heartbeat h WHERE h.client_ref = o.client_ref AND h.ts > o.warned_to AND h.ts <= o.last_ts), false)),

result AS MATERIALIZED (
  SELECT d.client_ref, coalesce(r.slots - r.slots_open, 0) AS slots, coalesce(n.days, 0) AS days,
    w.last_ts AS warned_to, d.past_changed
  FROM outdated d LEFT JOIN rolled r USING (client_ref) LEFT JOIN new_days n USING (client_ref)
    LEFT JOIN calm w USING (client_ref)),

-- Locks the states last, in the order of ingest, so that a roll-up never waits for ingest while it holds a lock that
-- ingest may need.
locked AS MATERIALIZED (
  SELECT r.* FROM client_state s JOIN result r USING (client_ref) ORDER BY s.client_ref FOR NO KEY UPDATE OF s),

-- States whose past days may have changed lose the day of their uptime, which update-uptime-window.sql computes then.
states AS (
  UPDATE client_state s SET folded_at = :now, slots_today = r.slots, uptime_days = s.uptime_days + r.days,
    warned_to = coalesce(r.warned_to, s.warned_to),
    uptime_y_day = CASE WHEN r.past_changed THEN NULL ELSE s.uptime_y_day END
  FROM locked r WHERE s.client_ref = r.client_ref RETURNING 1)

SELECT (SELECT count(*) FROM states)::int AS clients, (SELECT count(*) FROM changed)::int AS days
