package io.muster.launcher.db.transfer;

import static io.muster.testkit.EmbeddedDatabase.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.ZoneOffset.UTC;

import io.muster.aggregator.catalog.GpuCatalog;
import io.muster.aggregator.catalog.GpuModels;
import io.muster.aggregator.ingest.PostgresHeartbeatStore;
import io.muster.aggregator.ingest.ReceivedBatch;
import io.muster.aggregator.maintenance.Retention;
import io.muster.aggregator.rollup.DeviceRollup;
import io.muster.aggregator.rollup.PostgresRollup;
import io.muster.runtime.database.schema.Partitions;
import io.muster.schema.client.ClientId;
import io.muster.schema.history.DeviceIdentity;
import io.muster.schema.history.DeviceMemory;
import io.muster.schema.history.DeviceReading;
import io.muster.schema.history.Heartbeat;
import io.muster.schema.history.HeartbeatBatch;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.IntStream;

/** A database whose history comes from ingest and roll-ups, and its exports and imports. */
record TransferFixture(EmbeddedDatabase postgres) {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  /** A client of a user; its id depends on its name only. */
  String insertClient(String userId, String name) {
    var id = UUID.nameUUIDFromBytes(name.getBytes(UTF_8));
    postgres.execute(
        "INSERT INTO client (client_id, user_id, name, declared_status) VALUES ($1, $2, $3,"
            + " 'online')",
        id,
        userId,
        name);
    return ClientId.fromUuid(id);
  }

  /** Stores heartbeats as an aggregator does that receives them at an instant. */
  void ingest(String clientId, Instant receivedAt, List<Heartbeat> heartbeats) {
    var store =
        new PostgresHeartbeatStore(
            postgres.database(),
            () -> receivedAt,
            new GpuCatalog(GpuModels.bundled()),
            stored -> {});
    var batch = new HeartbeatBatch(clientId, OptionalLong.empty(), heartbeats);
    await(store.store(List.of(new ReceivedBatch(batch, receivedAt))));
  }

  void createPartitions(Instant now) {
    await(
        postgres
            .database()
            .withDedicatedConnection(
                TIMEOUT, sql -> Partitions.createMissing(sql, LocalDate.ofInstant(now, UTC))));
  }

  /** Rolls up everything that is due. */
  void rollUp(Instant now) {
    await(
        new PostgresRollup(postgres.database(), () -> now, stored -> {})
            .rollUpIfDue(Duration.ZERO));
    var devices = new DeviceRollup(postgres.database(), () -> now);
    while (await(devices.rollUpNext()).isPresent()) {
      // Continues with the next part.
    }
  }

  /** Makes packs of all heartbeats of an hour, as a compaction does. */
  void pack(Instant hour) {
    var day = LocalDate.ofInstant(hour, UTC);
    postgres.execute(
        "CREATE TABLE IF NOT EXISTS heartbeat_pack_%s PARTITION OF heartbeat_pack FOR VALUES FROM ('%sZ') TO ('%sZ')"
            .formatted(day.toString().replace("-", ""), day, day.plusDays(1)));
    postgres.execute(
        "INSERT INTO heartbeat_pack (hour, client_ref, ms, cpu, mem, disk, net_up, net_down,"
            + " gpu_flags, device_refs, device_usage, device_mem, device_temp, device_power)"
            + " SELECT $1, client_ref, array_agg((extract(epoch FROM ts - $1) * 1000)::int ORDER BY"
            + " ts), array_agg(cpu ORDER BY ts), array_agg(mem ORDER BY ts), array_agg(disk ORDER"
            + " BY ts), array_agg(net_up ORDER BY ts), array_agg(net_down ORDER BY ts),"
            + " array_agg(gpu_flags ORDER BY ts), device_refs,"
            + readings("device_usage", "smallint")
            + readings("device_mem", "smallint")
            + readings("device_temp", "smallint")
            + readings("device_power", "int").replaceAll(",$", "")
            + " FROM heartbeat WHERE ts >= $1 AND ts < $1 + interval '1 h' GROUP BY client_ref,"
            + " device_refs",
        hour.atOffset(UTC));
    postgres.execute(
        "DELETE FROM heartbeat WHERE ts >= $1 AND ts < $1 + interval '1 h'", hour.atOffset(UTC));
  }

  private static String readings(String column, String type) {
    return " coalesce(array_agg(%s ORDER BY ts) FILTER (WHERE device_refs <> '{}'), device_refs::%s[]),"
        .formatted(column, type);
  }

  String export(TransferTable table, RowFormat format) {
    var export = await(Export.open(postgres.database(), ExportQuery.all(table), format));
    var all = Buffer.buffer();
    for (var page = await(export.next()); page.length() > 0; page = await(export.next())) {
      all.appendBuffer(page);
    }
    return all.toString(UTF_8);
  }

  /** Imports a text at an instant, in batches of some rows. */
  ImportCounts load(String text, Instant now, int batchRows)
      throws IOException, InvalidRowException {
    var rows = RowReader.open(new ByteArrayInputStream(text.getBytes(UTF_8)), Optional.empty());
    var session = await(Import.open(postgres.database(), rows.table(), Retention.DEFAULTS, now));
    try {
      var batch = new ArrayList<ImportedRow>();
      for (var row = rows.next(); row.isPresent(); row = rows.next()) {
        batch.add(row.get());
        if (batch.size() == batchRows) {
          await(session.store(batch));
          batch.clear();
        }
      }
      await(session.store(batch));
      await(session.commit());
      return session.counts();
    } finally {
      session.close();
    }
  }

  long count(String fromClause) {
    return postgres.execute("SELECT count(*) FROM " + fromClause).iterator().next().getLong(0);
  }

  /** Returns a heartbeat with a number of devices, negative: not reported. */
  static Heartbeat heartbeat(Instant at, int devices) {
    var second = (int) (at.toEpochMilli() / 1000 % 60);
    return new Heartbeat(
        at.toEpochMilli(),
        second,
        (second * 7) % 101,
        50,
        1_000L * second,
        999_999_999_999_999L,
        devices < 0
            ? Optional.empty()
            : Optional.of(IntStream.range(0, devices).mapToObj(i -> device(i, second)).toList()));
  }

  private static DeviceReading device(int index, int second) {
    var isMissing = second % 7 == 3;
    return new DeviceReading(
        new DeviceIdentity(index, "GPU-" + index, "=NVIDIA H100, \"80GB\"\\"),
        isMissing ? OptionalDouble.empty() : OptionalDouble.of((second * 3 + index) % 101),
        new DeviceMemory(OptionalLong.of(second * 1_000_000L), OptionalLong.of(80L << 30)),
        OptionalLong.of(-20 + second),
        index == 1 ? OptionalDouble.empty() : OptionalDouble.of(300.4 + second),
        OptionalInt.empty(),
        second == 59 ? Optional.of("xid 79") : Optional.empty());
  }
}
