-- A page of the fleet events that match, newest first, one more than requested if there are more.
--
-- :limit, {filter} (on the columns of e)
SELECT {event-columns.sql} FROM fleet_event e WHERE {filter} ORDER BY at DESC, id DESC LIMIT :limit::bigint + 1
