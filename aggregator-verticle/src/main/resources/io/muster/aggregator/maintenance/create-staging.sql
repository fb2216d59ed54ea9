-- Creates the table in which the packs of a day are staged; one that remained after a failure is dropped.
DROP TABLE IF EXISTS {staging};
CREATE TABLE {staging} (LIKE heartbeat_pack INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING GENERATED)
