package io.muster.launcher.db.transfer;

import static io.muster.launcher.db.transfer.TransferFixture.heartbeat;
import static io.muster.testkit.EmbeddedDatabase.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.ZoneOffset.UTC;
import static java.time.temporal.ChronoUnit.DAYS;
import static java.time.temporal.ChronoUnit.HOURS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.aggregator.maintenance.Retention;
import io.muster.runtime.database.schema.AdvisoryLock;
import io.muster.schema.history.Heartbeat;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.Promise;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ImportIT {
  @RegisterExtension static final EmbeddedDatabase source = new EmbeddedDatabase();
  @RegisterExtension static final EmbeddedDatabase target = new EmbeddedDatabase();

  private static final Instant NOW = Instant.parse("2028-03-01T12:30:00Z");

  /** The time of the history: older than heartbeats may be late. */
  private static final Instant HISTORY = NOW.minus(20, DAYS).truncatedTo(HOURS);

  /** A time whose partitions are the newest. */
  private static final Instant LATER = NOW.plus(300, DAYS);

  private static final List<String> NAMES =
      List.of("=cmd|'/c calc'!A0", "say \"hi\",'", "👩\u200d💻gpj.🦆 ünï\\u0041");

  private static final Set<String> COMPUTED =
      Set.of("first_heartbeat_at", "days", "uptime_percent", "uptime_day", "id");

  private static final List<String> TABLES =
      List.of(
          "heartbeat",
          "heartbeat_pack",
          "client_hour",
          "client_day",
          "device_minute",
          "device_hour",
          "client",
          "model");

  private final TransferFixture from = new TransferFixture(source);
  private final TransferFixture to = new TransferFixture(target);

  @BeforeEach
  void deleteAll() {
    for (var table : TABLES) {
      source.execute("DELETE FROM " + table);
      target.execute("DELETE FROM " + table);
    }
    source.execute(
        "UPDATE device_rollup SET hour = $1, client_ref = 0", at(HISTORY.minus(1, DAYS)));
    target.execute(
        "UPDATE device_rollup SET hour = $1, client_ref = 0", at(NOW.truncatedTo(HOURS)));
    from.createPartitions(HISTORY);
  }

  @Tag("slow")
  @ParameterizedTest
  @EnumSource
  void roundTrip_everyTable_isExactAndIdempotent(RowFormat format) throws Exception {
    fillSource();

    for (var table : importOrder()) {
      var text = from.export(table, format);
      var counts = to.load(text, NOW, 7);
      assertThat(counts.read()).as("%s", table).isPositive().isEqualTo(lines(text, format));
      assertThat(counts.known() + counts.stored()).as("%s", table).isEqualTo(counts.read());
      assertThat(to.load(text, NOW, 1000)).isEqualTo(allKnown(counts.read()));
    }

    for (var table : importOrder()) {
      assertThat(withoutComputed(table, to.export(table, format)))
          .as("%s", table)
          .isEqualTo(withoutComputed(table, from.export(table, format)));
    }
  }

  @Test
  void heartbeatsAndReadings_rollUps_areThoseOfIngest() throws Exception {
    fillSource();
    source.execute("DELETE FROM client_day WHERE day = '2028-01-01'");

    to.load(from.export(TransferTable.HEARTBEATS, RowFormat.CSV), NOW, 100);
    to.rollUp(NOW);
    to.load(from.export(TransferTable.DEVICE_READINGS, RowFormat.CSV), NOW, 100);
    assertThat(target.execute("SELECT FROM client_state WHERE late_from IS NOT NULL").size())
        .as("hosts with devices, whose warnings are evaluated again")
        .isEqualTo(NAMES.size() - 1);
    to.rollUp(NOW);

    for (var table :
        List.of(
            TransferTable.HOURS,
            TransferTable.DAYS,
            TransferTable.DEVICE_MINUTES,
            TransferTable.DEVICE_HOURS)) {
      assertThat(to.export(table, RowFormat.CSV))
          .as("%s", table)
          .isEqualTo(from.export(table, RowFormat.CSV));
    }
    assertThat(newestState(target)).isEqualTo(newestState(source));
  }

  @Test
  void deviceReadings_heartbeatsCompactedMeanwhile_areAddedOnce() throws Exception {
    fillSource();
    to.load(from.export(TransferTable.HEARTBEATS, RowFormat.CSV), NOW, 1000);
    to.pack(HISTORY);
    var readings = from.export(TransferTable.DEVICE_READINGS, RowFormat.CSV);

    var first = to.load(readings, NOW, 11);
    to.pack(HISTORY);
    var second = to.load(readings, NOW, 11);

    assertThat(first.stored()).isEqualTo(first.read());
    assertThat(second).isEqualTo(allKnown(first.read()));
    assertThat(to.export(TransferTable.DEVICE_READINGS, RowFormat.CSV)).isEqualTo(readings);
    assertThat(to.load(from.export(TransferTable.HEARTBEATS, RowFormat.CSV), NOW, 1000).stored())
        .isZero();
  }

  @Test
  void deviceReadings_linesOfOneHeartbeatApart_areAllAdded() throws Exception {
    fillSource();
    to.load(from.export(TransferTable.HEARTBEATS, RowFormat.CSV), NOW, 1000);
    var lines = from.export(TransferTable.DEVICE_READINGS, RowFormat.CSV).split("(?<=\n)", -1);
    var byDevice = new ArrayList<>(List.of(lines).subList(1, lines.length - 1));
    Collections.shuffle(byDevice, new Random(1));

    to.load(lines[0] + String.join("", byDevice), NOW, 5);

    assertThat(to.export(TransferTable.DEVICE_READINGS, RowFormat.CSV))
        .isEqualTo(String.join("", lines));
  }

  @Test
  void deviceReadings_withoutTheirHeartbeat_areCountedAndNotStored() throws Exception {
    fillSource();

    var counts = to.load(from.export(TransferTable.DEVICE_READINGS, RowFormat.CSV), NOW, 100);

    assertThat(counts.orphans()).isEqualTo(counts.read()).isPositive();
    assertThat(to.count("heartbeat")).isZero();
  }

  @Test
  void hours_beforeOrAfterTheirHeartbeats_countOnce() throws Exception {
    fillSource();
    var heartbeats = from.export(TransferTable.HEARTBEATS, RowFormat.CSV);
    var readings = from.export(TransferTable.DEVICE_READINGS, RowFormat.CSV);
    var hours = from.export(TransferTable.HOURS, RowFormat.CSV);

    to.load(hours, NOW, 2);
    to.load(heartbeats.lines().limit(20).reduce("", (a, b) -> a + b + "\n"), NOW, 100);
    assertThat(to.export(TransferTable.HOURS, RowFormat.CSV)).isEqualTo(hours);
    to.load(heartbeats, NOW, 100);
    to.load(readings, NOW, 100);
    to.load(hours, NOW, 2);

    assertThat(to.export(TransferTable.HOURS, RowFormat.CSV)).isEqualTo(hours);
  }

  @Test
  void deviceMinutes_someAreStored_othersAreAdded() throws Exception {
    fillSource();
    var minutes = from.export(TransferTable.DEVICE_MINUTES, RowFormat.NDJSON);
    var first = minutes.lines().limit(3).reduce("", (a, b) -> a + b + "\n");

    to.load(first, NOW, 100);
    to.load(first.replaceAll("\"heartbeats\":[0-9]+", "\"heartbeats\":60000"), NOW, 100);
    to.load(minutes, NOW, 2);

    assertThat(to.export(TransferTable.DEVICE_MINUTES, RowFormat.NDJSON)).isEqualTo(minutes);
  }

  @Test
  void rows_tooOldOrInTheFuture_areCountedAndNotStored() throws Exception {
    var client = from.insertClient("ann", "host");
    from.ingest(client, HISTORY, List.of(heartbeat(HISTORY.minusSeconds(1), -1)));
    var row = from.export(TransferTable.HEARTBEATS, RowFormat.NDJSON);
    var time = Pattern.compile("2028-[^\"]*");

    var counts =
        to.load(
            Stream.of(
                    "2028-01-30T23:59:59.999Z",
                    "2028-01-31T00:00:00Z",
                    "2028-03-01T12:31:00.001Z",
                    "2028-03-01T13:30:59.999+01:00")
                .map(time.matcher(row)::replaceAll)
                .collect(Collectors.joining()),
            NOW,
            100);
    var hours =
        to.load(
            "client_id,user_id,client_name,hour,last_heartbeat_at,heartbeats,cpu_mean_percent,"
                + "memory_mean_percent,disk_mean_percent,network_up_bytes,network_down_bytes,slots,"
                + "devices_max\n"
                + (client + ",ann,host,2028-03-01T12:00:00Z,2028-03-01T12:00:00Z,1,1,1,1,1,1,1,0\n")
                + (client
                    + ",ann,host,2028-03-01T11:00:00Z,2028-03-01T11:00:00Z,1,1,1,1,1,1,1,0\n"),
            NOW,
            100);

    assertThat(counts).isEqualTo(new ImportCounts(4, 2, 0, 0, 1, 1));
    assertThat(hours).isEqualTo(new ImportCounts(2, 1, 0, 0, 0, 1));
  }

  @Test
  void clients_registeredOnes_areNotChangedAndOthersAreOffline() throws Exception {
    fillSource();
    var known = to.insertClient("owner", NAMES.get(0));

    to.load(from.export(TransferTable.HEARTBEATS, RowFormat.CSV), NOW, 100);

    var clients = to.export(TransferTable.CLIENTS, RowFormat.CSV);
    assertThat(clients.lines().skip(1)).hasSize(NAMES.size());
    assertThat(clients.lines().filter(line -> line.contains(",offline,"))).hasSize(2);
    assertThat(clients).contains(known + ",owner,");
  }

  @Test
  void heartbeats_whileIngestStoresTheSameHours_countOnce() throws Exception {
    var client = to.insertClient("ann", "host");
    to.createPartitions(LATER);
    to.ingest(client, LATER, heartbeats(0, 900, 10));
    var text = to.export(TransferTable.HEARTBEATS, RowFormat.CSV);
    target.execute("DELETE FROM heartbeat");
    target.execute("DELETE FROM client_hour");

    var ingest =
        CompletableFuture.runAsync(
            () -> {
              for (var i = 0; i < 60; i++) {
                to.ingest(client, LATER, heartbeats(i, 90, 100));
              }
            });
    do {
      to.load(text, LATER, 100);
    } while (!ingest.isDone());
    ingest.join();

    assertThat(to.count("heartbeat")).isEqualTo(900 + 59 * 90);
    assertThat(totals("client_hour", "n", "_sum")).isEqualTo(totals("heartbeat", "1", ""));
  }

  @Test
  void open_duringMaintenance_fails() {
    var end = Promise.<Void>promise();
    var locked = Promise.<Boolean>promise();
    var maintenance =
        target
            .database()
            .withDedicatedConnection(
                Duration.ofMinutes(1),
                sql ->
                    AdvisoryLock.MAINTENANCE
                        .tryAcquireForSession(sql)
                        .onComplete(locked::handle)
                        .compose(acquired -> end.future()));
    assertThat(await(locked.future())).isTrue();

    assertThatThrownBy(
            () ->
                await(Import.open(target.database(), TransferTable.DAYS, Retention.DEFAULTS, NOW)))
        .hasMessageContaining("an aggregator is running maintenance");

    end.complete();
    await(maintenance);
  }

  /**
   * Fills the source: an hour with devices, without and with none reported; a pack; missing
   * readings; days, models.
   */
  private void fillSource() {
    for (var i = 0; i < NAMES.size(); i++) {
      var client = from.insertClient("user" + i, NAMES.get(i));
      var number = i;
      from.ingest(
          client,
          HISTORY.plus(2, HOURS),
          IntStream.range(0, 40)
              .mapToObj(
                  second ->
                      heartbeat(
                          HISTORY.plusMillis(second * 171_999L + number),
                          second % 5 == 4 ? -1 : number))
              .toList());
    }
    source.execute(
        "INSERT INTO client_day SELECT '2028-01-01T23:00Z', 1, 2, client_ref, '2028-01-01', 3, 4, 5,"
            + " 6, 7 FROM client");
    source.execute(
        "INSERT INTO model (name, version, version_code, engine_type) VALUES ('=llama', '3', 1, 0)");
    from.rollUp(HISTORY.plus(1, DAYS));
    from.pack(HISTORY);
  }

  /** Returns heartbeats of the last hours, some milliseconds late. */
  private static List<Heartbeat> heartbeats(int millis, int number, int intervalSeconds) {
    return IntStream.range(1, number + 1)
        .mapToObj(
            i -> heartbeat(LATER.minusSeconds(i * (long) intervalSeconds).plusMillis(millis), 0))
        .sorted(Comparator.comparing(Heartbeat::atMillis))
        .toList();
  }

  private static String totals(String table, String number, String suffix) {
    return target
        .execute(
            "SELECT concat_ws(' ', sum(%s), sum(cpu%s), sum(mem%2$s), sum(disk%2$s), sum(net_up)) FROM %s"
                .formatted(number, suffix, table))
        .iterator()
        .next()
        .getString(0);
  }

  private static List<String> newestState(EmbeddedDatabase database) {
    var states = new ArrayList<String>();
    database
        .execute(
            "SELECT concat_ws(' ', first_ts, last_ts, last_seen, cpu, mem, disk, devices_at,"
                + " device_count, device_usage, device_mem, device_temp, device_power, warned_to,"
                + " warn_mask, warnings) FROM"
                + " client_state JOIN client USING (client_ref) ORDER BY client_id")
        .forEach(row -> states.add(row.getString(0)));
    return states;
  }

  /** Returns the rows without the columns that roll-ups compute, or that the database assigns. */
  private static Object withoutComputed(TransferTable table, String text) throws Exception {
    if (table != TransferTable.CLIENTS && table != TransferTable.MODELS) {
      return text;
    }
    var values = new ArrayList<@Nullable Object>();
    var rows = RowReader.open(new ByteArrayInputStream(text.getBytes(UTF_8)), Optional.empty());
    for (var row = rows.next(); row.isPresent(); row = rows.next()) {
      for (var column : table.columns()) {
        values.add(COMPUTED.contains(column.name()) ? null : row.get().value(column.name()));
      }
    }
    return values;
  }

  private static long lines(String text, RowFormat format) {
    return text.lines().count() - (format == RowFormat.CSV ? 1 : 0);
  }

  private static ImportCounts allKnown(long rows) {
    return new ImportCounts(rows, 0, rows, 0, 0, 0);
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(UTC);
  }

  private static List<TransferTable> importOrder() {
    return List.of(
        TransferTable.CLIENTS,
        TransferTable.DEVICES,
        TransferTable.HEARTBEATS,
        TransferTable.DEVICE_READINGS,
        TransferTable.HOURS,
        TransferTable.DAYS,
        TransferTable.DEVICE_MINUTES,
        TransferTable.DEVICE_HOURS,
        TransferTable.MODELS);
  }
}
