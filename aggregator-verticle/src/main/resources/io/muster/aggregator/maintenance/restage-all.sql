-- Stages the packs of some clients and hours, :client_refs and :hours, while no other session writes.
WITH {selected-raw.sql},

{packs.sql}

INSERT INTO {staging} ({pack-columns.sql})
SELECT {pack-columns.sql} FROM pack
