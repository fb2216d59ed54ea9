-- Completes the staging table; with the check it can be attached without being scanned.
CREATE INDEX ON {staging} (client_ref, hour);
ALTER TABLE {staging} ADD CHECK (hour >= {day_start} AND hour < {day_end})
