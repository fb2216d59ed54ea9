-- A page of the hosts of all owners that match. The first row contains only the total of all matches; the hosts follow,
-- one more than requested if there are more.
--
-- :valid_status, :now, :limit, {filter} (on the columns of c), {sort_key} and {direction} (of the order, with the
-- number of the client after the key), {after} (true, or the condition that continues an earlier page)
WITH matched AS MATERIALIZED (
  -- Of all hosts, only what the condition and the order need is computed.
  SELECT client_ref, {sort_key} AS sort_key FROM ({host-columns.sql} WHERE c.valid_status = :valid_status) c
  WHERE {filter}),

page AS (
  SELECT * FROM matched WHERE {after}
  ORDER BY sort_key {direction}, client_ref {direction} LIMIT :limit::bigint + 1),

listed AS (
  SELECT c.*, p.sort_key
  FROM page p CROSS JOIN LATERAL ({host-columns.sql} WHERE c.client_ref = p.client_ref OFFSET 0) c)

SELECT t.total, l.*, l.sort_key::text AS sort_text, ARRAY(
  SELECT DISTINCT d.name FROM unnest(l.device_refs) AS r (device_ref) JOIN device d USING (device_ref) ORDER BY 1)
    AS gpu_models
FROM (SELECT count(*) AS total FROM matched) t FULL JOIN listed l ON false
ORDER BY t.total, l.sort_key {direction}, l.client_ref {direction}
