package io.muster.aggregator;

import io.muster.runtime.database.Database;
import io.muster.schema.client.ClientId;
import io.muster.schema.history.HeartbeatBatch;
import io.muster.schema.history.HeartbeatReceipt;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Writes heartbeats of any number of clients in one transaction: all of them, or none. A client
 * that is not registered has no receipt in the answer, and nothing of it is stored.
 */
final class HeartbeatStore {
  private final Database database;
  private final InstantSource clock;

  HeartbeatStore(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Completes after the commit, with the receipts by client id. */
  Future<Map<String, HeartbeatReceipt>> store(List<HeartbeatBatch> batches) {
    var beats = batches.stream().flatMap(Beat::of).toList();
    var newest = newest(beats);
    return database.inTransaction(
        sql ->
            sql.preparedQuery(IngestSql.STORE)
                .execute(columns(beats))
                .map(HeartbeatStore::receipts)
                .compose(receipts -> storeDevices(sql, newest).map(receipts)));
  }

  private static Future<?> storeDevices(SqlClient sql, List<Beat> newest) {
    var devices = newest.stream().flatMap(Beat::devices).toList();
    Future<?> stored =
        devices.isEmpty()
            ? Future.succeededFuture()
            : sql.preparedQuery(IngestSql.DEVICES).execute(deviceColumns(devices));
    return stored.compose(
        done -> sql.preparedQuery(IngestSql.DEVICE_COUNTS).execute(countColumns(newest)));
  }

  private static List<Beat> newest(List<Beat> beats) {
    var newest = new HashMap<UUID, Beat>();
    beats.forEach(
        beat ->
            newest.merge(
                beat.client(), beat, BinaryOperator.maxBy(Comparator.comparing(Beat::at))));
    return newest.values().stream().sorted(Comparator.comparing(Beat::client)).toList();
  }

  private Tuple columns(List<Beat> beats) {
    return Tuple.tuple()
        .addArrayOfUUID(array(beats, Beat::client, UUID[]::new))
        .addArrayOfOffsetDateTime(array(beats, Beat::at, OffsetDateTime[]::new))
        .addArrayOfShort(array(beats, beat -> (short) beat.heartbeat().cpuPercent(), Short[]::new))
        .addArrayOfShort(
            array(beats, beat -> (short) beat.heartbeat().memoryPercent(), Short[]::new))
        .addArrayOfShort(array(beats, beat -> (short) beat.heartbeat().diskPercent(), Short[]::new))
        .addArrayOfLong(array(beats, beat -> beat.heartbeat().networkUpBytes(), Long[]::new))
        .addArrayOfLong(array(beats, beat -> beat.heartbeat().networkDownBytes(), Long[]::new))
        .addOffsetDateTime(clock.instant().atOffset(ZoneOffset.UTC));
  }

  private static Tuple deviceColumns(List<Beat.Device> devices) {
    return Tuple.tuple()
        .addArrayOfUUID(array(devices, device -> device.beat().client(), UUID[]::new))
        .addArrayOfShort(array(devices, device -> (short) device.reading().index(), Short[]::new))
        .addArrayOfString(array(devices, device -> device.reading().uuid(), String[]::new))
        .addArrayOfString(array(devices, device -> device.reading().name(), String[]::new))
        .addArrayOfInteger(array(devices, Beat.Device::memoryMib, Integer[]::new))
        .addArrayOfShort(array(devices, Beat.Device::temperature, Short[]::new))
        .addArrayOfShort(array(devices, Beat.Device::usagePercent, Short[]::new))
        .addArrayOfShort(array(devices, Beat.Device::memoryPercent, Short[]::new))
        .addArrayOfInteger(array(devices, Beat.Device::powerWatts, Integer[]::new))
        .addArrayOfOffsetDateTime(
            array(devices, device -> device.beat().at(), OffsetDateTime[]::new));
  }

  private static Tuple countColumns(List<Beat> newest) {
    return Tuple.tuple()
        .addArrayOfUUID(array(newest, Beat::client, UUID[]::new))
        .addArrayOfShort(
            array(newest, beat -> (short) beat.heartbeat().devices().size(), Short[]::new))
        .addArrayOfOffsetDateTime(array(newest, Beat::at, OffsetDateTime[]::new));
  }

  private static Map<String, HeartbeatReceipt> receipts(RowSet<Row> rows) {
    var receipts = new HashMap<String, HeartbeatReceipt>();
    for (var row : rows) {
      if (!row.getBoolean("unknown")) {
        receipts.put(
            ClientId.of(row.getUUID("cid")),
            new HeartbeatReceipt(
                row.getInteger("accepted"),
                row.getInteger("duplicate"),
                row.getInteger("out_of_range")));
      }
    }
    return receipts;
  }

  private static <E, T> T[] array(List<E> rows, Function<E, T> column, IntFunction<T[]> make) {
    return rows.stream().map(column).toArray(make);
  }
}
