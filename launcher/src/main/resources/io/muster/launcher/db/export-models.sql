-- The catalog of models.
--
-- {columns}
SELECT {columns} FROM model ORDER BY id
