-- Conditions of hosts, accelerators and members, and the fleet events of their begins and ends.

-- One row for each condition that was ever observed, also after its end for a while: older observations that arrive late
-- must not change it.
CREATE TABLE fleet_condition (
  subject_id text NOT NULL,                    -- client id, client id/UUID of the accelerator, or id of the node
  kind text NOT NULL,
  open boolean NOT NULL,
  boot_id bigint NOT NULL,                     -- the position of the last change, by which observations are ordered
  sequence bigint NOT NULL,
  changed_at timestamptz NOT NULL,             -- its instant
  client_ref int REFERENCES client ON DELETE CASCADE,
  device_uuid text,
  PRIMARY KEY (subject_id, kind));
CREATE INDEX fleet_condition_open ON fleet_condition (kind) WHERE open;
CREATE INDEX fleet_condition_client ON fleet_condition (client_ref);

-- One partition for each UTC month.
CREATE SEQUENCE fleet_event_id;
CREATE TABLE fleet_event (
  id bigint NOT NULL DEFAULT nextval('fleet_event_id'),
  at timestamptz NOT NULL,
  since timestamptz,                           -- of an end: the instant of the begin; null: this is a begin
  client_ref int,
  kind text NOT NULL,
  host text,
  client_id uuid,
  device_uuid text,
  member text,
  readings jsonb,
  PRIMARY KEY (at, id)
) PARTITION BY RANGE (at);
CREATE INDEX fleet_event_client ON fleet_event (client_ref, at);
CREATE INDEX fleet_event_host ON fleet_event (host, at);
-- Finds the conditions of an instant that have ended since.
CREATE INDEX fleet_event_during ON fleet_event USING gist (tstzrange(since, at)) WHERE since IS NOT NULL;

-- What is open already is no event.
INSERT INTO fleet_condition
  SELECT replace(c.client_id::text, '-', ''), 'warning_' || lower(w.name), true, 0, w.millis,
    to_timestamp(w.millis / 1000.0), c.client_ref
  FROM client_state s JOIN client c USING (client_ref)
    CROSS JOIN LATERAL (
      SELECT v ->> 'warning' AS name, (v ->> 'since_millis')::bigint AS millis FROM jsonb_array_elements(s.warnings) v
      WHERE (v ->> 'raised')::boolean) w;
INSERT INTO fleet_condition
  SELECT replace(c.client_id::text, '-', ''), 'clock_skew', true, 0, (date_part('epoch', k.changed_at) * 1000)::bigint,
    k.changed_at, c.client_ref
  FROM client_clock k JOIN client c USING (client_ref);
