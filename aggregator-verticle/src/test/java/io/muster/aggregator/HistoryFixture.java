package io.muster.aggregator;

import io.muster.aggregator.catalog.GpuCatalog;
import io.muster.aggregator.catalog.GpuModels;
import io.muster.aggregator.ingest.PostgresHeartbeatStore;
import io.muster.aggregator.ingest.ReceivedBatch;
import io.muster.aggregator.ingest.StoreResult;
import io.muster.runtime.database.Database;
import io.muster.schema.client.ClientId;
import io.muster.schema.history.DeviceIdentity;
import io.muster.schema.history.DeviceMemory;
import io.muster.schema.history.DeviceReading;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.history.HeartbeatBatch;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Writes test data to a database and reads it back, independently of the code under test. */
public record HistoryFixture(Database database) {
  /** Noon of the day on which the tests run: the database has partitions around it. */
  public static final Instant NOON = noon(InstantSource.system());

  private static final int TIMEOUT_SECONDS = 60;

  public static <T> T await(Future<T> future) {
    return future.timeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).await();
  }

  /** Inserts a client of a user, and returns its id. */
  public String insertClient(String userId) {
    var id = UUID.randomUUID();
    query(
        "INSERT INTO client (client_id, user_id, name, declared_status) VALUES ($1, $2, $3,"
            + " 'online')",
        id,
        userId,
        "host of " + userId);
    return ClientId.fromUuid(id);
  }

  public String insertClient() {
    return insertClient("user-1");
  }

  public List<String> insertClients(int number) {
    return Stream.generate(this::insertClient).limit(number).toList();
  }

  /** Sets one column of a client to a literal. */
  public void setColumn(String clientId, String column, String literal) {
    query(
        "UPDATE client SET " + column + " = " + literal + " WHERE client_id = $1",
        ClientId.toUuid(clientId));
  }

  /**
   * Inserts hours of a client as ingest would, each with the same slots.
   *
   * @param from start of the first hour
   * @param slotMask one bit for each two minutes with a heartbeat
   */
  public void insertHours(String clientId, Instant from, int hours, int slotMask) {
    query(
        """
        INSERT INTO client_hour (client_ref, hour, last_ts, n, net_up, net_down, cpu_sum, mem_sum, disk_sum, slot_mask)
        SELECT c.client_ref, h, h + interval '59 min', 12 * bit_count($4::int::bit(32)), 360, 720, 100, 200, 300, $4::int
        FROM client c, generate_series($2::timestamptz, $2::timestamptz + ($3::int - 1) * interval '1 h', interval '1 h') h
        WHERE c.client_id = $1\
        """,
        ClientId.toUuid(clientId),
        from.atOffset(ZoneOffset.UTC),
        hours,
        slotMask);
    query(
        """
        INSERT INTO client_state AS s (client_ref, first_ts, last_ts, last_seen)
        SELECT c.client_ref, $2::timestamptz + interval '2 min' * (bit_count(($3::int - 1 & ~$3::int)::bit(32))), $4, $4
        FROM client c WHERE c.client_id = $1
        ON CONFLICT (client_ref) DO UPDATE SET first_ts = least(s.first_ts, excluded.first_ts),
          last_ts = greatest(s.last_ts, excluded.last_ts), last_seen = greatest(s.last_seen, excluded.last_seen)\
        """,
        ClientId.toUuid(clientId),
        from.atOffset(ZoneOffset.UTC),
        slotMask,
        from.plus(hours, ChronoUnit.HOURS).minusSeconds(60).atOffset(ZoneOffset.UTC));
  }

  /** Stores heartbeats as an aggregator does at that time. */
  public StoreResult store(Instant now, HeartbeatBatch... batches) {
    var catalog = new GpuCatalog(GpuModels.bundled());
    var receivedBatches =
        Arrays.stream(batches).map(batch -> new ReceivedBatch(batch, now)).toList();
    return await(
        new PostgresHeartbeatStore(database, () -> now, catalog, stored -> {})
            .store(receivedBatches));
  }

  /** Returns each row as a text of all its columns. */
  public List<String> query(String sql, Object... parameters) {
    var rowTexts = new ArrayList<String>();
    for (Row row : await(execute(sql, parameters))) {
      rowTexts.add(
          IntStream.range(0, row.size())
              .mapToObj(i -> String.valueOf(row.getValue(i)))
              .toList()
              .toString());
    }
    return rowTexts;
  }

  public String queryRow(String sql, Object... parameters) {
    return query(sql, parameters).get(0);
  }

  /**
   * Returns the rows of one client: {@code table} is joined by its reference, and {@code $1} is its
   * id.
   */
  public List<String> clientRows(String clientId, String columns, String table) {
    return query(
        "SELECT %s FROM %s t JOIN client c USING (client_ref) WHERE c.client_id = $1 ORDER BY 1"
            .formatted(columns, table),
        ClientId.toUuid(clientId));
  }

  /** Returns the roll-ups, the state and the heartbeats of a client. */
  public List<String> allRows(String clientId) {
    return Stream.of(
            clientRows(
                clientId,
                "hour, n, cpu_sum, mem_sum, disk_sum, net_up, net_down, slot_mask, t.last_ts,"
                    + " cpu_min, cpu_max, mem_min, mem_max, disk_min, disk_max, gpu_max",
                "client_hour"),
            clientRows(
                clientId,
                "last_ts, last_seen, first_ts, cpu, mem, disk, devices_at, device_count, tflops,"
                    + " device_usage::text, device_mem::text, device_temp::text, device_power::text",
                "client_state"),
            clientRows(
                clientId,
                "ts, cpu, mem, disk, net_up, net_down, gpu_flags, ARRAY(SELECT device_uuid FROM"
                    + " unnest(device_refs) WITH ORDINALITY r (device_ref, no) JOIN device USING"
                    + " (device_ref) ORDER BY no)::text, device_usage::text, device_mem::text,"
                    + " device_temp::text, device_power::text",
                "heartbeat"),
            clientRows(clientId, "day", "client_day_stale"),
            clientRows(clientId, "hour", "device_hour_stale"))
        .flatMap(rows -> rows.stream().sorted())
        .toList();
  }

  public long heartbeatCount() {
    return Long.parseLong(queryRow("SELECT count(*) FROM heartbeat").replaceAll("[^0-9]", ""));
  }

  public static HeartbeatBatch batch(String clientId, Heartbeat... heartbeats) {
    return batch(clientId, Arrays.asList(heartbeats));
  }

  /** Returns a batch of a host whose clock is right. */
  public static HeartbeatBatch batch(String clientId, List<Heartbeat> heartbeats) {
    return new HeartbeatBatch(clientId, OptionalLong.empty(), heartbeats);
  }

  public static HeartbeatBatch batch(String clientId, Instant... instants) {
    return batch(clientId, Arrays.stream(instants).map(at -> heartbeat(at)).toList());
  }

  public static Heartbeat heartbeat(Instant at, DeviceReading... devices) {
    return new Heartbeat(at.toEpochMilli(), 10, 20, 30, 1000, 2000, Optional.of(List.of(devices)));
  }

  public static DeviceReading device(int index) {
    return new DeviceReading(
        new DeviceIdentity(index, "GPU-" + index, "NVIDIA H200"),
        OptionalDouble.of(50),
        new DeviceMemory(OptionalLong.of(1L << 36), OptionalLong.of(1L << 37)),
        OptionalLong.of(60),
        OptionalDouble.of(700),
        OptionalInt.empty(),
        Optional.empty());
  }

  public static DeviceReading deviceWithoutReadings(int index, String uuid, String name) {
    return new DeviceReading(
        new DeviceIdentity(index, uuid, name),
        OptionalDouble.empty(),
        new DeviceMemory(OptionalLong.empty(), OptionalLong.empty()),
        OptionalLong.empty(),
        OptionalDouble.empty(),
        OptionalInt.empty(),
        Optional.empty());
  }

  private static Instant noon(InstantSource clock) {
    return clock.instant().truncatedTo(ChronoUnit.DAYS).plus(12, ChronoUnit.HOURS);
  }

  private Future<Iterable<Row>> execute(String sql, Object... parameters) {
    return database.withConnection(
        connection ->
            connection
                .preparedQuery(sql)
                .execute(Tuple.from(Arrays.asList(parameters)))
                .map(rows -> rows));
  }
}
