-- The oldest and the newest instant of a table, found by the index entries of each client.
--
-- {column}, {table}
SELECT min(oldest), max(newest) FROM client c,
  LATERAL (SELECT {column} AS oldest FROM {table} t WHERE t.client_ref = c.client_ref ORDER BY {column} LIMIT 1) o,
  LATERAL (SELECT {column} AS newest FROM {table} t WHERE t.client_ref = c.client_ref ORDER BY {column} DESC LIMIT 1) n
