-- The packs of the clients and hours that contain, with the heartbeats compacted before, not more than the roll-up counts:
-- a client and hour that is being written to is staged later. A roll-up that was imported may count more. Without a roll-up
-- any number matches.
pack,
  LATERAL (
    SELECT pack.n + coalesce(sum(p.n), 0) AS n FROM heartbeat_pack p
    WHERE p.client_ref = pack.client_ref AND p.hour = pack.hour) now
WHERE now.n <= coalesce(
  (SELECT h.n FROM client_hour h WHERE h.client_ref = pack.client_ref AND h.hour = pack.hour), now.n)
