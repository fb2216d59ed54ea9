package io.muster.aggregator.ingest;

import io.muster.aggregator.ingest.Share.Window;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.schema.Partitions;
import io.muster.schema.client.ClientId;
import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.history.HeartbeatReceipt;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** Writes heartbeats in one transaction. Any context may call. */
public final class PostgresHeartbeatStore implements HeartbeatStore {
  private final Database database;
  private final InstantSource clock;

  public PostgresHeartbeatStore(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public Future<Map<String, HeartbeatReceipt>> store(List<HeartbeatBatch> batches) {
    var now = clock.instant();
    return database.inTransaction(
        transaction ->
            window(transaction, now).compose(window -> stored(transaction, batches, window)));
  }

  /** Without any partition nothing is too old: the heartbeats must stay with their senders. */
  private static Future<Window> window(SqlConnection transaction, Instant now) {
    return Partitions.heartbeatDays(transaction)
        .map(days -> days.stream().findFirst().map(day -> day.atStartOfDay(ZoneOffset.UTC)))
        .map(oldest -> oldest.map(day -> day.toInstant()).orElse(Instant.EPOCH))
        .map(oldest -> new Window(oldest, now));
  }

  private static Future<Map<String, HeartbeatReceipt>> stored(
      SqlConnection transaction, List<HeartbeatBatch> batches, Window window) {
    return shares(transaction, batches, window)
        .compose(
            shares ->
                insert(transaction, shares)
                    .compose(
                        accepted ->
                            advance(transaction, shares, window)
                                .map(done -> receipts(shares, accepted))));
  }

  private static Future<List<Share>> shares(
      SqlConnection transaction, List<HeartbeatBatch> batches, Window window) {
    var ids = array(batches, batch -> ClientId.toUuid(batch.clientId()), UUID[]::new);
    return transaction
        .preparedQuery(IngestSql.CLIENTS)
        .execute(Tuple.tuple().addArrayOfUUID(ids))
        .map(
            rows -> {
              var refs = new HashMap<String, Integer>();
              rows.forEach(row -> refs.put(ClientId.of(row.getUUID(0)), row.getInteger(1)));
              return batches.stream().flatMap(batch -> share(batch, refs, window)).toList();
            });
  }

  private static Stream<Share> share(
      HeartbeatBatch batch, Map<String, Integer> refs, Window window) {
    var ref = Optional.ofNullable(refs.get(batch.clientId()));
    return ref.map(known -> Share.of(batch, known, window)).stream();
  }

  /** How many of each client were not there yet. */
  private static Future<Map<Integer, Integer>> insert(
      SqlConnection transaction, List<Share> shares) {
    var beats = shares.stream().flatMap(Share::beats).toList();
    if (beats.isEmpty()) {
      return Future.succeededFuture(Map.of());
    }
    return transaction
        .preparedQuery(IngestSql.STORE)
        .execute(columns(beats))
        .map(
            rows -> {
              var accepted = new HashMap<Integer, Integer>();
              rows.forEach(row -> accepted.put(row.getInteger(0), row.getInteger(1)));
              return accepted;
            });
  }

  /** Moves the states forward, and the devices of those that did move. */
  private static Future<?> advance(SqlConnection transaction, List<Share> shares, Window window) {
    var newest = shares.stream().flatMap(share -> share.newest().stream()).toList();
    if (newest.isEmpty()) {
      return Future.succeededFuture();
    }
    return transaction
        .preparedQuery(IngestSql.STATE)
        .execute(stateColumns(newest, window))
        .map(rows -> moved(newest, rows))
        .compose(moved -> replaceDevices(transaction, moved));
  }

  private static List<Beat> moved(List<Beat> newest, Iterable<Row> rows) {
    Set<Integer> moved = new HashSet<>();
    rows.forEach(row -> moved.add(row.getInteger(0)));
    return newest.stream().filter(beat -> moved.contains(beat.clientRef())).toList();
  }

  private static Future<?> replaceDevices(SqlConnection transaction, List<Beat> moved) {
    return moved.isEmpty()
        ? Future.succeededFuture()
        : transaction.preparedQuery(IngestSql.DEVICES).execute(deviceColumns(moved));
  }

  private static Map<String, HeartbeatReceipt> receipts(
      List<Share> shares, Map<Integer, Integer> accepted) {
    var receipts = new HashMap<String, HeartbeatReceipt>();
    for (var share : shares) {
      var count = Objects.requireNonNullElse(accepted.get(share.clientRef()), 0);
      receipts.put(share.clientId(), share.receipt(count));
    }
    return receipts;
  }

  private static Tuple columns(List<Beat> beats) {
    return Tuple.tuple()
        .addArrayOfInteger(array(beats, Beat::clientRef, Integer[]::new))
        .addArrayOfOffsetDateTime(array(beats, Beat::at, OffsetDateTime[]::new))
        .addArrayOfShort(array(beats, Beat::cpuPercent, Short[]::new))
        .addArrayOfShort(array(beats, Beat::memoryPercent, Short[]::new))
        .addArrayOfShort(array(beats, Beat::diskPercent, Short[]::new))
        .addArrayOfLong(array(beats, beat -> beat.heartbeat().networkUpBytes(), Long[]::new))
        .addArrayOfLong(array(beats, beat -> beat.heartbeat().networkDownBytes(), Long[]::new));
  }

  private static Tuple stateColumns(List<Beat> newest, Window window) {
    return Tuple.tuple()
        .addArrayOfInteger(array(newest, Beat::clientRef, Integer[]::new))
        .addArrayOfOffsetDateTime(array(newest, Beat::at, OffsetDateTime[]::new))
        .addArrayOfOffsetDateTime(array(newest, window::seenAt, OffsetDateTime[]::new))
        .addArrayOfShort(array(newest, Beat::cpuPercent, Short[]::new))
        .addArrayOfShort(array(newest, Beat::memoryPercent, Short[]::new))
        .addArrayOfShort(array(newest, Beat::diskPercent, Short[]::new))
        .addArrayOfShort(array(newest, Beat::deviceCount, Short[]::new));
  }

  private static Tuple deviceColumns(List<Beat> beats) {
    var devices = beats.stream().flatMap(Beat::devices).toList();
    return Tuple.tuple()
        .addArrayOfInteger(array(devices, device -> device.beat().clientRef(), Integer[]::new))
        .addArrayOfShort(array(devices, Beat.Device::index, Short[]::new))
        .addArrayOfOffsetDateTime(
            array(devices, device -> device.beat().at(), OffsetDateTime[]::new))
        .addArrayOfString(array(devices, Beat.Device::uuid, String[]::new))
        .addArrayOfString(array(devices, Beat.Device::name, String[]::new))
        .addArrayOfInteger(array(devices, Beat.Device::memoryMib, Integer[]::new))
        .addArrayOfShort(array(devices, Beat.Device::temperature, Short[]::new))
        .addArrayOfShort(array(devices, Beat.Device::usagePercent, Short[]::new))
        .addArrayOfShort(array(devices, Beat.Device::memoryPercent, Short[]::new))
        .addArrayOfInteger(array(devices, Beat.Device::powerWatts, Integer[]::new));
  }

  private static <E, T> T[] array(List<E> rows, Function<E, T> column, IntFunction<T[]> make) {
    return rows.stream().map(column).toArray(make);
  }
}
