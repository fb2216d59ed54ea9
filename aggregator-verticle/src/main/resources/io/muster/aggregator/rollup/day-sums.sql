-- The sums of a day of a client over its hours h.
max(h.last_ts) AS last_ts, sum(h.net_up)::bigint AS net_up, sum(h.net_down)::bigint AS net_down, sum(h.n)::int AS n,
sum(h.cpu_sum) AS cpu_sum, sum(h.mem_sum) AS mem_sum, sum(h.disk_sum) AS disk_sum,
sum(bit_count(h.slot_mask::bit(32))::int)::smallint AS slots
