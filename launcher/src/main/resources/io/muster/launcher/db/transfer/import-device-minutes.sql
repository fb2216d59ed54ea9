-- Remembers the minutes of devices that are not stored, until the end of the transaction.
--
-- Arrays, one element for each row: :client_id, :device_uuid, :minute, :heartbeats and others
WITH inserted AS (
  INSERT INTO imported_minute
  SELECT d.device_ref, date_bin('1 h', r.minute, 'epoch'), date_part('minute', r.minute), r.n,
    r.usage_n, round(r.usage * nullif(r.usage_n, 0)), r.usage_min, r.usage_max,
    r.mem_n, round(r.mem * nullif(r.mem_n, 0)), r.mem_min, r.mem_max,
    r.temp_n, round(r.temp * nullif(r.temp_n, 0)), r.temp_min, r.temp_max,
    r.power_n, round(r.power * nullif(r.power_n, 0)), r.power_min, r.power_max
  FROM unnest(:client_id::uuid[], :device_uuid::text[], :minute::timestamptz[], :heartbeats::bigint[],
      :utilization_readings::bigint[], :utilization_mean_percent::float8[], :utilization_min_percent::bigint[],
      :utilization_max_percent::bigint[], :memory_readings::bigint[], :memory_mean_percent::float8[],
      :memory_min_percent::bigint[], :memory_max_percent::bigint[], :temperature_readings::bigint[],
      :temperature_mean_c::float8[], :temperature_min_c::bigint[], :temperature_max_c::bigint[], :power_readings::bigint[],
      :power_mean_w::float8[], :power_min_w::bigint[], :power_max_w::bigint[])
      AS r (client_id, uuid, minute, n, usage_n, usage, usage_min, usage_max, mem_n, mem, mem_min, mem_max, temp_n, temp,
        temp_min, temp_max, power_n, power, power_min, power_max)
    JOIN client c USING (client_id) JOIN device d ON d.client_ref = c.client_ref AND d.device_uuid = r.uuid
    CROSS JOIN LATERAL (
      SELECT coalesce((
        SELECT m.n[date_part('minute', r.minute)::int + 1] FROM device_minute m
        WHERE m.device_ref = d.device_ref AND m.hour = date_bin('1 h', r.minute, 'epoch')), 0) AS n
      OFFSET 0) s
  WHERE s.n = 0
  ON CONFLICT DO NOTHING RETURNING 1)

SELECT count(*) AS stored, 0::bigint AS orphans FROM inserted
