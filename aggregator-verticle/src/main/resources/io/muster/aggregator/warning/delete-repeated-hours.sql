-- Deletes the warnings after hours that are evaluated again.
--
-- :client_refs and :hours (the first one of each)
DELETE FROM client_warning w USING unnest(:client_refs::int[], :hours::timestamptz[]) AS r (client_ref, hour)
WHERE w.client_ref = r.client_ref AND w.hour >= r.hour
