-- The effective status of client c with state s at :now: no background job writes it.
CASE
  WHEN c.declared_status IN ('maintenance', 'error') THEN c.declared_status
  WHEN s.last_seen > :now::timestamptz - interval '300 s'
    AND (c.declared_status <> 'offline' OR s.last_seen > c.declared_at) THEN 'online'
  WHEN c.declared_status IN ('online', 'active') AND c.declared_at > :now::timestamptz - interval '300 s'
    THEN c.declared_status
  ELSE 'offline' END
