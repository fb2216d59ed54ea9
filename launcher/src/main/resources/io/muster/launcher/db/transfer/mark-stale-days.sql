-- Has the roll-up compute the past days of the imported hours.
--
-- :today
INSERT INTO client_day_stale SELECT DISTINCT client_ref, (hour AT TIME ZONE 'UTC')::date FROM imported_hour
WHERE hour < :today::timestamptz ORDER BY 1, 2
ON CONFLICT (client_ref, day) DO UPDATE SET day = excluded.day
