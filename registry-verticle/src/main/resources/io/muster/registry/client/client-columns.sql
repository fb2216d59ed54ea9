-- The columns that a ClientRow reads, of client c and its state s, if it has one.
c.declared_status, s.warn_mask, s.first_ts, s.last_ts, s.last_seen,
nullif(s.folded_at, '-infinity') AS folded_at, s.slots_before + s.slots_today AS slots, s.cpu, s.mem, s.disk,
s.uptime_days
