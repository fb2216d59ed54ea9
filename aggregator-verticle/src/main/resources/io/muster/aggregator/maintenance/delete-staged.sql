-- Deletes the packs of some clients and hours, :client_refs and :hours, from the staging table.
DELETE FROM {staging} s USING unnest(:client_refs::int[], :hours::timestamptz[]) AS c (client_ref, hour)
WHERE s.client_ref = c.client_ref AND s.hour = c.hour
