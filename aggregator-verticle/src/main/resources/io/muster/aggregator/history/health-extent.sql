-- The extent of the heartbeats in a range: the number of clients that have ever reported, and the last instant at
-- which one did; the numbers of heartbeats, of minutes (an upper bound) and of hours, and the oldest hour, of the
-- client hours that are read; the start of the stored hours, and of the stored single heartbeats.
--
-- :user_id, :from, :until, :max_hours (of the client hours that are read), {client_condition}
WITH owned AS MATERIALIZED (
  SELECT c.client_ref FROM client c WHERE c.user_id = :user_id {client_condition} AND c.valid_status = 'valid'),

reported AS (
  SELECT count(*)::int AS clients, max(s.last_ts) AS last_ts FROM owned JOIN client_state s USING (client_ref)),

sampled AS (
  SELECT coalesce(sum(n), 0)::bigint AS heartbeats, coalesce(sum(least(n, 60)), 0)::bigint AS minutes,
    count(*) AS hours, min(hour) AS oldest
  FROM (
    SELECT h.n, h.hour FROM owned o CROSS JOIN LATERAL (
      SELECT h.n, h.hour FROM client_hour h
      WHERE h.client_ref = o.client_ref AND h.hour >= date_bin('1 h', :from::timestamptz, 'epoch')
        AND h.hour < :until::timestamptz
      LIMIT :max_hours) h
    LIMIT :max_hours) x),

-- The partitions show since when data is stored.
stored AS (
  SELECT min(since) FILTER (WHERE inhparent = 'client_hour'::regclass) AS hours_since,
    min(since) FILTER (WHERE inhparent <> 'client_hour'::regclass) AS raw_since
  FROM (
    SELECT i.inhparent, substring(pg_get_expr(p.relpartbound, p.oid) FROM '''([^'']+)''')::timestamptz AS since
    FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhrelid
    WHERE i.inhparent IN ('heartbeat'::regclass, 'heartbeat_pack'::regclass, 'client_hour'::regclass)) x)

SELECT * FROM reported, sampled, stored
