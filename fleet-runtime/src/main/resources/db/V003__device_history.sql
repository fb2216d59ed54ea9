-- The readings of devices: as arrays in the heartbeat that reported them, and rolled up by the minute.

-- Parallel arrays: the devices that the heartbeat reports, by their place, and a reading of each; a missing one is
-- null. All are null if the heartbeat says nothing about devices, or was stored before this version; {}: there is none.
ALTER TABLE heartbeat
  ADD COLUMN device_refs int[], ADD COLUMN device_usage smallint[], ADD COLUMN device_mem smallint[],
  ADD COLUMN device_temp smallint[], ADD COLUMN device_power int[];

-- A pack contains heartbeats of one client and hour that report the same devices. The readings are those of all
-- devices of its first heartbeat, then those of the second, and so on: cardinality(ms) * cardinality(device_refs).
ALTER TABLE heartbeat_pack
  ADD COLUMN device_refs int[], ADD COLUMN device_usage smallint[], ADD COLUMN device_mem smallint[],
  ADD COLUMN device_temp smallint[], ADD COLUMN device_power int[];

-- A day that is compacted and whose removal was interrupted is still read once.
DO $$
DECLARE detached text;
BEGIN
  FOR detached IN
    SELECT c.relname FROM pg_class c
    WHERE c.relkind = 'r' AND c.relname ~ '^heartbeat_[0-9]{8}$' AND NOT c.relispartition
      AND c.relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'heartbeat'::regclass)
  LOOP
    EXECUTE format('ALTER TABLE %I ADD COLUMN device_refs int[], ADD COLUMN device_usage smallint[],
      ADD COLUMN device_mem smallint[], ADD COLUMN device_temp smallint[], ADD COLUMN device_power int[]', detached);
  END LOOP;
END $$;

-- The devices of the newest heartbeat that reported any, or none.
ALTER TABLE client_state
  ADD COLUMN devices_at timestamptz NOT NULL DEFAULT '-infinity',   -- its instant
  ADD COLUMN device_refs int[], ADD COLUMN device_usage smallint[], ADD COLUMN device_mem smallint[],
  ADD COLUMN device_temp smallint[], ADD COLUMN device_power int[];
UPDATE client_state s SET devices_at = s.last_ts, device_refs = coalesce(d.refs, '{}'),
  device_usage = coalesce(d.usage, '{}'), device_mem = coalesce(d.mem, '{}'), device_temp = coalesce(d.temp, '{}'),
  device_power = coalesce(d.power, '{}')
FROM client_state o LEFT JOIN (
  SELECT client_ref, array_agg(device_ref ORDER BY device_index, device_ref) AS refs,
    array_agg(usage ORDER BY device_index, device_ref) AS usage,
    array_agg(mem_usage ORDER BY device_index, device_ref) AS mem,
    array_agg(temp ORDER BY device_index, device_ref) AS temp,
    array_agg(power_w ORDER BY device_index, device_ref) AS power
  FROM client_device GROUP BY client_ref) d USING (client_ref)
WHERE o.client_ref = s.client_ref;

-- What a device is; nothing in it changes with a heartbeat. updated_at is an instant at which a heartbeat reported it:
-- the newest one that changed something, or a later one, at most a day before the newest of all.
DROP VIEW client_device;
DROP INDEX device_place;
ALTER TABLE device DROP COLUMN temp, DROP COLUMN usage, DROP COLUMN mem_usage, DROP COLUMN power_w;
ALTER TABLE device RESET (fillfactor, autovacuum_vacuum_scale_factor);

-- The devices that a host has now, with their newest readings.
CREATE VIEW client_device AS
  SELECT d.device_ref, d.client_ref, d.device_uuid, d.device_index, d.name, d.mem_total_mb, r.temp, r.usage,
    r.mem_usage, r.power_w, s.devices_at AS updated_at
  FROM client_state s
    CROSS JOIN LATERAL unnest(s.device_refs, s.device_temp, s.device_usage, s.device_mem, s.device_power)
      AS r (device_ref, temp, usage, mem_usage, power_w)
    JOIN device d ON d.device_ref = r.device_ref;

-- Null in the hours of before this version, and where no heartbeat has such a reading. The energy of a minute is its
-- mean power times 60 s; that of an hour is the sum of the minutes with a reading of the power, J.
ALTER TABLE device_hour
  ADD COLUMN usage_min smallint, ADD COLUMN mem_min smallint, ADD COLUMN temp_min smallint, ADD COLUMN power_min int,
  ADD COLUMN energy_j bigint;

-- One partition for each UTC day. Each array has 60 elements, one for each minute of the hour; sum, minimum and
-- maximum of a minute without a reading are null. usage_n and the like are null if each is equal to n.
CREATE TABLE device_minute (
  hour timestamptz NOT NULL,
  device_ref int NOT NULL,
  n int[] NOT NULL,                            -- heartbeats that reported the device; 0: none
  usage_n int[],
  usage_sum int[] NOT NULL,
  usage_min smallint[] NOT NULL,
  usage_max smallint[] NOT NULL,
  mem_n int[],
  mem_sum int[] NOT NULL,
  mem_min smallint[] NOT NULL,
  mem_max smallint[] NOT NULL,
  temp_n int[],
  temp_sum int[] NOT NULL,
  temp_min smallint[] NOT NULL,
  temp_max smallint[] NOT NULL,
  power_n int[],
  power_sum int[] NOT NULL,
  power_min int[] NOT NULL,
  power_max int[] NOT NULL,
  PRIMARY KEY (device_ref, hour)
) PARTITION BY RANGE (hour);
-- With the storage parameter of the partitions: compressed, but in the row.
ALTER TABLE device_minute
  ALTER COLUMN n SET STORAGE MAIN, ALTER COLUMN usage_n SET STORAGE MAIN, ALTER COLUMN usage_sum SET STORAGE MAIN,
  ALTER COLUMN usage_min SET STORAGE MAIN, ALTER COLUMN usage_max SET STORAGE MAIN, ALTER COLUMN mem_n SET STORAGE MAIN,
  ALTER COLUMN mem_sum SET STORAGE MAIN, ALTER COLUMN mem_min SET STORAGE MAIN, ALTER COLUMN mem_max SET STORAGE MAIN,
  ALTER COLUMN temp_n SET STORAGE MAIN, ALTER COLUMN temp_sum SET STORAGE MAIN, ALTER COLUMN temp_min SET STORAGE MAIN,
  ALTER COLUMN temp_max SET STORAGE MAIN, ALTER COLUMN power_n SET STORAGE MAIN, ALTER COLUMN power_sum SET STORAGE MAIN,
  ALTER COLUMN power_min SET STORAGE MAIN, ALTER COLUMN power_max SET STORAGE MAIN;

-- How far the roll-up of devices is, one row: all hours before this one, and of this one the clients up to this one.
CREATE TABLE device_rollup (
  hour timestamptz NOT NULL,
  client_ref int NOT NULL);
INSERT INTO device_rollup VALUES (date_trunc('hour', now(), 'UTC'), 0);

-- Hours of a client that had ended when a heartbeat with devices was received. Ingest writes its entry as it does in
-- client_day_stale, and the roll-up takes it away in the same manner.
CREATE TABLE device_hour_stale (
  client_ref int NOT NULL REFERENCES client ON DELETE CASCADE,
  hour timestamptz NOT NULL,
  PRIMARY KEY (client_ref, hour));
