-- Stores the fleet events that follow from observations of conditions, and returns them. An observation that is not
-- newer than the last change of its condition, or says the same, changes nothing: so it does not matter how many observers
-- report a change, nor how often, nor to which aggregator. Runs under the lock FLEET_EVENTS.
--
-- :subject_ids, :kinds, :open, :boot_ids, :sequences, :at (ms since the epoch), :client_ids, :hosts, :device_uuids,
-- :members, :silent_after and :silent_until (ms by the clock of the host; null: not a silence), :readings (JSON or null),
-- :now, :oldest (older events are not stored)
WITH observed AS MATERIALIZED (
  SELECT o.*, c.client_ref, least(to_timestamp(o.ms / 1000.0::float8), :now::timestamptz) AS at
  FROM unnest(:subject_ids::text[], :kinds::text[], :open::boolean[], :boot_ids::bigint[], :sequences::bigint[],
      :at::bigint[], :client_ids::uuid[], :hosts::text[], :device_uuids::text[], :members::text[], :silent_after::bigint[],
      :silent_until::bigint[], :readings::text[]) WITH ORDINALITY
      AS o (subject_id, kind, open, boot_id, sequence, ms, client_id, host, device_uuid, member, silent_after, silent_until,
        readings, no)
    LEFT JOIN client c ON c.client_id = o.client_id),

-- A host that sent heartbeats meanwhile is not silent: only the observer did not hear it. The range is corrected as the
-- instants of heartbeats are.
credible AS (
  SELECT o.* FROM observed o
    LEFT JOIN client_clock k ON k.client_ref = o.client_ref AND o.silent_after IS NOT NULL
  WHERE NOT (o.open AND o.silent_after IS NOT NULL AND EXISTS (
    SELECT FROM heartbeat h WHERE h.client_ref = o.client_ref
      AND h.ts > to_timestamp((o.silent_after + coalesce(k.offset_ms, 0)) / 1000.0::float8)
      AND h.ts <= to_timestamp((o.silent_until + coalesce(k.offset_ms, 0)) / 1000.0::float8)))),

-- A collector whose clock was set back has a smaller boot id than before: then the time decides.
newer AS (
  SELECT o.*, coalesce(c.open, false) AS was_open, c.changed_at,
    lag(o.open) OVER (PARTITION BY o.subject_id, o.kind ORDER BY o.boot_id, o.sequence, o.no) AS open_before
  FROM credible o LEFT JOIN fleet_condition c USING (subject_id, kind)
  WHERE c.open IS NULL OR (o.boot_id, o.sequence) > (c.boot_id, c.sequence)
    OR (o.boot_id < c.boot_id AND o.at > c.changed_at + interval '1 min')),

change AS MATERIALIZED (
  SELECT n.*, CASE WHEN NOT open THEN coalesce(
      lag(at) OVER (PARTITION BY subject_id, kind ORDER BY boot_id, sequence, no), changed_at) END AS since
  FROM newer n WHERE open <> coalesce(open_before, was_open)),

conditions AS (
  INSERT INTO fleet_condition AS c (subject_id, kind, open, boot_id, sequence, changed_at, client_ref, device_uuid)
  SELECT DISTINCT ON (subject_id, kind) subject_id, kind, open, boot_id, sequence, greatest(at, since), client_ref, device_uuid
  FROM change ORDER BY subject_id, kind, boot_id DESC, sequence DESC, no DESC
  ON CONFLICT (subject_id, kind) DO UPDATE SET open = excluded.open, boot_id = excluded.boot_id,
    sequence = excluded.sequence, changed_at = excluded.changed_at, client_ref = excluded.client_ref)

INSERT INTO fleet_event (at, since, client_ref, kind, host, client_id, device_uuid, member, readings)
SELECT greatest(at, since), since, client_ref, kind, host, client_id, device_uuid, member, readings::jsonb
FROM change WHERE at >= :oldest::timestamptz ORDER BY no
RETURNING {event-columns.sql}
