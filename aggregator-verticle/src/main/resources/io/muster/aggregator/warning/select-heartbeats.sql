-- The heartbeats of clients, by client and in the order of their instants; devices, temp and most are null if they do not
-- report devices. Raw ones first, because a statement that waits for the lock of a compaction then reads the packs.
--
-- :client_refs, :after (exclusive) and :until (of each client)
WITH client AS MATERIALIZED (
  SELECT * FROM unnest(:client_refs::int[], :after::timestamptz[], :until::timestamptz[]) AS c (client_ref, after, until)),

sample AS (
  SELECT c.client_ref, h.*
  FROM client c CROSS JOIN LATERAL (
    SELECT h.ts, h.disk, h.mem, h.gpu_flags, cardinality(h.device_refs) AS devices,
      (SELECT max(temp) FROM unnest(h.device_temp) temp) AS temp
    FROM heartbeat h WHERE h.client_ref = c.client_ref AND h.ts > c.after AND h.ts <= c.until
    UNION ALL
    SELECT t.ts, u.disk, u.mem, u.gpu_flags, cardinality(p.device_refs),
      (SELECT max(temp) FROM unnest(p.device_temp[u.no::int : u.no::int]) temp)
    FROM heartbeat_pack p
      CROSS JOIN LATERAL unnest(p.ms, p.disk, p.mem, p.gpu_flags) WITH ORDINALITY AS u (ms, disk, mem, gpu_flags, no)
      CROSS JOIN LATERAL (SELECT p.hour + u.ms * interval '1 ms' AS ts) t
    WHERE p.client_ref = c.client_ref AND p.hour >= date_bin('1 h', c.after, 'epoch') AND p.hour <= c.until
      AND t.ts > c.after AND t.ts <= c.until OFFSET 0) h),

-- The most devices at once in each hour and the 24 hours before.
hour AS (
  SELECT c.client_ref, h.hour, h.most
  FROM client c CROSS JOIN LATERAL (
    SELECT hour, max(gpu_max) OVER (ORDER BY hour RANGE interval '24 h' PRECEDING) AS most FROM client_hour
    WHERE client_ref = c.client_ref AND hour >= date_bin('1 h', c.after, 'epoch') - interval '24 h' AND hour <= c.until
    OFFSET 0) h)

SELECT s.client_ref, s.ts, s.disk, s.mem, s.gpu_flags, s.devices, s.temp, greatest(h.most, s.devices) AS most
FROM sample s LEFT JOIN hour h ON h.client_ref = s.client_ref AND h.hour = date_bin('1 h', s.ts, 'epoch')
ORDER BY s.client_ref, s.ts
