-- The stored conditions of clients that are warnings, with their last change.
--
-- :client_refs
SELECT client_ref, kind, open, sequence FROM fleet_condition
WHERE client_ref = ANY (:client_refs::int[]) AND starts_with(kind, 'warning_')
