-- Roll-ups of single devices, clocks that are wrong, what a fold knows of a client, packed heartbeats.

-- TFLOPS come from config/gpu-models.csv.
ALTER TABLE client_device DROP COLUMN model_ref;
DROP TABLE gpu_alias;
DROP TABLE gpu_model;

-- Nobody ever read these.
ALTER TABLE client DROP COLUMN hb_interval_s;
ALTER TABLE client_state DROP COLUMN net_up, DROP COLUMN net_down, DROP COLUMN mem_total_mb, DROP COLUMN clock_offset_ms;

-- Every accelerator that was ever heard of, by its own identity.
DROP TABLE client_device;
CREATE TABLE device (
  device_ref int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  client_ref int NOT NULL REFERENCES client ON DELETE CASCADE,
  device_uuid text NOT NULL,
  device_index smallint NOT NULL,              -- its place among the host's devices
  name text NOT NULL,
  mem_total_mb int,                            -- MiB
  temp smallint,                               -- °C
  usage smallint,                              -- percent
  mem_usage smallint,                          -- percent of the memory in use
  power_w int,
  updated_at timestamptz NOT NULL,             -- instant of the newest heartbeat that told of it
  UNIQUE (client_ref, device_uuid)
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);
-- A list names the first of each client; nothing in it changes with a heartbeat.
CREATE INDEX device_place ON device (client_ref, device_index);

-- Those that a host has now: the ones that its newest heartbeat told of.
CREATE VIEW client_device AS
  SELECT d.* FROM device d JOIN client_state s ON s.client_ref = d.client_ref AND s.last_ts = d.updated_at;

-- One partition for each UTC month. Each reading has a count of its own: one that is missing is none.
CREATE TABLE device_hour (
  hour timestamptz NOT NULL,
  temp_sum bigint NOT NULL,
  power_sum bigint NOT NULL,
  device_ref int NOT NULL,
  n int NOT NULL,                              -- heartbeats
  usage_n int NOT NULL,
  usage_sum int NOT NULL,
  mem_n int NOT NULL,
  mem_sum int NOT NULL,
  temp_n int NOT NULL,
  power_n int NOT NULL,
  power_max int,
  usage_max smallint,
  mem_max smallint,
  temp_max smallint,
  PRIMARY KEY (device_ref, hour)
) PARTITION BY RANGE (hour);

-- 1: an accelerator is at its warning temperature, 2: at its critical one, 4: less than 5 °C below the
-- warning, 8: one reports a fault. It lies where padding was.
ALTER TABLE heartbeat ADD COLUMN gpu_flags smallint NOT NULL DEFAULT 0;
ALTER TABLE client_hour ADD COLUMN gpu_max smallint NOT NULL DEFAULT 0;      -- most accelerators at once

-- Finds the hours of today for all clients at once; hours never move, so updates stay within the page.
CREATE INDEX client_hour_hour ON client_hour (hour);

-- How far the clock of a host is behind that of the server; no row while it is within two seconds.
CREATE TABLE client_clock (
  client_ref int PRIMARY KEY REFERENCES client ON DELETE CASCADE,
  offset_ms bigint NOT NULL,                   -- added to what the host's clock says
  changed_at timestamptz NOT NULL);

-- What a fold knows of a client, besides its days.
ALTER TABLE client_state DROP COLUMN health_avail;
ALTER TABLE client_state ADD COLUMN first_ts timestamptz;                    -- of the oldest heartbeat ever
ALTER TABLE client_state ADD COLUMN folded_at timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE client_state ADD COLUMN slots_before int NOT NULL DEFAULT 0;     -- of the 29 UTC days before that of folded_at
ALTER TABLE client_state ADD COLUMN slots_today smallint NOT NULL DEFAULT 0; -- of that day, those that were over at folded_at
UPDATE client_state s SET first_ts = (SELECT min(h.last_ts) FROM client_hour h WHERE h.client_ref = s.client_ref);
UPDATE client_state SET first_ts = last_ts WHERE first_ts IS NULL;
ALTER TABLE client_state ALTER COLUMN first_ts SET NOT NULL;

-- Past days whose hours have changed since they were folded. Whoever changes hours of such a day writes its
-- entry in the same transaction, also when it is there: ON CONFLICT (client_ref, day) DO UPDATE SET day = excluded.day.
-- A fold takes away the entries that nobody has written since it read them, and DO NOTHING leaves no trace.
CREATE TABLE client_day_stale (
  client_ref int NOT NULL REFERENCES client ON DELETE CASCADE,
  day date NOT NULL,
  PRIMARY KEY (client_ref, day));
INSERT INTO client_day_stale
  SELECT DISTINCT client_ref, (hour AT TIME ZONE 'UTC')::date FROM client_hour;

-- Heartbeats of closed days, one row for each client and hour, sometimes more. One partition for each UTC
-- day, made when the day is packed.
CREATE TABLE heartbeat_pack (
  hour timestamptz NOT NULL,
  client_ref int NOT NULL,
  ms int[] NOT NULL,                           -- since the begin of the hour, ascending
  cpu smallint[] NOT NULL,
  mem smallint[] NOT NULL,
  disk smallint[] NOT NULL,
  net_up bigint[] NOT NULL,
  net_down bigint[] NOT NULL,
  gpu_flags smallint[] NOT NULL,
  n int GENERATED ALWAYS AS (cardinality(ms)) STORED   -- heartbeats: known without reading the arrays
) PARTITION BY RANGE (hour);
CREATE INDEX heartbeat_pack_client ON heartbeat_pack (client_ref, hour);
