-- Keeps the clients of imported rows from being deleted until the end of the transaction.
--
-- :client_id
SELECT FROM client WHERE client_id = ANY (:client_id::uuid[]) ORDER BY client_ref FOR KEY SHARE
