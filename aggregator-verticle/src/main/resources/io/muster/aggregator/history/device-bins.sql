-- The bins of the parts: means of all readings, rounded to three digits, and a minimum that is null if one of its parts does
-- not know it. With numbers of double precision, which hold the sums exactly: those of type numeric take twice the time of
-- the statement.
--
-- :step (seconds)
SELECT date_part('epoch', date_bin(:step::bigint * interval '1 s', at, 'epoch'))::bigint AS start,
  floor((sum(usage_sum::float8) * 2000 + sum(usage_n::float8)) / nullif(sum(usage_n::float8) * 2, 0)) / 1000 AS utilization_mean,
  CASE WHEN bool_and(usage_n = 0 OR usage_min IS NOT NULL) THEN min(usage_min) END AS utilization_min,
  max(usage_max) AS utilization_max,
  floor((sum(mem_sum::float8) * 2000 + sum(mem_n::float8)) / nullif(sum(mem_n::float8) * 2, 0)) / 1000 AS memory_mean,
  CASE WHEN bool_and(mem_n = 0 OR mem_min IS NOT NULL) THEN min(mem_min) END AS memory_min,
  max(mem_max) AS memory_max,
  floor((sum(temp_sum::float8) * 2000 + sum(temp_n::float8)) / nullif(sum(temp_n::float8) * 2, 0)) / 1000 AS temperature_mean,
  CASE WHEN bool_and(temp_n = 0 OR temp_min IS NOT NULL) THEN min(temp_min) END AS temperature_min,
  max(temp_max) AS temperature_max,
  floor((sum(power_sum::float8) * 2000 + sum(power_n::float8)) / nullif(sum(power_n::float8) * 2, 0)) / 1000 AS power_mean,
  CASE WHEN bool_and(power_n = 0 OR power_min IS NOT NULL) THEN min(power_min) END AS power_min,
  max(power_max) AS power_max,
  CASE WHEN bool_and(power_n = 0 OR energy_j IS NOT NULL) THEN floor(sum(energy_j::float8) * 1000 + 0.5) / 1000 END
    AS energy_joules
FROM part GROUP BY start ORDER BY start
