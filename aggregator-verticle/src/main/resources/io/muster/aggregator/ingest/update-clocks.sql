-- Updates the stored clock offsets that are wrong by more than five seconds, and returns them: the client, its offset, and
-- the time of the database (ms), which orders the changes of all aggregators.
--
-- :client_ids, :measured_offsets (to be added to their clocks, ms; null: unknown, 0: none), :now
WITH moved AS MATERIALIZED (
  SELECT c.client_ref, c.client_id, c.name, r.measured
  FROM unnest(:client_ids::uuid[], :measured_offsets::bigint[]) AS r (id, measured) JOIN client c ON c.client_id = r.id
    LEFT JOIN client_clock k USING (client_ref)
  WHERE abs(r.measured - coalesce(k.offset_ms, 0)) > 5000),

corrected AS (
  DELETE FROM client_clock k USING moved m WHERE k.client_ref = m.client_ref AND m.measured = 0),

stored AS (
  INSERT INTO client_clock (client_ref, offset_ms, changed_at)
  SELECT client_ref, measured, :now::timestamptz FROM moved WHERE measured <> 0 ORDER BY 1
  ON CONFLICT (client_ref) DO UPDATE SET offset_ms = excluded.offset_ms, changed_at = excluded.changed_at)

SELECT client_id, name, measured AS offset_ms, (date_part('epoch', clock_timestamp()) * 1000)::bigint AS changed_ms
FROM moved
