-- A user's rows; :not_a_parameter and {not a text} in a comment mean nothing.
SELECT '-- :literal', "{quoted}", a[1:2], 'it''s :x' /* a
  comment, :y */ FROM {table} t
WHERE t.day >= :day::date - 1 -- the day's own rows, too
  AND t.owner = ANY (:owners::text[])
  AND t.day <= :day
  {sql-statement-test-part.sql}
