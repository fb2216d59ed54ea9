-- The warnings of client c with state s, as a mask, and its health, 0 to 100: the columns of h.
--
-- Health is greatest(0, uptime x factor - penalty). The uptime is the share of slots with a heartbeat. A slot is a
-- UTC-aligned interval of two minutes; those that have ended since the first heartbeat are expected, in 30 UTC days at
-- most. The roll-up counted those with a heartbeat: if the client has reported since, slots up to that roll-up are
-- expected, because later ones are not counted yet; if it is silent, those up to now. The 30 days are those of the
-- roll-up. Before the first roll-up, and before the first slot has ended, nothing is missing. A client that never
-- reported has the health 0.
--
-- :now, {factor} (in percent) and {penalty}: the formula, of the columns silence_factor and warnings; {declared_error},
-- {lost_contact} and {low_uptime}: the bits of the warnings that are not stored
CROSS JOIN LATERAL (
  SELECT x.warnings, CASE WHEN s.last_seen IS NULL THEN 0 ELSE greatest(0, CASE WHEN x.expected > 0
    THEN {factor} * least(x.expected, x.reported) / x.expected ELSE {factor} END - {penalty}) END::int AS health
  FROM (
    SELECT CASE WHEN n.rollup_slot IS NOT NULL THEN greatest(0, n.end_slot - n.start_slot) ELSE 0 END AS expected,
      -- The slot of the roll-up had not ended then, and is not among those that were counted.
      s.slots_before + s.slots_today + (n.last_slot >= n.rollup_slot AND n.last_slot < n.end_slot)::int AS reported,
      CASE WHEN c.declared_status = 'maintenance' OR :now::timestamptz - s.last_seen <= interval '2 min' THEN 100
        WHEN :now - s.last_seen < interval '1 h' THEN 90 WHEN :now - s.last_seen < interval '24 h' THEN 70
        ELSE 50 END AS silence_factor,
      CASE WHEN c.declared_status = 'maintenance' THEN 0 ELSE coalesce(s.warn_mask, 0)
        | CASE WHEN c.declared_status = 'error' THEN {declared_error} ELSE 0 END
        | CASE WHEN c.declared_status <> 'offline' AND s.last_seen <= :now - interval '2 min'
            AND s.last_seen > :now - interval '24 h' THEN {lost_contact} ELSE 0 END
        | CASE WHEN s.uptime_y < 90 AND s.uptime_y_day >= (:now AT TIME ZONE 'UTC')::date - 2
            THEN {low_uptime} ELSE 0 END END AS warnings
    FROM (
      SELECT floor(date_part('epoch', CASE WHEN s.last_seen > r.at THEN r.at ELSE :now END) / 120)::bigint AS end_slot,
        floor(date_part('epoch', greatest(s.first_ts, date_trunc('day', r.at, 'UTC') - interval '29 d')) / 120)::bigint
          AS start_slot,
        floor(date_part('epoch', s.last_ts) / 120)::bigint AS last_slot,
        floor(date_part('epoch', r.at) / 120)::bigint AS rollup_slot
      FROM (SELECT nullif(s.folded_at, '-infinity') AS at) r OFFSET 0) n OFFSET 0) x) h
