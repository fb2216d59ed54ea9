-- The columns of hosts by which a list is filtered and ordered, and which a HostRow reads.
SELECT c.client_ref, c.client_id, c.name, c.user_id, c.valid_status, c.os_type, c.created_at, c.declared_at,
  {client-status.sql} AS status, s.last_seen, s.cpu, s.mem, s.disk, s.uptime_days, s.uptime_y, s.uptime_y_day,
  s.warnings::text AS open_warnings, s.device_refs, coalesce(s.device_count, 0) AS gpu_count,
  coalesce(round(s.tflops), 0)::int AS tflops, h.health, h.warnings
FROM client c LEFT JOIN client_state s USING (client_ref) {client-condition.sql}
