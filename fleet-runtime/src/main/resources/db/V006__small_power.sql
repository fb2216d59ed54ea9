-- Minima and maxima of the power in the minutes of devices fit into half of the bytes: no accelerator draws more than
-- 32,767 W, and ingest stores no such reading.
CREATE FUNCTION small_watts(watts int[]) RETURNS smallint[] LANGUAGE sql IMMUTABLE AS
$$
  SELECT array_agg((CASE WHEN w > 32767 THEN 32767 ELSE w END)::smallint ORDER BY no)
  FROM unnest(watts) WITH ORDINALITY AS u (w, no)
$$;
-- One statement, so that the rows are stored like the others: compressed, but in the row.
ALTER TABLE device_minute
  ALTER COLUMN power_min TYPE smallint[] USING small_watts(power_min), ALTER COLUMN power_min SET STORAGE MAIN,
  ALTER COLUMN power_max TYPE smallint[] USING small_watts(power_max), ALTER COLUMN power_max SET STORAGE MAIN;
DROP FUNCTION small_watts(int[]);
