-- Stores the warnings of clients after hours.
--
-- :client_refs, :hours and :warnings (JSON)
INSERT INTO client_warning (client_ref, hour, warnings)
SELECT client_ref, hour, warnings::jsonb
FROM unnest(:client_refs::int[], :hours::timestamptz[], :warnings::text[]) AS r (client_ref, hour, warnings)
ON CONFLICT (client_ref, hour) DO UPDATE SET warnings = excluded.warnings
