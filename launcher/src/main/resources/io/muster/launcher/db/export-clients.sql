-- Clients with their newest state.
--
-- {columns}, {filter}
SELECT {columns} FROM client c LEFT JOIN client_state s USING (client_ref)
WHERE {filter}
ORDER BY client_ref
