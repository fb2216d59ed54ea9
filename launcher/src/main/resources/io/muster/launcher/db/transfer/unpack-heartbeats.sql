-- Makes rows of the packs without devices that contain heartbeats of imported readings, so that the readings can be added;
-- the next maintenance compacts them again.
--
-- :client_id, :at
WITH unpacked AS (
  DELETE FROM heartbeat_pack p
  USING (
    SELECT c.client_ref, date_bin('1 h', r.at, 'epoch') AS hour,
      array_agg((extract(epoch FROM r.at - date_bin('1 h', r.at, 'epoch')) * 1000)::int) AS ms
    FROM unnest(:client_id::uuid[], :at::timestamptz[]) AS r (client_id, at) JOIN client c USING (client_id)
    GROUP BY 1, 2) i
  WHERE p.client_ref = i.client_ref AND p.hour = i.hour AND p.device_refs IS NULL AND p.ms && i.ms
  RETURNING p.*)

INSERT INTO heartbeat (client_ref, ts, cpu, mem, disk, net_up, net_down, gpu_flags)
SELECT p.client_ref, p.hour + u.ms * interval '1 ms', u.cpu, u.mem, u.disk, u.net_up, u.net_down, u.gpu_flags
FROM unpacked p, unnest(p.ms, p.cpu, p.mem, p.disk, p.net_up, p.net_down, p.gpu_flags)
  AS u (ms, cpu, mem, disk, net_up, net_down, gpu_flags)
ORDER BY 1, 2
