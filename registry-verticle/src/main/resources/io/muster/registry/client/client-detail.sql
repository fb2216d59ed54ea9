-- One row for each current accelerator of a client, or one row with nulls if it has none; no row if the user has no
-- such client or the client is not valid.
--
-- :user_id, :client_id, :now
SELECT {client-columns.sql},
  d.device_index, d.name AS device_name, d.mem_total_mb, d.temp, d.usage, d.mem_usage, d.power_w
FROM client c LEFT JOIN client_state s USING (client_ref)
  {client-condition.sql}
  LEFT JOIN LATERAL (
    SELECT * FROM unnest(s.device_refs, s.device_temp, s.device_usage, s.device_mem, s.device_power)
      AS r (device_ref, temp, usage, mem_usage, power_w) JOIN device USING (device_ref)) d ON true
WHERE c.user_id = :user_id AND c.client_id = :client_id AND c.valid_status = 'valid'
ORDER BY d.device_index, d.device_ref
