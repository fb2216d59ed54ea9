-- Deletes the entries of the past days that were rolled up, except those that have changed since they were read (xmin
-- is the transaction that wrote them), and those that another transaction is writing.
--
-- :client_refs, :days and :versions (as read)
WITH unchanged AS MATERIALIZED (
  SELECT s.client_ref, s.day
  FROM client_day_stale s
    JOIN unnest(:client_refs::int[], :days::date[], :versions::text[]) AS r (client_ref, day, version)
    ON s.client_ref = r.client_ref AND s.day = r.day AND s.xmin::text = r.version
  FOR UPDATE OF s SKIP LOCKED)

DELETE FROM client_day_stale s USING unchanged u WHERE s.client_ref = u.client_ref AND s.day = u.day
