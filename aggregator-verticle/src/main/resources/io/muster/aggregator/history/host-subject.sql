-- The valid hosts that match, two at most: reference, name, and since when single heartbeats are stored, if there are
-- hours of before in the range.
--
-- :from, {filter} (on the client c)
SELECT c.client_ref, c.client_id, c.name, CASE WHEN g.hour < p.raw_since THEN p.raw_since END AS raw_since
FROM (SELECT * FROM client c WHERE c.valid_status = 'valid' AND {filter} LIMIT 2) c
  LEFT JOIN LATERAL (
    SELECT hour FROM client_hour
    WHERE client_ref = c.client_ref AND hour >= date_bin('1 h', :from::timestamptz, 'epoch') ORDER BY hour LIMIT 1) g
    ON true,
  ({series-since.sql}) p
