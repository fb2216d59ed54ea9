package io.muster.aggregator.history;

import io.muster.runtime.database.SqlStatement;
import io.muster.schema.client.ClientId;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The device or host of a series, as it was found in the database.
 *
 * @param clientId 32 lower-case hexadecimal digits
 * @param host name of the host
 * @param parameters parameters of the statements that identify it
 * @param openSince first hour that is not rolled up; empty if it does not matter
 * @param statements statements that select bins, by their source
 * @param incompleteUntil start of the sources that lack a part of the range that coarser data cover
 */
record SeriesSubject(
    String clientId,
    String host,
    Map<String, Object> parameters,
    Optional<OffsetDateTime> openSince,
    Map<SeriesSource, SqlStatement> statements,
    Map<SeriesSource, Instant> incompleteUntil) {
  private static final long MINUTE_SECONDS = Duration.ofMinutes(1).toSeconds();
  private static final long HOUR_SECONDS = Duration.ofHours(1).toSeconds();

  private static final SqlStatement DEVICE_MINUTES = load("device-minutes.sql");
  private static final SqlStatement DEVICE_HOURS = load("device-hours.sql");
  private static final SqlStatement DEVICE_RAW =
      load("device-raw.sql")
          .with(
              readings(
                  "subject",
                  "date_bin('1 min', :from::timestamptz, 'epoch')",
                  "date_bin('1 min', :until::timestamptz + interval '59.999999 s', 'epoch')"));

  /** The single heartbeats of the hours that are not rolled up. */
  private static final Map<String, String> OPEN_HOURS =
      readings("subject", "greatest(:open_since, :from::timestamptz)", ":until::timestamptz");

  /** Those, and the ones of hours that have to be rolled up again. */
  private static final Map<String, String> OPEN_AND_STALE_HOURS =
      readings("span", "s.since", "s.until");

  private static final Map<SeriesSource, SqlStatement> OF_DEVICE = ofDevice(OPEN_HOURS);
  private static final Map<SeriesSource, SqlStatement> OF_DEVICE_WITH_STALE_HOURS =
      ofDevice(OPEN_AND_STALE_HOURS);

  /** There are no roll-ups of hosts by the minute. */
  private static final Map<SeriesSource, SqlStatement> OF_HOST =
      Map.of(
          SeriesSource.RAW, load("host-raw.sql"),
          SeriesSource.HOUR, load("host-hours.sql"));

  /** Converts a row of {@code device-subject.sql}. */
  static SeriesSubject ofDevice(Row row) {
    return new SeriesSubject(
        ClientId.fromUuid(row.getUUID("client_id")),
        row.getString("name"),
        Map.of(
            "client_refs", row.getArrayOfIntegers("client_refs"),
            "device_refs", row.getArrayOfIntegers("device_refs")),
        Optional.of(row.getOffsetDateTime("open_since")),
        row.getBoolean("has_stale_hours") ? OF_DEVICE_WITH_STALE_HOURS : OF_DEVICE,
        incompleteUntil(
            Map.of(SeriesSource.RAW, "raw_since", SeriesSource.MINUTE, "minutes_since"), row));
  }

  /** Converts a row of {@code host-subject.sql}. */
  static SeriesSubject ofHost(Row row) {
    return new SeriesSubject(
        ClientId.fromUuid(row.getUUID("client_id")),
        row.getString("name"),
        Map.of("client_ref", row.getInteger("client_ref")),
        Optional.empty(),
        OF_HOST,
        incompleteUntil(Map.of(SeriesSource.RAW, "raw_since"), row));
  }

  /** Returns the source of bins of a width. */
  SeriesSource source(long stepSeconds) {
    if (stepSeconds >= HOUR_SECONDS) {
      return SeriesSource.HOUR;
    }
    return stepSeconds >= MINUTE_SECONDS && statements.containsKey(SeriesSource.MINUTE)
        ? SeriesSource.MINUTE
        : SeriesSource.RAW;
  }

  /** Begins an execution of the statement that selects bins of a width. */
  SqlStatement.Binding bind(long stepSeconds) {
    var source = source(stepSeconds);
    var binding = Objects.requireNonNull(statements.get(source)).bindAll(parameters);
    openSince
        .filter(hour -> source != SeriesSource.RAW)
        .ifPresent(hour -> binding.bind("open_since", hour));
    return binding.bind("step", stepSeconds);
  }

  /** Returns the start of a source; empty if it has all that is known of the range. */
  Optional<Instant> incompleteUntil(SeriesSource source) {
    return Optional.ofNullable(incompleteUntil.get(source));
  }

  private static Map<SeriesSource, Instant> incompleteUntil(
      Map<SeriesSource, String> columns, Row row) {
    var starts = new EnumMap<SeriesSource, Instant>(SeriesSource.class);
    columns.forEach(
        (source, column) ->
            Optional.ofNullable(row.getOffsetDateTime(column))
                .ifPresent(at -> starts.put(source, at.toInstant())));
    return starts;
  }

  private static Map<SeriesSource, SqlStatement> ofDevice(Map<String, String> readings) {
    return Map.of(
        SeriesSource.RAW, DEVICE_RAW,
        SeriesSource.MINUTE, DEVICE_MINUTES.with(readings),
        SeriesSource.HOUR, DEVICE_HOURS.with(readings));
  }

  /** Returns the texts of {@code device-readings.sql}. */
  private static Map<String, String> readings(String devices, String since, String until) {
    return Map.of("devices", devices, "since", since, "until", until);
  }

  private static SqlStatement load(String file) {
    return SqlStatement.load(SeriesSubject.class, file);
  }
}
