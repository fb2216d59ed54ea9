-- Since when single heartbeats and minutes are stored, as the names of the daily partitions show.
SELECT to_date(min(day) FILTER (WHERE parent <> 'device_minute'::regclass), 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC'
    AS raw_since,
  to_date(min(day) FILTER (WHERE parent = 'device_minute'::regclass), 'YYYYMMDD')::timestamp AT TIME ZONE 'UTC'
    AS minutes_since
FROM (
  SELECT i.inhparent AS parent, right(p.relname, 8) AS day
  FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhrelid
  WHERE i.inhparent IN ('heartbeat'::regclass, 'heartbeat_pack'::regclass, 'device_minute'::regclass)
    AND NOT i.inhdetachpending) x
