-- Moves the contents of the staging table to the existing packs of the day.
INSERT INTO {packs} ({pack-columns.sql}) SELECT {pack-columns.sql} FROM {staging};
DROP TABLE {staging}
