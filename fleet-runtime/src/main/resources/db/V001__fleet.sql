-- Clients, their newest state and devices, their history, and the model catalogue.
-- Every day is a UTC day. Percentages are 0..100, network counts are bytes since the heartbeat before.

CREATE TABLE gpu_model (
  model_ref int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  canonical_name text NOT NULL UNIQUE,
  vendor text NOT NULL,
  fp32_tflops numeric(7,2) NOT NULL,          -- peak dense FP32 without tensor cores
  mem_mb int,
  estimated boolean NOT NULL DEFAULT false);
CREATE TABLE gpu_alias (                       -- normalised names, as the drivers spell them
  alias text PRIMARY KEY,
  model_ref int NOT NULL REFERENCES gpu_model);

CREATE TABLE client (
  client_ref int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  client_id uuid NOT NULL UNIQUE,
  user_id text NOT NULL CHECK (char_length(user_id) BETWEEN 1 AND 255),
  name text NOT NULL CHECK (char_length(name) <= 255),
  os_type text CHECK (char_length(os_type) <= 64),
  declared_status text NOT NULL
    CHECK (declared_status IN ('active', 'online', 'offline', 'maintenance', 'error')),
  declared_at timestamptz NOT NULL DEFAULT now(),
  valid_status text NOT NULL DEFAULT 'valid' CHECK (valid_status IN ('valid', 'invalid')),
  hb_interval_s smallint NOT NULL DEFAULT 10,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX client_user ON client (user_id, created_at, client_ref)
  INCLUDE (valid_status, declared_status);

-- One hot row for each client; no further index, so that updates stay within the page.
CREATE TABLE client_state (
  client_ref int PRIMARY KEY REFERENCES client ON DELETE CASCADE,
  last_ts timestamptz NOT NULL,                -- corrected event time of the newest heartbeat
  last_seen timestamptz NOT NULL,              -- the server's clock
  net_up bigint NOT NULL,
  net_down bigint NOT NULL,
  mem_total_mb int NOT NULL DEFAULT 0,
  tflops numeric(9,2) NOT NULL DEFAULT 0,
  clock_offset_ms int NOT NULL DEFAULT 0,
  cpu smallint,
  mem smallint,
  disk smallint,
  device_count smallint NOT NULL DEFAULT 0,
  warn_mask int NOT NULL DEFAULT 0,
  health_avail smallint NOT NULL DEFAULT 0,
  uptime_days int NOT NULL DEFAULT 0,
  uptime_y smallint,                           -- uptime of the day uptime_y_day, 0..100
  uptime_y_day date
) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05);

CREATE TABLE client_device (
  client_ref int NOT NULL REFERENCES client ON DELETE CASCADE,
  device_index smallint NOT NULL,
  device_uuid text,                            -- the device's identity; the index is only its place
  model_ref int REFERENCES gpu_model,
  name text NOT NULL,
  mem_total_mb int,
  temp smallint,
  usage smallint,
  mem_usage smallint,
  power_w int,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (client_ref, device_index)
) WITH (fillfactor = 70);

-- One partition for each UTC day.
CREATE TABLE heartbeat (
  ts timestamptz NOT NULL,
  net_up bigint NOT NULL,
  net_down bigint NOT NULL,
  client_ref int NOT NULL,
  cpu smallint NOT NULL,
  mem smallint NOT NULL,
  disk smallint NOT NULL,
  PRIMARY KEY (client_ref, ts)
) PARTITION BY RANGE (ts);
CREATE INDEX heartbeat_ts ON heartbeat USING brin (ts) WITH (pages_per_range = 32);

-- One partition for each UTC month.
CREATE TABLE client_hour (
  hour timestamptz NOT NULL,
  last_ts timestamptz NOT NULL,
  net_up bigint NOT NULL,
  net_down bigint NOT NULL,
  client_ref int NOT NULL,
  n int NOT NULL,
  cpu_sum int NOT NULL,
  mem_sum int NOT NULL,
  disk_sum int NOT NULL,
  slot_mask int NOT NULL,                      -- one bit for each of the 30 two-minute slots
  cpu_max smallint,
  mem_max smallint,
  disk_max smallint,
  PRIMARY KEY (client_ref, hour)
) PARTITION BY RANGE (hour);

CREATE TABLE client_day (
  last_ts timestamptz NOT NULL,
  net_up bigint NOT NULL,
  net_down bigint NOT NULL,
  client_ref int NOT NULL,
  day date NOT NULL,
  n int NOT NULL,
  cpu_sum bigint NOT NULL,
  mem_sum bigint NOT NULL,
  disk_sum bigint NOT NULL,
  slots smallint NOT NULL CHECK (slots BETWEEN 0 AND 720),
  PRIMARY KEY (client_ref, day));

CREATE TABLE model (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  version text NOT NULL,
  version_code bigint NOT NULL CHECK (version_code > 0),
  engine_type smallint NOT NULL,
  is_active boolean NOT NULL DEFAULT true,
  min_memory_mb int,
  min_gpu_memory_gb int,
  created_at timestamptz NOT NULL DEFAULT now(),
  UNIQUE (name, version));
