package io.muster.aggregator.history;

import io.muster.runtime.database.SqlStatement;
import io.muster.schema.client.ClientId;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
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
 * @param statements statements that select bins, by their source
 * @param incompleteUntil start of the sources that lack a part of the range that coarser data cover
 */
record SeriesSubject(
    String clientId,
    String host,
    Map<String, Object> parameters,
    Map<SeriesSource, SqlStatement> statements,
    Map<SeriesSource, Instant> incompleteUntil) {
  private static final long MINUTE_SECONDS = Duration.ofMinutes(1).toSeconds();
  private static final long HOUR_SECONDS = Duration.ofHours(1).toSeconds();

  private static final Map<SeriesSource, SqlStatement> OF_DEVICE =
      Map.of(
          SeriesSource.RAW, load("device-raw.sql"),
          SeriesSource.MINUTE, load("device-minutes.sql"),
          SeriesSource.HOUR, load("device-hours.sql"));

  /** There are no roll-ups of hosts by the minute. */
  private static final Map<SeriesSource, SqlStatement> OF_HOST =
      Map.of(
          SeriesSource.RAW, load("host-raw.sql"),
          SeriesSource.HOUR, load("host-hours.sql"));

  /** Converts a row of {@code device-subject.sql}. */
  static SeriesSubject ofDevice(Row row) {
    return of(
        row,
        Map.of(
            "client_refs", row.getArrayOfIntegers("client_refs"),
            "device_refs", row.getArrayOfIntegers("device_refs")),
        OF_DEVICE);
  }

  /** Converts a row of {@code host-subject.sql}. */
  static SeriesSubject ofHost(Row row) {
    return of(row, Map.of("client_ref", row.getInteger("client_ref")), OF_HOST);
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

  /** Returns the statement that selects bins of a width. */
  SqlStatement statement(long stepSeconds) {
    return Objects.requireNonNull(statements.get(source(stepSeconds)));
  }

  /** Returns the start of a source; empty if it has all that is known of the range. */
  Optional<Instant> incompleteUntil(SeriesSource source) {
    return Optional.ofNullable(incompleteUntil.get(source));
  }

  private static SeriesSubject of(
      Row row, Map<String, Object> parameters, Map<SeriesSource, SqlStatement> statements) {
    var incompleteUntil = new EnumMap<SeriesSource, Instant>(SeriesSource.class);
    since(row, "raw_since").ifPresent(at -> incompleteUntil.put(SeriesSource.RAW, at));
    since(row, "minutes_since").ifPresent(at -> incompleteUntil.put(SeriesSource.MINUTE, at));
    return new SeriesSubject(
        ClientId.fromUuid(row.getUUID("client_id")),
        row.getString("name"),
        parameters,
        statements,
        incompleteUntil);
  }

  private static Optional<Instant> since(Row row, String column) {
    return row.getColumnIndex(column) < 0
        ? Optional.empty()
        : Optional.ofNullable(row.getOffsetDateTime(column)).map(time -> time.toInstant());
  }

  private static SqlStatement load(String file) {
    return SqlStatement.load(SeriesSubject.class, file);
  }
}
