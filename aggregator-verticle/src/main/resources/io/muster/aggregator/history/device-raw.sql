-- Bins of less than a minute of devices, of single heartbeats. A reading of the power stands for an equal share of its
-- minute, so that the energies of the bins of a minute add up to that of the minute.
--
-- :client_refs and :device_refs (of these clients), :from, :until, :step
WITH subject AS MATERIALIZED (
  SELECT * FROM unnest(:client_refs::int[], :device_refs::int[]) AS s (client_ref, device_ref)),

reading AS ({device-readings.sql}),

part AS (
  SELECT * FROM (
    SELECT ts AS at, (usage IS NOT NULL)::int AS usage_n, usage AS usage_sum, usage AS usage_min, usage AS usage_max,
      (mem IS NOT NULL)::int AS mem_n, mem AS mem_sum, mem AS mem_min, mem AS mem_max,
      (temp IS NOT NULL)::int AS temp_n, temp AS temp_sum, temp AS temp_min, temp AS temp_max,
      (power IS NOT NULL)::int AS power_n, power AS power_sum, power AS power_min, power AS power_max,
      power * 60.0 / nullif(count(power) OVER (PARTITION BY device_ref, date_bin('1 min', ts, 'epoch')), 0) AS energy_j
    FROM reading) r
  WHERE at >= :from AND at < :until)

{device-bins.sql}
