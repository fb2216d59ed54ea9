package io.muster.launcher.db.transfer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowReaderTest {
  private static final String ID = "00112233445566778899aabbccddeeff";
  private static final String HEADER =
      "client_id,user_id,client_name,at,cpu_percent,memory_percent,disk_percent,network_up_bytes,"
          + "network_down_bytes,gpu_conditions,devices\r\n";
  private static final String ROW = ID + ",ann,host,2028-03-01T12:00:00.250Z,1,2,3,4,5,,\r\n";
  private static final String JSON =
      "{\"client_id\":\""
          + ID
          + "\",\"user_id\":\"ann\",\"client_name\":\"host\","
          + "\"at\":\"2028-03-01T12:00:00.250Z\",\"cpu_percent\":1,\"memory_percent\":2,"
          + "\"disk_percent\":3,\"network_up_bytes\":4,\"network_down_bytes\":5}\n";

  @Test
  void next_csvAndNdjson_haveTheSameRows() throws Exception {
    var fromCsv = read(HEADER + ROW);

    assertThat(fromCsv).hasSize(1).isEqualTo(read(JSON)).isEqualTo(read("\uFEFF" + HEADER + ROW));
    assertThat(fromCsv.get(0).table()).isEqualTo(TransferTable.HEARTBEATS);
    assertThat(fromCsv.get(0).value("client_name")).isEqualTo("host");
    assertThat(fromCsv.get(0).value("cpu_percent")).isEqualTo(1L);
    assertThat(fromCsv.get(0).value("devices")).isNull();
    assertThat(read(HEADER.replace("\r", "") + ROW.replace("\r", "") + "\n")).isEqualTo(fromCsv);
    assertThat(read(HEADER + "\r\n" + ROW + "\r\n\r\n" + ROW + "\n")).hasSize(2);
    assertThat(read("\n" + JSON + "\n" + JSON)).hasSize(2);
    assertThat(read(HEADER)).isEmpty();
  }

  @Test
  void open_noLineButATable_hasNoRows() throws Exception {
    for (var text : List.of("", "\n\r\n")) {
      var reader =
          RowReader.open(
              new ByteArrayInputStream(text.getBytes(UTF_8)), Optional.of(TransferTable.DAYS));
      assertThat(reader.table()).isEqualTo(TransferTable.DAYS);
      assertThat(reader.next()).isEmpty();
    }
  }

  @Test
  void next_columnsInAnotherOrderAndOptionalOnesMissing_areRead() throws Exception {
    var text =
        "at,client_id,client_name,user_id,cpu_percent,memory_percent,disk_percent,"
            + "network_down_bytes,network_up_bytes\n"
            + ("2028-03-01T12:00:00.250Z," + ID + ",host,ann,1,2,3,5,4\n");

    assertThat(read(text)).isEqualTo(read(HEADER + ROW));
  }

  @Test
  void next_namesAndQuotes_areDecoded() throws Exception {
    var name = "'=a,\"b\"\\\\\\u00e9\u200d";
    var text = HEADER + ROW.replace("host", '"' + name.replace("\"", "\"\"") + '"');

    assertThat(read(text).get(0).value("client_name")).isEqualTo("=a,\"b\"\\\u00e9\u200d");
    assertThat(read(HEADER + ROW.replace("host", "\"\"\"\"")).get(0).value("client_name"))
        .isEqualTo("\"");
    assertThat(read(HEADER + ROW.replace("host", "\"\"")).get(0).value("client_name"))
        .isEqualTo("");
    assertThat(read(HEADER + ROW.replace(",,", ",hot;fault,8")).get(0).value("gpu_conditions"))
        .isEqualTo(9L);
    assertThat(
            read(JSON.replace("}", ",\"gpu_conditions\":[\"critical\"]}"))
                .get(0)
                .value("gpu_conditions"))
        .isEqualTo(2L);
  }

  @ParameterizedTest
  @CsvSource({
    "2028-03-01T13:00:00.25+01:00, 2028-03-01T12:00:00.250Z",
    "2028-03-01t12:00:00z, 2028-03-01T12:00:00Z",
    "1970-01-01T00:00:00.001Z, 1970-01-01T00:00:00.001Z",
    "2028-02-29T23:59:59.999-12:00, 2028-03-01T11:59:59.999Z"
  })
  void next_timesOfOtherForms_areUtc(String text, String utc) throws Exception {
    assertThat(read(HEADER + ROW.replace("2028-03-01T12:00:00.250Z", text)).get(0).value("at"))
        .isEqualTo(OffsetDateTime.parse(utc));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2028-03-01",
        "2028-03-01T12:00:00",
        "2028-03-01T12:00:60Z",
        "2028-03-01T24:00:00Z",
        "2027-02-29T12:00:00Z",
        "1969-12-31T23:59:59Z",
        "+12028-03-01T12:00:00Z",
        "2028-03-01T12:00:00.2505Z",
        "2028-03-01T12:00:00+19:00",
        "now",
        "0"
      })
  void next_invalidTime_isRejected(String text) {
    assertThat(reason(HEADER + ROW.replace("2028-03-01T12:00:00.250Z", text)))
        .startsWith("2: at='" + text + "': expected an instant");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NaN",
        "Infinity",
        "1e400",
        "-1",
        "101",
        "1.5",
        "0x1",
        "\u0661",
        "\uff11",
        "1_0",
        "--1",
        " 1",
        "1e-400",
        "99999999999999999999999999999999999999999999999999",
        "1e99999999999"
      })
  void next_invalidNumber_isRejected(String text) {
    assertThat(reason(HEADER + ROW.replace("Z,1,", "Z," + text + ",")))
        .startsWith("2: cpu_percent='" + text + "': expected");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ann,host|ann|2: 10 fields: expected 11",
        "ann,host|ann,ho\"st|2: a quote in a field without quotes",
        "ann,host|ann,\"host\"x|2: a character after the closing quote of a field",
        "ann,host|ann,\"host|2: a quote is not closed in its line",
        "ann,host|,host|2: user_id is missing",
        "ann,host|\"\",host|2: user_id='': expected 1 to 255 characters",
        "00112233|0011223g|2: client_id='0011223g445566778899aabbccddeeff': expected 32",
        "ann,host|ann,a\\b|2: client_name='a\\b': expected \\\\ or \\uXXXX after a backslash",
        "ann,host|ann,a\\u00|2: client_name='a\\u00': expected \\\\ or \\uXXXX after a backslash",
        "ann,host|ann,a\\u+123|2: client_name='a\\u+123': expected \\\\ or \\uXXXX",
        "ann,host|ann,\\u0000|2: client_name='\\u0000': expected a text without control characters",
        "ann,host|an\u202en,host|2: user_id='an\\u202en': expected a text without control characters",
        "ann,host|ann,a\\ud83d|2: client_name='a\\ud83d': expected a text without control characters",
        "5,,|5,hot;cold,|2: gpu_conditions='hot;cold': expected a list of names: `hot`",
        "5,,|5,;,|2: gpu_conditions=';': expected a list of names",
        "5,,|5,,257|2: devices='257': expected 0 to 256",
      })
  void next_invalidCsv_isRejectedWithLineAndReason(String part, String replacement, String reason) {
    assertThat(reason(HEADER + ROW.replace(part, replacement))).startsWith(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{|[{|2: not a JSON object",
        "}|}}|2: not JSON",
        "}|} {}|2: text after the JSON object",
        "}|,\"at\":\"2028-03-01T12:00:00Z\"}|2: a key occurs twice",
        "}|,\"x\":1}|2: unknown column 'x'",
        "}|,\"devices\":{}}|2: an object within the object",
        "}|,\"gpu_conditions\":[1]}|2: an array of other than texts",
        "}|,\"devices\":NaN}|2: not JSON",
        "}|,\"devices\":1e400}|2: devices='1e400': expected",
        "}|,\"devices\":true}|2: devices='true': expected a number",
        "\"cpu_percent\":1,||2: cpu_percent is missing",
        "\"host\"|\"a\\u0000\"|2: client_name='a\\u0000': expected a text without control characters",
        "\"host\"|\"a\\ude00\\ud83d\"|2: client_name='a\\ude00\\ud83d': expected a text without",
        "\"host\"|\"\\q\"|2: not JSON",
        "\"ann\"|null|2: user_id is missing",
        ":5}|:5|2: not JSON",
      })
  void next_invalidJson_isRejectedWithLineAndReason(
      String part, String replacement, String reason) {
    assertThat(reason(JSON + JSON.replace(part, replacement == null ? "" : replacement)))
        .startsWith(reason);
  }

  @Test
  void next_truncatedOrLongOrNotUtf8_isRejected() {
    assertThat(reason(HEADER + ROW + ROW.strip()))
        .isEqualTo("3: no end of line: the file is truncated");
    assertThat(reason(HEADER + ROW + ROW.replace("host", "x".repeat(70_000))))
        .isEqualTo("3: longer than 65,536 bytes");
    assertThat(reason(HEADER + ROW.replace("host", "\"ho\nst\"")))
        .isEqualTo("2: a quote is not closed in its line");
    assertThat(reason((HEADER + ROW.replace("host", "h\u00f6st")).getBytes(ISO_8859_1)))
        .isEqualTo("2: not UTF-8");
    assertThat(reason(new byte[] {(byte) 0x1f, (byte) 0x8b, 8, 0, '\n'})).isEqualTo("1: not UTF-8");
  }

  @Test
  void open_otherKeys_areRejected() {
    assertThat(reason("")).isEqualTo("1: empty: --table must name the table");
    assertThat(reason("client_id,ts,cpu\n")).startsWith("1: the keys are those of no table");
    assertThat(reason("{}\n")).startsWith("1: the keys are those of no table");
    assertThat(reason("at,at\n")).isEqualTo("1: a column occurs twice");
    assertThatThrownBy(
            () ->
                RowReader.open(
                    new ByteArrayInputStream("day,ts\n".getBytes(UTF_8)),
                    Optional.of(TransferTable.DAYS)))
        .hasMessageStartingWith("unknown column 'ts'; client_id is missing; user_id is missing;");
  }

  @Test
  void next_contradictoryRollUp_isRejected() {
    var header =
        "client_id,user_id,client_name,hour,last_heartbeat_at,heartbeats,cpu_mean_percent,"
            + "memory_mean_percent,disk_mean_percent,network_up_bytes,network_down_bytes,slots,"
            + "devices_max\n";
    var row = ID + ",ann,host,2028-03-01T11:00:00Z,2028-03-01T11:59:59.999Z,1,1,1,1,1,1,1,0\n";

    assertThat(reason(header + row.replace("T11:59", "T12:59")))
        .isEqualTo("2: last_heartbeat_at is not within the hour");
    assertThat(reason(header + row.replace("T11:00:00", "T11:30:00")))
        .endsWith("expected an instant, start of a UTC hour");
    assertThat(reason(header + row.replace(",1,1,0", ",1,31,0")))
        .isEqualTo("2: slots='31': expected 0 to 30");
    assertThat(
            reason(
                header.replace("devices", "cpu_max_percent,devices")
                    + row.replace(",1,0\n", ",1,0,0\n")))
        .isEqualTo("2: cpu_mean_percent=1.0 is greater than cpu_max_percent=0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3,,,,|power_readings=3 without power_mean_w",
        "6,7,7,7,420|power_readings=6 is greater than heartbeats=5",
        "0,7,,,|power_readings=0 contradicts power_mean_w",
        "0,,7,,|power_readings=0 contradicts power_min_w",
        "0,,,7,|power_readings=0 contradicts power_max_w",
        "0,,,,420|power_readings=0 contradicts energy_j",
        "3,7,7,,420|power_readings=3 without power_max_w",
        "3,7,8,9,420|power_min_w=8 is greater than power_mean_w=7.0",
        "3,7.1,7,7,420|power_mean_w=7.1 is greater than power_max_w=7",
      })
  void next_contradictoryReadings_areRejected(String power, String reason) {
    assertThat(reason(deviceHour(power))).isEqualTo("2: " + reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0,,,,", "3,7.5,7,9,420", "5,7,7,7,420", "3,7,,7,"})
  void next_readingsOrNone_areRead(String power) throws Exception {
    assertThat(read(deviceHour(power))).hasSize(1);
  }

  @Test
  void next_minuteWithoutMinimum_isRejected() {
    assertThat(
            reason(
                deviceHour("3,7,,7,")
                    .replace(",energy_j", "")
                    .replace(",\n", "\n")
                    .replace("hour", "minute")))
        .isEqualTo("2: power_readings=3 without power_min_w");
  }

  /** Returns an hour of five heartbeats with these readings of the power. */
  private static String deviceHour(String power) {
    return "client_id,user_id,client_name,device_uuid,device_index,device_name,hour,heartbeats,"
        + "utilization_readings,memory_readings,temperature_readings,power_readings,power_mean_w,"
        + "power_min_w,power_max_w,energy_j\n"
        + (ID + ",ann,host,GPU-1,0,H100,2028-03-01T11:00:00Z,5,0,0,0," + power + "\n");
  }

  private static List<ImportedRow> read(String text) throws IOException, InvalidRowException {
    return read(text.getBytes(UTF_8));
  }

  private static List<ImportedRow> read(byte[] text) throws IOException, InvalidRowException {
    var reader = RowReader.open(new ByteArrayInputStream(text), Optional.empty());
    var rows = new ArrayList<ImportedRow>();
    for (var row = reader.next(); row.isPresent(); row = reader.next()) {
      rows.add(row.get());
    }
    return rows;
  }

  private static String reason(String text) {
    return reason(text.getBytes(UTF_8));
  }

  /** Returns line and reason of the rejection. */
  private static String reason(byte[] text) {
    var rejection = assertThrows(InvalidRowException.class, () -> read(text));
    return rejection.line() + ": " + rejection.getMessage();
  }
}
