package io.muster.runtime.database.schema;

import java.time.LocalDate;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The tables that are partitioned by time: each partition is a UTC day or a UTC month. */
public enum PartitionedTable {
  HEARTBEAT(8, "fillfactor = 100"),
  /** Its partitions are created by the compaction of their day. */
  HEARTBEAT_PACK(8, "fillfactor = 100"),
  /** Its rows are updated in place. */
  CLIENT_HOUR(6, "fillfactor = 60"),
  /** Its arrays are compressed as far as possible. */
  DEVICE_MINUTE(8, "toast_tuple_target = 128"),
  DEVICE_HOUR(6, "fillfactor = 100"),
  FLEET_EVENT(6, "fillfactor = 100");

  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuuMMdd");
  private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("uuuuMM");

  private final int suffixDigits;
  private final String storageParameter;

  PartitionedTable(int suffixDigits, String storageParameter) {
    this.suffixDigits = suffixDigits;
    this.storageParameter = storageParameter;
  }

  /** The name of the partitioned table. */
  public String tableName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The name of the partition that contains a UTC day. */
  public String partitionName(LocalDate day) {
    return tableName() + "_" + (isDaily() ? DAY : MONTH).format(day);
  }

  /** Returns true if partitions exist before there are rows for them. */
  boolean isCreatedInAdvance() {
    return this != HEARTBEAT_PACK;
  }

  /** Returns the tables as a list of {@code regclass} in SQL. */
  static String regclassList(Predicate<PartitionedTable> condition) {
    return Arrays.stream(values())
        .filter(condition)
        .map(table -> "'" + table.tableName() + "'::regclass")
        .collect(Collectors.joining(", ", "(", ")"));
  }

  /** The storage parameter of the partitions, which they do not inherit. */
  String storageParameter() {
    return storageParameter;
  }

  /** The first day of the partition that contains a UTC day. */
  LocalDate partitionStart(LocalDate day) {
    return isDaily() ? day : day.withDayOfMonth(1);
  }

  /** The day after the last day of the partition that contains a UTC day. */
  LocalDate partitionEnd(LocalDate day) {
    return isDaily() ? day.plusDays(1) : YearMonth.from(day).plusMonths(1).atDay(1);
  }

  /** Returns the table that has a partition of this name; empty if none has. */
  static Optional<PartitionedTable> ofPartition(String partitionName) {
    return Arrays.stream(values())
        .filter(table -> table.parseFirstDay(partitionName).isPresent())
        .findFirst();
  }

  /**
   * Returns the first day of the partition of this name; empty if it is not a partition of this
   * table.
   */
  Optional<LocalDate> parseFirstDay(String partitionName) {
    if (!Pattern.matches(tableName() + "_[0-9]{" + suffixDigits + "}", partitionName)) {
      return Optional.empty();
    }
    var text = partitionName.substring(tableName().length() + 1);
    try {
      return Optional.of(LocalDate.parse(isDaily() ? text : text + "01", DAY));
    } catch (DateTimeParseException e) {
      return Optional.empty(); // The digits are not a date: not a partition of this table.
    }
  }

  private boolean isDaily() {
    return suffixDigits == 8;
  }
}
