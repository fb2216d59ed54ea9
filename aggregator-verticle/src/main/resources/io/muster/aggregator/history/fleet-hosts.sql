-- The hosts of one instant with their devices, by name: hosts with a heartbeat in the 24 hours before. A host is alive if it
-- sent a heartbeat in a slot of two minutes that contains the minute before or after. A device that has no reading in the
-- minute is in the list with nulls.
--
-- :at, :hour and :from (begin of its hour and of its minute), :minute (its number in the hour, from 1)
WITH near AS MATERIALIZED (
  SELECT h.client_ref, bool_or(h.slot_mask & (1 << (date_part('minute', t.at)::int / 2)) <> 0) AS alive
  FROM (VALUES (:at::timestamptz - interval '1 min'), (:at + interval '1 min')) t (at)
    JOIN client_hour h ON h.hour = date_bin('1 h', t.at, 'epoch')
  GROUP BY 1),

host AS MATERIALIZED (
  SELECT c.client_ref, c.client_id, c.name, coalesce(n.alive, false) AS alive, l.hour, l.last_seen
  FROM client c LEFT JOIN near n USING (client_ref)
    LEFT JOIN LATERAL (
      SELECT h.hour, least(h.last_ts, h.hour + interval '2 min' * length(ltrim(m.mask::bit(30)::text, '0'))) AS last_seen
      FROM client_hour h CROSS JOIN LATERAL (
        SELECT CASE WHEN h.hour = :hour THEN h.slot_mask & ((2 << ((:minute::int - 1) / 2)) - 1) ELSE h.slot_mask END AS mask) m
      WHERE h.client_ref = c.client_ref AND h.hour > :hour::timestamptz - interval '24 h' AND h.hour <= :hour AND m.mask <> 0
        AND n.alive IS NOT TRUE
      ORDER BY h.hour DESC LIMIT 1) l ON true
  WHERE c.valid_status = 'valid' AND (n.alive OR l.hour IS NOT NULL)),

source AS MATERIALIZED (
  SELECT :hour >= r.hour AS is_raw, EXISTS (SELECT FROM device_minute m WHERE m.hour = :hour) AS has_minutes
  FROM device_rollup r),

measured AS MATERIALIZED (
  -- Minutes.
  SELECT m.device_ref, round(m.usage_sum[:minute] / coalesce(m.usage_n[:minute], m.n[:minute])::float8)::int AS usage,
    round(m.mem_sum[:minute] / coalesce(m.mem_n[:minute], m.n[:minute])::float8)::int AS mem,
    round(m.temp_sum[:minute] / coalesce(m.temp_n[:minute], m.n[:minute])::float8)::int AS temp,
    round(m.power_sum[:minute] / coalesce(m.power_n[:minute], m.n[:minute])::float8)::int AS power
  FROM device_minute m WHERE m.hour = :hour AND NOT (SELECT is_raw FROM source)
  UNION ALL
  -- Hours that are older than the minutes.
  SELECT h.device_ref, round(h.usage_sum / nullif(h.usage_n, 0)::float8)::int, round(h.mem_sum / nullif(h.mem_n, 0)::float8)::int,
    round(h.temp_sum / nullif(h.temp_n, 0)::float8)::int, round(h.power_sum / nullif(h.power_n, 0)::float8)::int
  FROM device_hour h WHERE h.hour = :hour AND NOT (SELECT is_raw OR has_minutes FROM source)
  UNION ALL
  -- The newest heartbeat, of hours that are not rolled up.
  SELECT u.device_ref, u.usage, u.mem, u.temp, u.power
  FROM host c
    CROSS JOIN LATERAL (
      SELECT device_refs, CASE WHEN ts >= :from THEN device_usage END AS device_usage,
        CASE WHEN ts >= :from THEN device_mem END AS device_mem, CASE WHEN ts >= :from THEN device_temp END AS device_temp,
        CASE WHEN ts >= :from THEN device_power END AS device_power
      FROM heartbeat
      WHERE client_ref = c.client_ref AND ts >= :hour AND ts < :from::timestamptz + interval '1 min' AND device_refs IS NOT NULL
      ORDER BY ts DESC LIMIT 1) h
    CROSS JOIN LATERAL unnest(h.device_refs, h.device_usage, h.device_mem, h.device_temp, h.device_power)
      AS u (device_ref, usage, mem, temp, power)
  WHERE (SELECT is_raw FROM source)),

reading AS (
  SELECT * FROM measured
  UNION ALL
  -- Hosts that are silent since an earlier hour; one that returned within this hour has been measured.
  SELECT d.device_ref, NULL, NULL, NULL, NULL FROM host c JOIN device d USING (client_ref)
  WHERE c.hour < :hour AND EXISTS (SELECT FROM device_hour h WHERE h.device_ref = d.device_ref AND h.hour = c.hour)
    AND d.device_ref NOT IN (SELECT device_ref FROM measured)),

devices AS (
  SELECT d.client_ref, array_agg(d.device_uuid ORDER BY d.device_index) AS uuids, array_agg(d.name ORDER BY d.device_index) AS names,
    array_agg(d.mem_total_mb ORDER BY d.device_index) AS mem_total, array_agg(r.usage ORDER BY d.device_index) AS usage,
    array_agg(r.mem ORDER BY d.device_index) AS mem, array_agg(r.temp ORDER BY d.device_index) AS temp,
    array_agg(r.power ORDER BY d.device_index) AS power
  FROM reading r JOIN device d USING (device_ref) GROUP BY 1)

SELECT c.client_ref, c.client_id, c.name, c.alive, c.last_seen, coalesce(b.cpu, p.cpu, h.cpu)::int AS cpu,
  coalesce(b.mem, p.mem, h.mem)::int AS memory, d.uuids, d.names, d.mem_total, d.usage, d.mem, d.temp, d.power
FROM host c LEFT JOIN devices d USING (client_ref)
  LEFT JOIN LATERAL (
    SELECT cpu, mem FROM heartbeat
    WHERE client_ref = c.client_ref AND ts >= :from - interval '1 min' AND ts < :from + interval '1 min' AND c.alive
    ORDER BY ts DESC LIMIT 1) b ON true
  LEFT JOIN LATERAL (
    SELECT p.cpu[i.no] AS cpu, p.mem[i.no] AS mem
    FROM heartbeat_pack p CROSS JOIN LATERAL (SELECT width_bucket(:minute::int * 60000 - 1, p.ms) AS no) i
    WHERE p.client_ref = c.client_ref AND p.hour = :hour AND c.alive AND b.cpu IS NULL AND i.no > 0
    ORDER BY p.ms[i.no] DESC LIMIT 1) p ON true
  LEFT JOIN LATERAL (
    SELECT round(cpu_sum / n::float8) AS cpu, round(mem_sum / n::float8) AS mem FROM client_hour
    WHERE client_ref = c.client_ref AND hour = :hour AND c.alive AND b.cpu IS NULL AND p.cpu IS NULL) h ON true
ORDER BY c.name, c.client_ref
