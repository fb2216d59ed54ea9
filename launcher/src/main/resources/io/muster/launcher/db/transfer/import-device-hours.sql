-- Stores the hours of devices that are not stored.
--
-- Arrays, one element for each row: :client_id, :device_uuid, :hour, :heartbeats and others
WITH inserted AS (
  INSERT INTO device_hour (device_ref, hour, n, usage_n, usage_sum, usage_min, usage_max, mem_n, mem_sum, mem_min, mem_max,
    temp_n, temp_sum, temp_min, temp_max, power_n, power_sum, power_min, power_max, energy_j)
  SELECT DISTINCT ON (d.device_ref, r.hour) d.device_ref, r.hour, r.n,
    r.usage_n, coalesce(round(r.usage * r.usage_n), 0), r.usage_min, r.usage_max,
    r.mem_n, coalesce(round(r.mem * r.mem_n), 0), r.mem_min, r.mem_max,
    r.temp_n, coalesce(round(r.temp * r.temp_n), 0), r.temp_min, r.temp_max,
    r.power_n, coalesce(round(r.power * r.power_n), 0), r.power_min, r.power_max, r.energy_j
  FROM unnest(:client_id::uuid[], :device_uuid::text[], :hour::timestamptz[], :heartbeats::bigint[],
      :utilization_readings::bigint[], :utilization_mean_percent::float8[], :utilization_min_percent::bigint[],
      :utilization_max_percent::bigint[], :memory_readings::bigint[], :memory_mean_percent::float8[],
      :memory_min_percent::bigint[], :memory_max_percent::bigint[], :temperature_readings::bigint[],
      :temperature_mean_c::float8[], :temperature_min_c::bigint[], :temperature_max_c::bigint[], :power_readings::bigint[],
      :power_mean_w::float8[], :power_min_w::bigint[], :power_max_w::bigint[], :energy_j::bigint[])
      AS r (client_id, uuid, hour, n, usage_n, usage, usage_min, usage_max, mem_n, mem, mem_min, mem_max, temp_n, temp,
        temp_min, temp_max, power_n, power, power_min, power_max, energy_j)
    JOIN client c USING (client_id) JOIN device d ON d.client_ref = c.client_ref AND d.device_uuid = r.uuid
  ORDER BY d.device_ref, r.hour
  ON CONFLICT (device_ref, hour) DO NOTHING RETURNING 1)

SELECT count(*) AS stored, 0::bigint AS orphans FROM inserted
