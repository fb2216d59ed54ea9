-- The columns of the current devices by which a list is filtered and ordered, and which it returns. The outer join is
-- left out where no column of d is needed.
SELECT c.client_ref, r.device_ref, d.device_uuid, d.device_index, d.name, d.mem_total_mb, s.device_usage[r.no] AS usage,
  s.device_mem[r.no] AS mem_usage, s.device_temp[r.no] AS temp, s.device_power[r.no] AS power_w,
  s.devices_at AS updated_at, c.client_id, c.name AS host, c.user_id
FROM client c JOIN client_state s USING (client_ref)
  CROSS JOIN LATERAL unnest(s.device_refs) WITH ORDINALITY AS r (device_ref, no)
  LEFT JOIN device d ON d.device_ref = r.device_ref
WHERE c.valid_status = 'valid'
