-- The columns that a ClientRow reads, of client c, its state s if it has one, and its condition h.
s.last_seen, s.cpu, s.mem, s.disk, s.uptime_days, h.health
