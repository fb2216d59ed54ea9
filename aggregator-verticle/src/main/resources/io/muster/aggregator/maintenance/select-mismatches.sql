-- The clients and hours, :max_rows at most, that must be staged again: the number of their staged heartbeats, with those
-- compacted before, differs from that of the roll-up, and not only because the roll-up was imported and its heartbeats
-- were not.
SELECT client_ref, hour
FROM (
  SELECT client_ref, hour, coalesce(p.staged, 0) AS staged
  FROM (SELECT client_ref, hour, n FROM client_hour WHERE hour >= {day_start} AND hour < {day_end}) h
  FULL JOIN (
    SELECT client_ref, hour, sum(n) AS n, sum(staged) AS staged
    FROM (
      SELECT client_ref, hour, n, n AS staged FROM {staging}
      UNION ALL SELECT client_ref, hour, n, 0 FROM heartbeat_pack WHERE hour >= {day_start} AND hour < {day_end}) x
    GROUP BY 1, 2) p USING (client_ref, hour)
  WHERE h.n IS DISTINCT FROM p.n) m
WHERE staged <> (
  SELECT count(*) FROM {raw} r WHERE r.client_ref = m.client_ref AND r.ts >= m.hour AND r.ts < m.hour + interval '1 h')
LIMIT :max_rows
