-- The conditions that have begun and have not ended.
--
-- :kinds
SELECT subject_id, kind FROM fleet_condition WHERE open AND kind = ANY (:kinds::text[])
