-- Locks the imported hours in the order of ingest: afterwards their heartbeats and they agree.
SELECT count(*) FROM (SELECT client_ref, hour FROM imported_hour ORDER BY client_ref, hour) i CROSS JOIN LATERAL (
  SELECT FROM client_hour h WHERE h.client_ref = i.client_ref AND h.hour = i.hour FOR NO KEY UPDATE) h
