-- Roll-ups of the hours of clients.
--
-- :from, :until, {columns}, {filter}
SELECT {columns} FROM client_hour h JOIN client c USING (client_ref)
WHERE hour >= :from AND hour < :until AND {filter}
ORDER BY hour, client_ref
