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
  private static final String MEAN = "_mean_";
  private static final String MINIMUM = "_min_";
  private static final String MAXIMUM = "_max_";
  private static final String ENERGY = "energy_j";

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
      requireReadings(column);
    } else if (column.name().contains(MEAN)) {
      requireOrder(column.name().replace(MEAN, MINIMUM), column.name());
      requireOrder(column.name(), column.name().replace(MEAN, MAXIMUM));
    }
  }

  private void requireCovered(Column column) {
    var at = toInstant(requireNonNull(value(column.name())));
    if (at.isBefore(startsAt()) || !at.isBefore(endsAt())) {
      throw new IllegalArgumentException(
          column.name() + " is not within the " + table.timeColumn());
    }
  }

  private void requireReadings(Column column) {
    requireOrder(column.name(), "heartbeats");
    var prefix = column.name().replace(READINGS, "_");
    table.columns().stream()
        .filter(derived -> isDerived(derived, prefix))
        .forEach(derived -> requirePresence(derived, column));
  }

  /** Returns true for the mean and the extremes of a reading, and for the energy of the power. */
  private static boolean isDerived(Column column, String prefix) {
    return column.name().equals(ENERGY)
        ? prefix.equals("power_")
        : column.isOptional() && column.name().startsWith(prefix);
  }

  private void requirePresence(Column derived, Column readings) {
    var number = (Long) requireNonNull(value(readings.name()));
    var isPresent = value(derived.name()) != null;
    if (isPresent != number > 0 && (isPresent || !isUnknownInOldHours(derived))) {
      throw new IllegalArgumentException(
          readings.name()
              + "="
              + number
              + (isPresent ? " contradicts " : " without ")
              + derived.name());
    }
  }

  /** Hours of before version 3 of the schema have neither minima nor an energy. */
  private boolean isUnknownInOldHours(Column column) {
    return table == TransferTable.DEVICE_HOURS
        && (column.name().contains(MINIMUM) || column.name().equals(ENERGY));
  }

  /** Accepts values of which one is not known, or that the table does not have. */
  private void requireOrder(String lesser, String greater) {
    if (table.indexOf(lesser) >= 0
        && table.indexOf(greater) >= 0
        && value(lesser) instanceof Number least
        && value(greater) instanceof Number most
        && least.doubleValue() > most.doubleValue()) {
      throw new IllegalArgumentException(
          lesser + "=" + least + " is greater than " + greater + "=" + most);
    }
  }

  private static Instant toInstant(Object value) {
    return value instanceof LocalDate day
        ? day.atStartOfDay(UTC).toInstant()
        : ((OffsetDateTime) value).toInstant();
  }
}
