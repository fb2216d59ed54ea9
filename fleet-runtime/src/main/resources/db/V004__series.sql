-- What the history of a device and of a host needs.

CREATE INDEX device_uuid ON device (device_uuid);

-- Null in the hours of before this version.
ALTER TABLE client_hour ADD COLUMN cpu_min smallint, ADD COLUMN mem_min smallint, ADD COLUMN disk_min smallint;
