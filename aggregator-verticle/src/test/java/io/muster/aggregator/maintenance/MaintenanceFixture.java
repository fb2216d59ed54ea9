package io.muster.aggregator.maintenance;

import static io.muster.aggregator.HistoryFixture.await;

import io.muster.aggregator.HistoryFixture;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.schema.AdvisoryLock;
import io.muster.runtime.database.schema.ExistingPartition;
import io.muster.runtime.database.schema.Partitions;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Stores heartbeats as ingest does, and reads them, raw and compacted. */
record MaintenanceFixture(Database database, HistoryFixture history) {
  /** All heartbeats. A statement that reads them names the raw table first. */
  static final String ALL_HEARTBEATS =
      """
      (SELECT client_ref, ts, cpu, mem, disk, net_up, net_down, gpu_flags, device_refs::text, device_usage::text,
         device_mem::text, device_temp::text, device_power::text
       FROM heartbeat
       UNION ALL
       SELECT p.client_ref, p.hour + u.ms * interval '1 ms', u.cpu, u.mem, u.disk, u.net_up, u.net_down, u.gpu_flags,
         p.device_refs::text, CASE WHEN p.device_refs <> '{}' THEN ARRAY(SELECT unnest(p.device_usage[u.no:u.no]))
           ELSE p.device_usage END::text,
         CASE WHEN p.device_refs <> '{}' THEN ARRAY(SELECT unnest(p.device_mem[u.no:u.no])) ELSE p.device_mem END::text,
         CASE WHEN p.device_refs <> '{}' THEN ARRAY(SELECT unnest(p.device_temp[u.no:u.no])) ELSE p.device_temp END::text,
         CASE WHEN p.device_refs <> '{}' THEN ARRAY(SELECT unnest(p.device_power[u.no:u.no])) ELSE p.device_power END::text
       FROM heartbeat_pack p, unnest(p.ms, p.cpu, p.mem, p.disk, p.net_up, p.net_down, p.gpu_flags) WITH ORDINALITY
         AS u (ms, cpu, mem, disk, net_up, net_down, gpu_flags, no))\
      """;

  /** Stores heartbeats with their roll-up in one statement, while no session compacts. */
  private static final String STORE =
      """
      WITH ins AS (
        INSERT INTO heartbeat (client_ref, ts, cpu, mem, disk, net_up, net_down, gpu_flags, device_refs, device_usage,
          device_mem, device_temp, device_power)
        SELECT $1::int, i.ts, i.cpu, i.cpu, i.cpu, i.net, 1, i.flags, i.refs::int[], i.readings::smallint[],
          i.readings::smallint[], i.readings::smallint[], i.readings::int[]
        FROM unnest($2::timestamptz[], $3::smallint[], $4::bigint[], $5::smallint[], $6::text[], $7::text[])
          AS i (ts, cpu, net, flags, refs, readings)
        WHERE NOT EXISTS (SELECT FROM heartbeat_pack p WHERE p.client_ref = $1::int AND p.hour = date_trunc('hour', i.ts, 'UTC')
          AND (extract(epoch FROM i.ts - p.hour) * 1000)::int = ANY (p.ms))
        ON CONFLICT DO NOTHING RETURNING *)
      INSERT INTO client_hour AS h (client_ref, hour, last_ts, n, net_up, net_down, cpu_sum, mem_sum, disk_sum, slot_mask)
      SELECT client_ref, date_trunc('hour', ts, 'UTC'), max(ts), count(*), 0, 0, sum(cpu), 0, 0, 0 FROM ins GROUP BY 1, 2
      ON CONFLICT (client_ref, hour) DO UPDATE SET n = h.n + excluded.n\
      """;

  private static final long MAX_BYTES = 1_000_000_000_000_000L;

  /** References of devices: not reported, none, one, and three. */
  private static final List<Optional<String>> DEVICES =
      List.of(Optional.empty(), Optional.of("{}"), Optional.of("{7}"), Optional.of("{7,3,9}"));

  static MaintenanceFixture of(Database database) {
    return new MaintenanceFixture(database, new HistoryFixture(database));
  }

  /** Creates the partitions for heartbeats around a day. */
  void createPartitions(LocalDate today) {
    await(
        database.withDedicatedConnection(
            Duration.ofMinutes(1), sql -> Partitions.createMissing(sql, today)));
  }

  int insertClient() {
    var id = history.insertClient();
    return Integer.parseInt(
        history.clientRows(id, "client_ref", "client").get(0).replaceAll("[^0-9]", ""));
  }

  void store(int client, List<Instant> instants, Random random) {
    await(
        database.withTransaction(
            sql ->
                AdvisoryLock.COMPACTION
                    .acquireForSharing(sql)
                    .compose(shared -> insert(sql, client, instants, random))));
  }

  static Future<Void> insert(SqlConnection sql, int client, List<Instant> instants, Random random) {
    var size = instants.size();
    var percents =
        IntStream.range(0, size)
            .mapToObj(i -> (short) (random.nextInt(10) == 0 ? 100 : random.nextInt(100)))
            .toArray(Short[]::new);
    var bytes =
        IntStream.range(0, size)
            .mapToObj(i -> random.nextInt(10) == 0 ? MAX_BYTES : random.nextInt(1_000_000))
            .toArray(Long[]::new);
    var flags =
        IntStream.range(0, size).mapToObj(i -> (short) random.nextInt(16)).toArray(Short[]::new);
    var devices = Stream.generate(() -> DEVICES.get(random.nextInt(4))).limit(size).toList();
    return sql.preparedQuery(STORE)
        .execute(
            Tuple.tuple()
                .addInteger(client)
                .addArrayOfOffsetDateTime(
                    instants.stream()
                        .map(at -> at.atOffset(ZoneOffset.UTC))
                        .toArray(OffsetDateTime[]::new))
                .addArrayOfShort(percents)
                .addArrayOfLong(bytes)
                .addArrayOfShort(flags)
                .addArrayOfString(
                    devices.stream().map(refs -> refs.orElse(null)).toArray(String[]::new))
                .addArrayOfString(
                    devices.stream()
                        .map(refs -> refs.map(text -> randomReadings(text, random)).orElse(null))
                        .toArray(String[]::new)))
        .mapEmpty();
  }

  private static String randomReadings(String refs, Random random) {
    return Pattern.compile("\\d")
        .matcher(refs)
        .replaceAll(ref -> random.nextInt(5) == 0 ? "null" : "" + random.nextInt(1000));
  }

  /** Returns every heartbeat with all its columns, in order. */
  List<String> heartbeatRows() {
    return history.query("SELECT * FROM " + ALL_HEARTBEATS + " x ORDER BY client_ref, ts");
  }

  static List<Instant> instantsEveryTenSeconds(Instant from, int hours) {
    return IntStream.range(0, hours * 360).mapToObj(i -> from.plusSeconds(i * 10L)).toList();
  }

  /** Removes every client and partition. */
  void deleteAll() {
    partitionNames()
        .forEach(
            table ->
                await(database.withConnection(sql -> sql.query("DROP TABLE " + table).execute())));
    history.query("DELETE FROM client");
  }

  String rowCount(String table) {
    return history.queryRow("SELECT count(*) FROM " + table);
  }

  List<String> partitionNames() {
    return partitions().stream().map(ExistingPartition::name).toList();
  }

  List<ExistingPartition> partitions() {
    return await(database.withConnection(Partitions::loadAll));
  }
}
