-- The raw heartbeats of some clients and hours, :client_refs and :hours.
raw AS (
  SELECT h.*, date_trunc('hour', h.ts, 'UTC') AS hour
  FROM unnest(:client_refs::int[], :hours::timestamptz[]) AS c (client_ref, hour)
    JOIN {raw} h ON h.client_ref = c.client_ref AND h.ts >= c.hour AND h.ts < c.hour + interval '1 h')
