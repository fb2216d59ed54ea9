-- Deletes the oldest rows of a client from one table of the history: all, if there are at most :max_rows.
--
-- :client_ref, :max_rows, {table}, {owner} (the condition of the client's rows), {time} (a column of the key)
DELETE FROM {table} WHERE {owner} AND {time} <= coalesce(
  (SELECT {time} FROM {table} WHERE {owner} ORDER BY {time} OFFSET :max_rows::bigint LIMIT 1), 'infinity')
