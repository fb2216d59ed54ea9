-- The bins of the parts: means of all readings, and a minimum that is null if one of its parts does not know it.
--
-- :step (seconds)
SELECT date_part('epoch', date_bin(:step::bigint * interval '1 s', at, 'epoch'))::bigint AS start,
  round(sum(usage_sum)::numeric / nullif(sum(usage_n), 0), 3)::float8 AS utilization_mean,
  CASE WHEN bool_and(usage_n = 0 OR usage_min IS NOT NULL) THEN min(usage_min) END AS utilization_min,
  max(usage_max) AS utilization_max,
  round(sum(mem_sum)::numeric / nullif(sum(mem_n), 0), 3)::float8 AS memory_mean,
  CASE WHEN bool_and(mem_n = 0 OR mem_min IS NOT NULL) THEN min(mem_min) END AS memory_min,
  max(mem_max) AS memory_max,
  round(sum(temp_sum)::numeric / nullif(sum(temp_n), 0), 3)::float8 AS temperature_mean,
  CASE WHEN bool_and(temp_n = 0 OR temp_min IS NOT NULL) THEN min(temp_min) END AS temperature_min,
  max(temp_max) AS temperature_max,
  round(sum(power_sum)::numeric / nullif(sum(power_n), 0), 3)::float8 AS power_mean,
  CASE WHEN bool_and(power_n = 0 OR power_min IS NOT NULL) THEN min(power_min) END AS power_min,
  max(power_max) AS power_max,
  CASE WHEN bool_and(power_n = 0 OR energy_j IS NOT NULL) THEN round(sum(energy_j)::numeric, 3)::float8 END
    AS energy_joules
FROM part GROUP BY start ORDER BY start
