-- The readings of a device in a roll-up: their numbers, means and extremes.
usage_n AS utilization_readings, trim_scale(round(usage_sum::numeric / nullif(usage_n, 0), 6)) AS utilization_mean_percent,
usage_min AS utilization_min_percent, usage_max AS utilization_max_percent,
mem_n AS memory_readings, trim_scale(round(mem_sum::numeric / nullif(mem_n, 0), 6)) AS memory_mean_percent,
mem_min AS memory_min_percent, mem_max AS memory_max_percent,
temp_n AS temperature_readings, trim_scale(round(temp_sum::numeric / nullif(temp_n, 0), 6)) AS temperature_mean_c,
temp_min AS temperature_min_c, temp_max AS temperature_max_c,
power_n AS power_readings, trim_scale(round(power_sum::numeric / nullif(power_n, 0), 6)) AS power_mean_w,
power_min AS power_min_w, power_max AS power_max_w
