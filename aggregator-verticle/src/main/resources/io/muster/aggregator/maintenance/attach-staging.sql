-- Attaches the staging table as the packs of the day.
ALTER TABLE {staging} RENAME TO {packs};
ALTER TABLE heartbeat_pack ATTACH PARTITION {packs} FOR VALUES FROM ({day_start}) TO ({day_end})
