package io.muster.registry.client;

import io.muster.registry.RegistryTables;

/** 10,000 clients of ten users, each with eight accelerators and one that was removed. */
public final class LargeFleet {
  public static final String USER = "user-0";
  static final int CLIENT_COUNT = 10_000;
  static final int CLIENTS_PER_USER = 1000;

  private LargeFleet() {}

  /** Inserts the fleet in an order in which related rows are not stored next to each other. */
  public static void insertInto(RegistryTables tables) {
    tables.execute(
        "INSERT INTO client (client_id, user_id, name, os_type, declared_status)"
            + " SELECT md5(i::text)::uuid, 'user-' || i % 10, 'host-' || i, 'linux', 'online'"
            + " FROM generate_series(1, $1::int) i ORDER BY md5('client' || i)",
        CLIENT_COUNT);
    tables.execute(
        "INSERT INTO client_state (client_ref, first_ts, last_ts, last_seen, folded_at,"
            + " slots_before, slots_today, cpu, mem, disk, tflops, device_count, uptime_days)"
            + " SELECT client_ref, now() - interval '90 days', now(), now(), now() - interval '30"
            + " s', 20880, 100, 10, 20, 30, 535.2, 8, 90 FROM client");
    tables.execute(
        "INSERT INTO device (client_ref, device_uuid, device_index, name, mem_total_mb, updated_at)"
            + " SELECT client_ref, 'GPU-' || i, greatest(0, i), 'NVIDIA H200', 143771, last_ts -"
            + " CASE WHEN i < 0 THEN interval '1 h' ELSE interval '0' END FROM client_state,"
            + " generate_series(-1, 7) i ORDER BY md5(client_ref || '/' || i)");
    tables.collectDevices();
    tables.execute("ANALYZE client, client_state, device");
  }
}
