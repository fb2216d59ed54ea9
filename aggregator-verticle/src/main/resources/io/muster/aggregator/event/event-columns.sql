id, at, since, kind, host, replace(client_id::text, '-', '') AS client_id, device_uuid, member, readings::text AS readings
