-- The clients and hours, :max_rows at most, whose number of staged heartbeats, with those compacted before, differs from
-- that of the roll-up.
SELECT client_ref, hour
FROM (SELECT client_ref, hour, n FROM client_hour WHERE hour >= {day_start} AND hour < {day_end}) h
FULL JOIN (
  SELECT client_ref, hour, sum(n) AS n
  FROM (
    SELECT client_ref, hour, n FROM {staging}
    UNION ALL SELECT client_ref, hour, n FROM heartbeat_pack WHERE hour >= {day_start} AND hour < {day_end}) x
  GROUP BY 1, 2) p USING (client_ref, hour)
WHERE h.n IS DISTINCT FROM p.n
LIMIT :max_rows
