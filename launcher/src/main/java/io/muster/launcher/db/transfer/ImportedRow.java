package io.muster.launcher.db.transfer;

import static java.time.ZoneOffset.UTC;
import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A valid row of an import.
 *
 * @param values one for each column of the table
 */
public record ImportedRow(TransferTable table, List<@Nullable Object> values) {
  private static final String READINGS = "_readings";

  public ImportedRow {
    values = Collections.unmodifiableList(new ArrayList<>(values));
  }

  /** Returns a row; throws {@link IllegalArgumentException} if its values contradict each other. */
  static ImportedRow of(TransferTable table, List<@Nullable Object> values) {
    var row = new ImportedRow(table, values);
    table.columns().forEach(row::requireConsistency);
    return row;
  }

  @Nullable Object value(String column) {
    return values.get(table.indexOf(column));
  }

  /** Returns the UTC day of the row. */
  LocalDate day() {
    return LocalDate.ofInstant(startsAt(), UTC);
  }

  Instant startsAt() {
    return toInstant(requireNonNull(value(table.timeColumn())));
  }

  /** Returns the newest of all instants of the row; for a roll-up not before its end. */
  Instant newestInstant() {
    return values.stream()
        .filter(OffsetDateTime.class::isInstance)
        .map(ImportedRow::toInstant)
        .reduce(endsAt(), (first, second) -> first.isBefore(second) ? second : first);
  }

  /** Returns the end of the time that the row covers; of a minute, that of its hour. */
  private Instant endsAt() {
    return table.coveredTime().isZero()
        ? startsAt()
        : startsAt().truncatedTo(ChronoUnit.HOURS).plus(table.coveredTime());
  }

  private void requireConsistency(Column column) {
    if (column.name().equals("last_heartbeat_at") && !table.coveredTime().isZero()) {
      requireCovered(column);
    } else if (column.name().endsWith(READINGS)) {
      requireMean(column);
    }
  }

  private void requireCovered(Column column) {
    var at = toInstant(requireNonNull(value(column.name())));
    if (at.isBefore(startsAt()) || !at.isBefore(endsAt())) {
      throw new IllegalArgumentException(
          column.name() + " is not within the " + table.timeColumn());
    }
  }

  private void requireMean(Column column) {
    var readings = number(column.name());
    var prefix = column.name().replace(READINGS, "_mean_");
    var hasMean =
        table.columns().stream()
            .anyMatch(mean -> mean.name().startsWith(prefix) && value(mean.name()) != null);
    if (readings > number("heartbeats") || hasMean != readings > 0) {
      throw new IllegalArgumentException(
          column.name() + "=" + readings + " contradicts the mean or the heartbeats");
    }
  }

  private long number(String column) {
    return (Long) requireNonNull(value(column));
  }

  private static Instant toInstant(Object value) {
    return value instanceof LocalDate day
        ? day.atStartOfDay(UTC).toInstant()
        : ((OffsetDateTime) value).toInstant();
  }
}
