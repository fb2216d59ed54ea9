package io.muster.launcher.db.transfer;

import static io.muster.testkit.EmbeddedDatabase.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.runtime.database.schema.Partitions;
import io.muster.schema.client.ClientId;
import io.muster.schema.json.WireText;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExportIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final LocalDate DAY = LocalDate.of(2028, 2, 29);
  private static final Instant NOON = Instant.parse("2028-02-29T12:00:00Z");

  @AfterEach
  void deleteAll() {
    postgres.execute("DELETE FROM heartbeat");
    postgres.execute("DELETE FROM heartbeat_pack");
    postgres.execute("DELETE FROM client_day");
    postgres.execute("DELETE FROM client");
    postgres.execute("DELETE FROM model");
  }

  @Test
  void heartbeats_rawAndCompacted_areExportedAsStored() {
    var client = insertClient("ann");
    createPartitions();
    postgres.execute(
        "INSERT INTO heartbeat SELECT ts, 1, 1000000000000000, client_ref, 0, 50, 100, 15 FROM"
            + " client, generate_series('2028-02-29T00:00:00.001Z', '2028-02-29T23:59:59.999Z',"
            + " interval '10 s') ts");
    postgres.execute(
        "INSERT INTO heartbeat_pack (hour, client_ref, ms, cpu, mem, disk, net_up, net_down,"
            + " gpu_flags) SELECT '2028-02-28T23:00:00Z', client_ref, '{0,1,3599999}', '{1,2,3}',"
            + " '{4,5,6}', '{7,8,9}', '{10,11,12}', '{13,14,15}', '{0,1,2}' FROM client");

    var rows = exportCsv(ExportQuery.all(TransferTable.HEARTBEATS));

    assertThat(rows).hasSize(1 + 3 + 8640);
    assertThat(rows.get(0))
        .containsExactly(
            "client_id",
            "user_id",
            "client_name",
            "at",
            "cpu_percent",
            "memory_percent",
            "disk_percent",
            "network_up_bytes",
            "network_down_bytes",
            "gpu_conditions",
            "devices");
    assertThat(String.join(" ", rows.get(3)))
        .isEqualTo(client + " ann host of ann 2028-02-28T23:59:59.999000Z 3 6 9 12 15 critical ");
    assertThat(String.join(" ", rows.get(4)))
        .isEqualTo(
            client
                + " ann host of ann 2028-02-29T00:00:00.001000Z 0 50 100 1 1000000000000000"
                + " hot;critical;warm;fault ");
    assertThat(rows.get(8643).get(3)).isEqualTo("2028-02-29T23:59:50.001000Z");
    assertThat(rows).extracting(row -> row.get(3)).doesNotHaveDuplicates();
  }

  @Test
  void heartbeats_range_beginsAtTheFirstInstantAndEndsBeforeTheLast() {
    insertClient("ann");
    createPartitions();
    for (var at : List.of("11:59:59.999", "12:00:00", "12:30:00", "12:59:59.999", "13:00:00")) {
      postgres.execute(
          "INSERT INTO heartbeat SELECT '2028-02-29T"
              + at
              + "Z', 1, 2, client_ref, 3, 4, 5, 6 FROM client");
    }
    postgres.execute(
        "INSERT INTO heartbeat_pack (hour, client_ref, ms, cpu, mem, disk, net_up, net_down,"
            + " gpu_flags) SELECT '2028-02-28T12:00:00Z', client_ref, '{0,1800000,3599999}',"
            + " '{1,2,3}', '{4,5,6}', '{7,8,9}', '{10,11,12}', '{13,14,15}', '{0,1,2}' FROM"
            + " client");

    assertThat(exportTimes(NOON, NOON.plus(Duration.ofHours(1))))
        .hasSize(3)
        .first()
        .asString()
        .contains("12:00:00.000");
    var yesterday = NOON.minus(Duration.ofDays(1));
    assertThat(exportTimes(yesterday.plusMillis(1), yesterday.plusMillis(3_599_999)))
        .containsExactly("2028-02-28T12:30:00.000000Z");
    assertThat(exportTimes(NOON, NOON)).isEmpty();
    assertThat(exportTimes(Instant.EPOCH, Instant.parse("2000-01-01T00:00:00Z"))).isEmpty();
  }

  @Tag("slow")
  @ParameterizedTest
  @EnumSource(names = "MODELS", mode = EnumSource.Mode.EXCLUDE)
  void tables_ofOneClientOrUser_excludeOthers(TransferTable table) {
    var ann = insertClient("ann");
    var bob = insertClient("bob");
    insertRowsOfEveryTable();

    assertThat(exportClientIds(table, Optional.of(ann), Optional.empty())).containsOnly(ann);
    assertThat(exportClientIds(table, Optional.empty(), Optional.of("bob"))).containsOnly(bob);
    assertThat(exportClientIds(table, Optional.of(ann), Optional.of("ann"))).containsOnly(ann);
    assertThat(exportClientIds(table, Optional.of(ann), Optional.of("bob"))).isEmpty();
    assertThat(exportClientIds(table, Optional.empty(), Optional.empty())).containsOnly(ann, bob);
  }

  @Test
  void clients_namesWithControlCharacters_areExactInJson() throws IOException {
    insertClient("eve", "\u001b[31m=1 \u009b31m exe\u202etxt.");

    var line = exportText(TransferTable.CLIENTS, RowFormat.NDJSON);

    assertThat(WireText.hasControls(line.strip())).isFalse();
    assertThat(new ObjectMapper().readTree(line).get("client_name").asText())
        .isEqualTo("\u001b[31m=1 \u009b31m exe\u202etxt.");
  }

  @Test
  void clients_specialCharactersInNames_areEscaped() {
    var names =
        List.of(
            "a,b",
            "say \"hi\"",
            "two\r\nlines",
            "",
            " blank ",
            "ünïcode 🦆",
            "'; DROP TABLE client",
            "=cmd|'/c calc'!A0",
            "+1",
            "-1",
            "@SUM(A1)",
            "\uff1d1",
            "back\\slash",
            "\u001b]0;title\u0007",
            "exe\u202etxt.",
            "\tx");
    for (var name : names) {
      insertClient("eve", name);
    }

    var rows = exportCsv(ExportQuery.all(TransferTable.CLIENTS));

    assertThat(rows.subList(1, rows.size()))
        .extracting(row -> CsvText.decode(row.get(2)))
        .containsExactlyElementsOf(names);
    assertThat(rows).extracting(row -> row.get(2)).noneMatch(WireText::hasControls);
    assertThat(exportText(TransferTable.CLIENTS, RowFormat.CSV))
        .contains(",\"say \"\"hi\"\"\",")
        .contains(",\"\",")
        .contains(
            ",two\\u000d\\u000alines,", ",'=cmd|'/c calc'!A0,", ",'\uff1d1,", ",'+1,", ",'-1,");
  }

  @Test
  void clients_asJsonLines_areObjectsWithNulls() throws IOException {
    var id = insertClient("ann");
    postgres.execute(
        "INSERT INTO client_state (client_ref, first_ts, last_ts, last_seen, tflops) SELECT"
            + " client_ref, now(), now(), now(), 82.58 FROM client");
    insertClient("bob");

    var lines = exportText(TransferTable.CLIENTS, RowFormat.NDJSON).split("\n", -1);

    assertThat(lines).hasSize(3);
    var json = new ObjectMapper();
    assertThat(json.readTree(lines[0]).get("client_id").asText()).isEqualTo(id);
    assertThat(json.readTree(lines[0]).get("tflops").decimalValue()).isEqualByComparingTo("82.58");
    assertThat(json.readTree(lines[1]).get("tflops").isNull()).isTrue();
    assertThat(lines[2]).isEmpty();
  }

  @Test
  void everyTable_withAndWithoutData_hasItsHeaderAndRows() {
    for (var table : TransferTable.values()) {
      assertThat(exportCsv(ExportQuery.all(table))).as("%s", table).hasSize(1);
      assertThat(exportedColumns(table))
          .isEqualTo(table.columns().stream().map(Column::name).toList());
    }
    insertClient("ann");
    insertRowsOfEveryTable();

    assertThat(exportCsv(ExportQuery.all(TransferTable.HEARTBEATS))).hasSize(3);
    assertThat(exportCsv(ExportQuery.all(TransferTable.DEVICE_READINGS)))
        .hasSize(3)
        .extracting(row -> String.join(" ", row.subList(1, row.size())))
        .contains(
            "ann host of ann GPU-1 0 H200 2028-02-28T12:00:00.000000Z 51 41 61 701",
            "ann host of ann GPU-1 0 H200 2028-02-29T12:00:00.000000Z 50 40  700");
    assertThat(exportCsv(ExportQuery.all(TransferTable.DEVICE_MINUTES)))
        .hasSize(2)
        .last()
        .asInstanceOf(LIST)
        .containsSubsequence(
            "GPU-1", "2028-02-29T12:00:00.000000Z", "2", "2", "3.5", "7", "7", "1", "7");
    assertThat(exportCsv(ExportQuery.all(TransferTable.HOURS))).hasSize(49);
    assertThat(exportCsv(ExportQuery.all(TransferTable.DEVICE_HOURS))).hasSize(49);
    assertThat(exportCsv(ExportQuery.all(TransferTable.DAYS)))
        .hasSize(1 + 425)
        .last()
        .asInstanceOf(LIST)
        .contains("2028-02-29");
    assertThat(exportCsv(ExportQuery.all(TransferTable.DEVICES)))
        .hasSize(2)
        .last()
        .asInstanceOf(LIST)
        .contains("GPU-1", "");
    assertThat(exportCsv(ExportQuery.all(TransferTable.MODELS)))
        .hasSize(2)
        .last()
        .asInstanceOf(LIST)
        .contains("llama", "true");
  }

  private void insertRowsOfEveryTable() {
    createPartitions();
    postgres.execute(
        "INSERT INTO device (client_ref, device_uuid, device_index, name, updated_at) SELECT"
            + " client_ref, 'GPU-1', 0, 'H200', '2028-02-29Z' FROM client");
    postgres.execute(
        "INSERT INTO heartbeat SELECT '2028-02-29T12:00:00Z', 1, 2, client_ref, 3, 4, 5, 6,"
            + " ARRAY[device_ref], '{50}', '{40}', '{null}', '{700}' FROM device");
    postgres.execute(
        "INSERT INTO heartbeat_pack (hour, client_ref, ms, cpu, mem, disk, net_up, net_down,"
            + " gpu_flags, device_refs, device_usage, device_mem, device_temp, device_power) SELECT"
            + " '2028-02-28T12:00:00Z', client_ref, '{0}', '{1}', '{4}', '{7}', '{10}', '{13}',"
            + " '{0}', ARRAY[device_ref], '{{51}}', '{{41}}',"
            + " '{{61}}', '{{701}}' FROM device");
    postgres.execute(
        "INSERT INTO device_minute (device_ref, hour, n, usage_sum, usage_min, usage_max, mem_n,"
            + " mem_sum, mem_min, mem_max, temp_sum, temp_min, temp_max, power_sum, power_min,"
            + " power_max) SELECT device_ref, '2028-02-29T12:00:00Z', ('{2' || repeat(',0', 59) ||"
            + " '}')::int[], x, x, x, y::int[], x, x, x, x, x, x, x, x, x FROM device, (SELECT"
            + " ('{7' || repeat(',null', 59) || '}')::int[] AS x, '{1' || repeat(',0', 59) || '}'"
            + " AS y) a");
    postgres.execute(
        "INSERT INTO device_hour (hour, temp_sum, power_sum, device_ref, n, usage_n, usage_sum,"
            + " mem_n, mem_sum, temp_n, power_n) SELECT h, 1, 2, device_ref, 3, 4, 5, 6, 7, 8, 9"
            + " FROM device, generate_series('2028-02-29Z'::timestamptz, '2028-03-01T23:00Z', '1"
            + " h') h");
    postgres.execute(
        "INSERT INTO client_hour (client_ref, hour, last_ts, n, net_up, net_down, cpu_sum, mem_sum,"
            + " disk_sum, slot_mask) SELECT client_ref, h, h, 1, 2, 3, 4, 5, 6, 7 FROM client,"
            + " generate_series('2028-02-29Z'::timestamptz, '2028-03-01T23:00Z', '1 h') h");
    postgres.execute(
        "INSERT INTO client_day SELECT now(), 0, 0, client_ref, d::date, 1, 1, 1, 1, 1 FROM client,"
            + " generate_series('2027-01-01'::date, '2028-02-29', '1 day') d");
    postgres.execute(
        "INSERT INTO model (name, version, version_code, engine_type) VALUES ('llama', '3', 1, 0)");
  }

  @Test
  void close_beforeTheEnd_releasesTheConnection() {
    insertClient("ann");
    createPartitions();
    postgres.execute(
        "INSERT INTO heartbeat SELECT ts, 1, 2, client_ref, 0, 50, 100, 15 FROM client,"
            + " generate_series('2028-02-29T00:00:00Z', '2028-02-29T23:59:59Z', interval '1 s')"
            + " ts");

    for (var times = 0; times < 10; times++) {
      var export =
          await(
              Export.open(
                  postgres.database(), ExportQuery.all(TransferTable.HEARTBEATS), RowFormat.CSV));
      await(export.next());
      assertThat(await(export.next()).length()).isPositive();
      export.close();
      assertThat(await(export.next()).length()).isZero();
    }
  }

  private static String insertClient(String userId) {
    return insertClient(userId, "host of " + userId);
  }

  /** Inserts a client of a user, and returns its id. */
  private static String insertClient(String userId, String name) {
    var id = UUID.randomUUID();
    postgres.execute(
        "INSERT INTO client (client_id, user_id, name, declared_status) VALUES ($1, $2, $3,"
            + " 'online')",
        id,
        userId,
        name);
    return ClientId.fromUuid(id);
  }

  private static void createPartitions() {
    await(
        postgres
            .database()
            .withDedicatedConnection(
                Duration.ofMinutes(1), sql -> Partitions.createMissing(sql, DAY)));
    postgres.execute(
        "CREATE TABLE IF NOT EXISTS heartbeat_pack_20280228 PARTITION OF heartbeat_pack FOR VALUES"
            + " FROM ('2028-02-28Z') TO ('2028-02-29Z')");
  }

  private List<String> exportTimes(Instant from, Instant until) {
    var query =
        new ExportQuery(
            TransferTable.HEARTBEATS,
            Optional.of(from),
            Optional.of(until),
            Optional.empty(),
            Optional.empty());
    return exportCsv(query).stream().skip(1).map(row -> row.get(3)).toList();
  }

  private List<String> exportClientIds(
      TransferTable table, Optional<String> client, Optional<String> user) {
    var query = new ExportQuery(table, Optional.empty(), Optional.empty(), client, user);
    return exportCsv(query).stream().skip(1).map(row -> row.get(0)).toList();
  }

  private List<List<String>> exportCsv(ExportQuery query) {
    return Rfc4180Reader.parse(exportText(query, RowFormat.CSV));
  }

  /** Returns the names that the statement of an export gives its columns. */
  private static List<String> exportedColumns(TransferTable table) {
    var statement = ExportQuery.all(table).bind();
    if (table.hasTimestamps()) {
      statement
          .bind("from", NOON.atOffset(ZoneOffset.UTC))
          .bind("until", NOON.atOffset(ZoneOffset.UTC));
    }
    return await(postgres.database().withConnection(statement::execute)).columnsNames();
  }

  private String exportText(TransferTable table, RowFormat format) {
    return exportText(ExportQuery.all(table), format);
  }

  private String exportText(ExportQuery query, RowFormat format) {
    var export = await(Export.open(postgres.database(), query, format));
    var all = Buffer.buffer();
    for (var page = await(export.next()); page.length() > 0; page = await(export.next())) {
      assertThat(page.length()).isLessThan(1_000_000);
      all.appendBuffer(page);
    }
    return all.toString(UTF_8);
  }
}
