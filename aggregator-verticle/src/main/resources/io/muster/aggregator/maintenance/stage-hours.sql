-- Stages the packs of some hours.
WITH raw AS (
  SELECT h.*, date_trunc('hour', h.ts, 'UTC') AS hour FROM {raw} h WHERE h.ts >= {from} AND h.ts < {until}),

{packs.sql}

INSERT INTO {staging} ({pack-columns.sql})
SELECT {pack-columns.sql} FROM {matching-packs.sql}
