package io.muster.aggregator;

import static java.time.ZoneOffset.UTC;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.aggregator.rollup.DeviceRollup;
import io.muster.runtime.database.Database;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * The roll-ups of devices as they must be: computed from the single heartbeats, without the
 * statements of the program.
 */
public final class DeviceHistory {
  private static final int MINUTES = 60;
  private static final int METRICS = 4;

  private static final String HEARTBEATS =
      "SELECT ts, device_refs::text, device_usage::text, device_mem::text, device_temp::text,"
          + " device_power::text FROM heartbeat WHERE device_refs IS NOT NULL";
  private static final String PACKS =
      "SELECT hour, device_refs::text, device_usage::text, device_mem::text, device_temp::text,"
          + " device_power::text, ms::text FROM heartbeat_pack WHERE device_refs IS NOT NULL";
  private static final String STORED_MINUTES =
      "SELECT device_ref, hour, n::text, "
          + columns("coalesce(%s_n, n)::text, %1$s_sum::text, %1$s_min::text, %1$s_max::text")
          + " FROM device_minute ORDER BY 1, 2";
  private static final String STORED_HOURS =
      "SELECT device_ref, hour, n, "
          + columns("%s_n, %1$s_sum, %1$s_min, %1$s_max")
          + ", energy_j FROM device_hour ORDER BY 1, 2";

  private final Map<DeviceHour, List<List<Reading>>> readingsByMinute = new TreeMap<>();

  private DeviceHistory() {}

  /** Rolls up all hours that are due at an instant, and returns the number of parts. */
  public static int rollUp(Database database, Instant now) {
    var rollup = new DeviceRollup(database, () -> now);
    var parts = 0;
    while (HistoryFixture.await(rollup.rollUpNext()).isPresent()) {
      parts++;
    }
    return parts;
  }

  /** Asserts that the roll-ups of the hours before an instant are those of the heartbeats. */
  public static void assertRolledUp(HistoryFixture fixture, Instant until) {
    var expected = new DeviceHistory();
    HistoryFixture.await(
        fixture
            .database()
            .withConnection(sql -> sql.query(HEARTBEATS).execute())
            .onSuccess(rows -> rows.forEach(expected::addHeartbeat)));
    HistoryFixture.await(
        fixture
            .database()
            .withConnection(sql -> sql.query(PACKS).execute())
            .onSuccess(rows -> rows.forEach(expected::addPack)));
    expected.readingsByMinute.keySet().removeIf(hour -> !hour.at().isBefore(until));

    assertThat(fixture.query(STORED_MINUTES)).isEqualTo(expected.rows(DeviceHistory::minuteRow));
    assertThat(fixture.query(STORED_HOURS)).isEqualTo(expected.rows(DeviceHistory::hourRow));
  }

  private static String columns(String pattern) {
    return Stream.of("usage", "mem", "temp", "power")
        .map(pattern::formatted)
        .collect(Collectors.joining(", "));
  }

  private void addHeartbeat(Row row) {
    add(row.getOffsetDateTime(0).toInstant(), row, 0);
  }

  private void addPack(Row row) {
    var hour = row.getOffsetDateTime(0).toInstant();
    var millis = numbers(row.getString(6));
    IntStream.range(0, millis.size())
        .forEach(index -> add(hour.plusMillis(millis.get(index).orElseThrow()), row, index));
  }

  /** Adds the readings of the heartbeat with this index in the row. */
  private void add(Instant at, Row row, int index) {
    var refs = numbers(row.getString(1));
    var hour = at.truncatedTo(ChronoUnit.HOURS);
    var minute = (int) Duration.between(hour, at).toMinutes();
    var columns = IntStream.range(2, 2 + METRICS).mapToObj(i -> numbers(row.getString(i))).toList();
    for (var device = 0; device < refs.size(); device++) {
      var position = index * refs.size() + device;
      var values = columns.stream().map(column -> column.get(position)).toList();
      readingsByMinute
          .computeIfAbsent(
              new DeviceHour(refs.get(device).orElseThrow(), hour),
              key ->
                  Stream.generate(() -> (List<Reading>) new ArrayList<Reading>())
                      .limit(MINUTES)
                      .toList())
          .get(minute)
          .add(new Reading(values));
    }
  }

  private List<String> rows(Function<Map.Entry<DeviceHour, List<List<Reading>>>, String> row) {
    return readingsByMinute.entrySet().stream().map(row).toList();
  }

  private static String minuteRow(Map.Entry<DeviceHour, List<List<Reading>>> hour) {
    var minutes = hour.getValue();
    var columns =
        new ArrayList<String>(List.of(array(minutes, minute -> Optional.of((long) minute.size()))));
    for (var metric = 0; metric < METRICS; metric++) {
      var index = metric;
      columns.add(array(minutes, minute -> Optional.of(values(minute, index).count())));
      for (var statistic : statistics()) {
        columns.add(array(minutes, minute -> of(minute, index, statistic)));
      }
    }
    return hour.getKey() + ", " + String.join(", ", columns) + "]";
  }

  private static String hourRow(Map.Entry<DeviceHour, List<List<Reading>>> hour) {
    var all = hour.getValue().stream().flatMap(List::stream).toList();
    var columns = new ArrayList<String>(List.of(String.valueOf(all.size())));
    for (var metric = 0; metric < METRICS; metric++) {
      columns.add(String.valueOf(values(all, metric).count()));
      columns.add(String.valueOf(values(all, metric).sum()));
      columns.add(text(of(all, metric, values -> values.min().orElseThrow())));
      columns.add(text(of(all, metric, values -> values.max().orElseThrow())));
    }
    columns.add(
        text(
            hour.getValue().stream()
                .flatMap(minute -> energyJoules(minute).stream())
                .reduce(Long::sum)));
    return hour.getKey() + ", " + String.join(", ", columns) + "]";
  }

  /** Returns the mean power of a minute times 60 s, rounded. */
  private static Optional<Long> energyJoules(List<Reading> minute) {
    return of(minute, METRICS - 1, LongStream::sum)
        .map(sum -> Math.round(60.0 * sum / values(minute, METRICS - 1).count()));
  }

  private static List<ToLongFunction<LongStream>> statistics() {
    return List.of(
        LongStream::sum,
        values -> values.min().orElseThrow(),
        values -> values.max().orElseThrow());
  }

  private static Optional<Long> of(
      List<Reading> readings, int metric, ToLongFunction<LongStream> statistic) {
    return values(readings, metric).findAny().isPresent()
        ? Optional.of(statistic.applyAsLong(values(readings, metric)))
        : Optional.empty();
  }

  private static LongStream values(List<Reading> readings, int metric) {
    return readings.stream()
        .flatMap(reading -> reading.values().get(metric).stream())
        .mapToLong(value -> value);
  }

  private static String array(
      List<List<Reading>> minutes, Function<List<Reading>, Optional<Long>> value) {
    return minutes.stream()
        .map(minute -> value.apply(minute).map(String::valueOf).orElse("NULL"))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String text(Optional<Long> value) {
    return value.map(String::valueOf).orElse("null");
  }

  /** Parses an array of any dimensions. */
  private static List<Optional<Long>> numbers(String array) {
    return Arrays.stream(array.replaceAll("[{}]", "").split(","))
        .filter(Predicate.not(String::isEmpty))
        .map(text -> text.equals("NULL") ? Optional.<Long>empty() : Optional.of(Long.valueOf(text)))
        .toList();
  }

  private record Reading(List<Optional<Long>> values) {}

  private record DeviceHour(long deviceRef, Instant at) implements Comparable<DeviceHour> {
    @Override
    public int compareTo(DeviceHour other) {
      return deviceRef == other.deviceRef
          ? at.compareTo(other.at)
          : Long.compare(deviceRef, other.deviceRef);
    }

    @Override
    public String toString() {
      return "[" + deviceRef + ", " + at.atOffset(UTC);
    }
  }
}
