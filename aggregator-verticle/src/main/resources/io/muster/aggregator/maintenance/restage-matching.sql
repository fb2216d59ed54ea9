-- Stages the packs of some clients and hours, :client_refs and :hours, while other sessions write.
WITH {selected-raw.sql},

{packs.sql}

INSERT INTO {staging} ({pack-columns.sql})
SELECT {pack-columns.sql} FROM {matching-packs.sql}
