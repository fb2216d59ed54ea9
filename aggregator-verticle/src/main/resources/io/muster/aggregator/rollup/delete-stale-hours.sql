-- Deletes the entries of the hours that were rolled up, as delete-stale-days.sql does.
--
-- :client_refs, :hours and :versions (as read)
WITH unchanged AS MATERIALIZED (
  SELECT s.client_ref, s.hour
  FROM device_hour_stale s
    JOIN unnest(:client_refs::int[], :hours::timestamptz[], :versions::text[]) AS r (client_ref, hour, version)
    ON s.client_ref = r.client_ref AND s.hour = r.hour AND s.xmin::text = r.version
  FOR UPDATE OF s SKIP LOCKED)

DELETE FROM device_hour_stale s USING unchanged u WHERE s.client_ref = u.client_ref AND s.hour = u.hour
