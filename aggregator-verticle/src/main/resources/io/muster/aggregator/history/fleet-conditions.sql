-- The conditions of hosts and devices at one instant: those that are still open, and those that have ended since.
--
-- :at, :kinds
SELECT c.client_ref, c.device_uuid, c.kind, c.since, d.name, d.mem_total_mb
FROM (
    SELECT client_ref, device_uuid, kind, changed_at AS since FROM fleet_condition WHERE open AND changed_at <= :at
    UNION ALL
    SELECT client_ref, device_uuid, kind, since FROM fleet_event
    WHERE since IS NOT NULL AND at > :at AND tstzrange(since, at) @> :at::timestamptz) c
  LEFT JOIN device d USING (client_ref, device_uuid)
WHERE c.client_ref IS NOT NULL AND c.kind = ANY (:kinds::text[])
