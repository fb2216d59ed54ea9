-- A page of the current devices of all valid clients that match. The first row contains only the total of all matches;
-- the devices follow, one more than requested if there are more.
--
-- :limit, {filter} (on the columns of d), {sort_key} and {direction} (of the order, with the number of the device after
-- the key), {after} (true, or the condition that continues an earlier page)
WITH matched AS MATERIALIZED (
  -- Of all devices, only what the condition and the order need is read.
  SELECT client_ref, device_ref, {sort_key} AS sort_key FROM ({device-columns.sql}) d WHERE {filter}),

page AS (
  SELECT * FROM matched WHERE {after}
  ORDER BY sort_key {direction}, device_ref {direction} LIMIT :limit::bigint + 1),

listed AS (
  SELECT d.*, p.sort_key
  FROM page p CROSS JOIN LATERAL (
    {device-columns.sql} AND c.client_ref = p.client_ref AND r.device_ref = p.device_ref OFFSET 0) d)

SELECT t.total, l.*, l.sort_key::text AS sort_text
FROM (SELECT count(*) AS total FROM matched) t FULL JOIN listed l ON false
ORDER BY t.total, l.sort_key {direction}, l.device_ref {direction}
