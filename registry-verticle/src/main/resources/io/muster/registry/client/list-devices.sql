-- A page of the current devices of all valid clients that match. The first row contains only the total of all matches;
-- the devices follow, one more than requested if there are more.
--
-- :limit, {filter} (on the columns of d), {sort_key} and {direction} (of the order, with the number of the device after
-- the key), {after} (true, or the condition that continues an earlier page)
WITH matched AS MATERIALIZED (
  SELECT * FROM (
    SELECT d.device_ref, d.device_uuid, d.device_index, d.name, d.mem_total_mb, d.usage, d.mem_usage, d.temp, d.power_w,
      d.updated_at, c.client_id, c.name AS host, c.user_id
    FROM client c JOIN client_device d USING (client_ref) WHERE c.valid_status = 'valid') d
  WHERE {filter}),

listed AS (
  SELECT d.*, {sort_key} AS sort_key FROM matched d WHERE {after}
  ORDER BY sort_key {direction}, device_ref {direction} LIMIT :limit::bigint + 1)

SELECT t.total, l.*, l.sort_key::text AS sort_text
FROM (SELECT count(*) AS total FROM matched) t FULL JOIN listed l ON false
ORDER BY t.total, l.sort_key {direction}, l.device_ref {direction}
