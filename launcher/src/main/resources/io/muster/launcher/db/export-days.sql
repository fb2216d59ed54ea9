-- Roll-ups of the days of clients.
--
-- :from, :until, {columns}, {filter}
SELECT {columns} FROM client_day d JOIN client c USING (client_ref)
WHERE day >= (:from::timestamptz AT TIME ZONE 'UTC')::date AND day < :until::timestamptz AT TIME ZONE 'UTC'
  AND {filter}
ORDER BY day, client_ref
