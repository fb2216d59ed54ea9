-- Compacts the heartbeats that arrived between the last compaction and the detachment of the raw partition, and drops it.
WITH raw AS (
  SELECT h.*, date_trunc('hour', h.ts, 'UTC') AS hour FROM {raw} h),

{packs.sql}

INSERT INTO {packs} ({pack-columns.sql})
SELECT {pack-columns.sql} FROM pack;
DROP TABLE {raw}
