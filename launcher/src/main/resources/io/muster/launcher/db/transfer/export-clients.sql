-- Clients with their newest state.
--
-- {filter}
SELECT client_id, user_id, name AS client_name, os_type, declared_status, declared_at, valid_status, created_at, updated_at,
  first_ts AS first_heartbeat_at, last_ts AS last_heartbeat_at, last_seen AS last_seen_at, cpu AS cpu_percent,
  mem AS memory_percent, disk AS disk_percent, device_count AS devices, tflops, warn_mask AS warnings, uptime_days AS days,
  uptime_y AS uptime_percent, uptime_y_day AS uptime_day
FROM client c LEFT JOIN client_state s USING (client_ref)
WHERE {filter}
ORDER BY client_ref
