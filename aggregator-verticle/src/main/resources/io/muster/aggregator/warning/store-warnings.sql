-- Stores the warnings of clients, and how far they are. Heartbeats that were late meanwhile stay listed. The locks are
-- acquired in the order of ingest, as in the roll-up.
--
-- :client_refs, :late_counts (as read), :warned_to, :masks (of the raised warnings), :warnings (JSON, [] for none)
WITH result AS MATERIALIZED (
  SELECT * FROM unnest(:client_refs::int[], :late_counts::int[], :warned_to::timestamptz[], :masks::int[],
    :warnings::text[]) AS r (client_ref, late_count, warned_to, mask, warnings)),

locked AS MATERIALIZED (
  SELECT r.* FROM client_state s JOIN result r USING (client_ref) ORDER BY s.client_ref FOR NO KEY UPDATE OF s)

UPDATE client_state s SET warned_to = r.warned_to, warn_mask = r.mask, warnings = nullif(r.warnings, '[]')::jsonb,
  late_from = CASE WHEN s.late_count <> r.late_count THEN s.late_from END
FROM locked r WHERE s.client_ref = r.client_ref
