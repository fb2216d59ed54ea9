-- How far the roll-up of clients is, one row: it has seen all that was committed before this instant.
CREATE TABLE client_rollup (rolled_up_at timestamptz NOT NULL);
INSERT INTO client_rollup
  SELECT coalesce(max(folded_at) FILTER (WHERE isfinite(folded_at)), now()) FROM client_state;

-- The warnings of a client are those after its heartbeat of warned_to. Ingest lists heartbeats that are not newer than
-- others of the client: the oldest of them, and how often it did, so that an evaluation deletes only what it has seen.
ALTER TABLE client_state
  ADD COLUMN warned_to timestamptz NOT NULL DEFAULT '-infinity',
  ADD COLUMN late_from timestamptz,
  ADD COLUMN late_count int NOT NULL DEFAULT 0,
  ADD COLUMN warnings jsonb;                   -- open ones, raised (as in warn_mask) or about to be; null: none
UPDATE client_state s SET warned_to = last_ts, warnings = (
  SELECT jsonb_agg(jsonb_build_object('warning', w.name, 'since_millis', (extract(epoch FROM s.last_ts) * 1000)::bigint,
    'heartbeats', 1, 'peak', w.peak, 'raised', true, 'calm_since_millis', NULL))
  FROM (VALUES (4, 'GPU_HOT', NULL), (8, 'DISK_FULL', s.disk), (16, 'MEMORY_FULL', s.mem), (32, 'GPU_LOST', NULL),
    (64, 'GPU_FAULT', NULL), (256, 'GPU_CRITICAL', NULL), (512, 'DISK_CRITICAL', s.disk)) AS w (bit, name, peak)
  WHERE s.warn_mask & w.bit <> 0);

-- The open warnings of a client after the last heartbeat of an hour; no row: none. A late heartbeat repeats the
-- evaluation from them.
CREATE TABLE client_warning (
  client_ref int NOT NULL REFERENCES client ON DELETE CASCADE,
  hour timestamptz NOT NULL,
  warnings jsonb NOT NULL,
  PRIMARY KEY (client_ref, hour));
