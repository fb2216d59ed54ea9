-- The numbers of heartbeats and of client hours of a day.
SELECT coalesce(sum(n), 0)::bigint, count(*) FROM client_hour WHERE hour >= {day_start} AND hour < {day_end}
