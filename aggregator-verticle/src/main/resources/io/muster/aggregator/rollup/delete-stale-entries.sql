-- Deletes the entries of what was rolled up, except those that have changed since they were read (xmin is the transaction
-- that wrote them), and those that another transaction is writing.
--
-- :client_refs, :starts and :versions (as read), {table}, {start} (its column) and {type} (of that column)
WITH unchanged AS MATERIALIZED (
  SELECT s.client_ref, s.{start}
  FROM {table} s
    JOIN unnest(:client_refs::int[], :starts::{type}[], :versions::text[]) AS r (client_ref, start, version)
    ON s.client_ref = r.client_ref AND s.{start} = r.start AND s.xmin::text = r.version
  FOR UPDATE OF s SKIP LOCKED)

DELETE FROM {table} s USING unchanged u WHERE s.client_ref = u.client_ref AND s.{start} = u.{start}
