-- Registers the clients that are not registered, with their newest state, except what roll-ups derive from heartbeats.
--
-- Arrays, one element for each row: :client_id, :user_id, :client_name and others; :now
WITH imported AS MATERIALIZED (
  SELECT DISTINCT ON (client_id) *
  FROM unnest(:client_id::uuid[], :user_id::text[], :client_name::text[], :os_type::text[], :declared_status::text[],
      :declared_at::timestamptz[], :valid_status::text[], :created_at::timestamptz[], :updated_at::timestamptz[],
      :first_heartbeat_at::timestamptz[], :last_heartbeat_at::timestamptz[], :last_seen_at::timestamptz[],
      :cpu_percent::bigint[], :memory_percent::bigint[], :disk_percent::bigint[], :devices::bigint[], :tflops::float8[]) WITH ORDINALITY
      AS r (client_id, user_id, name, os_type, declared_status, declared_at, valid_status, created_at, updated_at,
        first_at, last_at, seen_at, cpu, mem, disk, devices, tflops, no)
  ORDER BY client_id, no),

registered AS (
  INSERT INTO client (client_id, user_id, name, os_type, declared_status, declared_at, valid_status, created_at, updated_at)
  SELECT client_id, user_id, name, os_type, declared_status, declared_at, valid_status, created_at, updated_at
  FROM imported ORDER BY no
  ON CONFLICT (client_id) DO NOTHING RETURNING client_id, client_ref),

states AS (
  INSERT INTO client_state (client_ref, first_ts, last_ts, last_seen, folded_at, cpu, mem, disk, device_count, tflops)
  SELECT client_ref, coalesce(first_at, last_at), last_at, coalesce(seen_at, last_at), :now::timestamptz, cpu, mem, disk,
    coalesce(devices, 0), coalesce(tflops, 0)
  FROM registered JOIN imported USING (client_id) WHERE last_at IS NOT NULL ORDER BY client_ref)

SELECT count(*) AS stored, 0::bigint AS orphans FROM registered
