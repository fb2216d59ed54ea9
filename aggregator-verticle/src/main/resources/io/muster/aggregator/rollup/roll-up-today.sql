-- Rolls up the current UTC day, the warnings, and the states of the clients. Returns the numbers of changed clients
-- and days.
--
-- All values are assigned, never added up: a repeated roll-up changes nothing. A client is rolled up until a roll-up
-- has run more than five minutes after the client was last seen, so that nothing depends on the order of commits, on
-- clocks that differ a little, or on slots that have not ended.
--
-- :now, :midnight (of the current UTC day), :hour_start (of the current hour), :elapsed_slots (its slots that have
-- ended, as a mask), :client_refs (with changed past days), :new_day_clients (of past days that are new, one entry
-- for each), {gpu_hot} and others: the bits of the warnings
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
  SELECT s.client_ref, s.last_ts, s.disk, s.mem, s.device_count, s.warn_mask,
    s.last_seen > s.folded_at - interval '5 min' AS seen,
    s.folded_at < :midnight + interval '5 min' OR s.client_ref = ANY (:client_refs::int[]) AS past_changed
  FROM client_state s
  WHERE s.last_seen > s.folded_at - interval '5 min' OR s.folded_at < :midnight + interval '5 min'
    OR s.folded_at > :now::timestamptz OR s.client_ref = ANY (:client_refs)
    OR s.client_ref IN (SELECT client_ref FROM changed)),

new_days AS (
  SELECT client_ref, count(*) AS days
  FROM (SELECT client_ref FROM changed WHERE is_new UNION ALL SELECT unnest(:new_day_clients::int[])) x
  GROUP BY client_ref),

-- For warnings, only clients are examined that were seen since five minutes before the previous roll-up, and have a
-- warning or a newest heartbeat near a limit.
known_devices AS (
  SELECT client_ref, count(*) AS devices FROM device WHERE updated_at >= :hour_start - interval '49 h'
  GROUP BY client_ref),

newest AS (
  SELECT d.*, coalesce((
      SELECT b.gpu_flags FROM heartbeat b WHERE b.client_ref = d.client_ref AND b.ts = d.last_ts), 0) AS flags,
    CASE WHEN d.device_count < k.devices THEN (
      SELECT max(h.gpu_max) FROM client_hour h
      WHERE h.client_ref = d.client_ref AND h.hour >= :hour_start - interval '24 h') END AS most
  FROM outdated d LEFT JOIN known_devices k USING (client_ref) WHERE seen OFFSET 0),

-- The mask of each examined client. Each warning is set from its first condition until its second condition is true.
warned AS (
  SELECT c.client_ref,
    CASE WHEN w.hot OR c.flags & 2 <> 0 THEN {gpu_hot}
      WHEN coalesce(w.warm < w.base, w.base IS NOT NULL) THEN 0 ELSE c.warn_mask & {gpu_hot} END
    | CASE WHEN c.flags & 2 <> 0 THEN {gpu_critical}
      WHEN coalesce(w.warm < w.base, w.base IS NOT NULL) THEN 0 ELSE c.warn_mask & {gpu_critical} END
    | CASE WHEN c.flags & 8 <> 0 THEN {gpu_fault}
      WHEN coalesce(w.fault < w.base, w.base IS NOT NULL) THEN 0 ELSE c.warn_mask & {gpu_fault} END
    | CASE WHEN c.device_count < c.most THEN {gpu_lost}
      WHEN true THEN 0 ELSE c.warn_mask & {gpu_lost} END
    | CASE WHEN c.disk >= 90 THEN {disk_full}
      WHEN coalesce(w.disk85 < w.base, w.base IS NOT NULL) THEN 0 ELSE c.warn_mask & {disk_full} END
    | CASE WHEN c.disk >= 95 THEN {disk_critical}
      WHEN coalesce(w.disk90 < w.base, w.base IS NOT NULL) THEN 0 ELSE c.warn_mask & {disk_critical} END
    | CASE WHEN coalesce(w.mem95 < w.base, w.base IS NOT NULL) THEN {memory_full}
      WHEN coalesce(w.mem90 < w.base, w.base IS NOT NULL) THEN 0 ELSE c.warn_mask & {memory_full} END AS mask
  FROM newest c CROSS JOIN LATERAL (
    -- A condition has held for five minutes if the last heartbeat that contradicts it came before "base": the newest
    -- one that is at least five minutes older than the newest. Without such a heartbeat, no condition has held or
    -- ended.
    SELECT max(b.ts) FILTER (WHERE b.ts <= c.last_ts - interval '5 min') AS base,
      -- warm: an accelerator is at most 5 °C below its warning temperature, or hotter
      max(b.ts) FILTER (WHERE b.gpu_flags & 7 <> 0) AS warm, max(b.ts) FILTER (WHERE b.gpu_flags & 8 <> 0) AS fault,
      max(b.ts) FILTER (WHERE b.disk > 85) AS disk85, max(b.ts) FILTER (WHERE b.disk > 90) AS disk90,
      max(b.ts) FILTER (WHERE b.mem > 90) AS mem90, max(b.ts) FILTER (WHERE b.mem < 95) AS mem95,
      coalesce((array_agg(b.gpu_flags & 1 ORDER BY b.ts DESC))[1:3] = '{1,1,1}', false) AS hot
    FROM heartbeat b
    WHERE b.client_ref = c.client_ref AND b.ts > c.last_ts - interval '10 min' AND b.ts <= c.last_ts) w
  WHERE c.warn_mask <> 0 OR c.flags <> 0 OR c.disk >= 90 OR c.mem >= 95 OR c.device_count < c.most),

result AS MATERIALIZED (
  SELECT d.client_ref, coalesce(r.slots - r.slots_open, 0) AS slots, coalesce(n.days, 0) AS days,
    coalesce(w.mask, d.warn_mask) AS mask, d.past_changed
  FROM outdated d LEFT JOIN rolled r USING (client_ref) LEFT JOIN new_days n USING (client_ref)
    LEFT JOIN warned w USING (client_ref)),

-- Locks the states last, in the order of ingest, so that a roll-up never waits for ingest while it holds a lock that
-- ingest may need.
locked AS MATERIALIZED (
  SELECT r.* FROM client_state s JOIN result r USING (client_ref) ORDER BY s.client_ref FOR NO KEY UPDATE OF s),

-- States whose past days may have changed lose the day of their uptime, which update-uptime-window.sql computes then.
states AS (
  UPDATE client_state s SET folded_at = :now, slots_today = r.slots, uptime_days = s.uptime_days + r.days,
    warn_mask = r.mask, uptime_y_day = CASE WHEN r.past_changed THEN NULL ELSE s.uptime_y_day END
  FROM locked r WHERE s.client_ref = r.client_ref RETURNING 1)

SELECT (SELECT count(*) FROM states)::int AS clients, (SELECT count(*) FROM changed)::int AS days
