package io.muster.runtime.database.schema;

import java.time.LocalDate;
import java.time.YearMonth;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The tables that are partitioned by time: each partition is a UTC day or a UTC month. */
public enum PartitionedTable {
  HEARTBEAT(8),
  HEARTBEAT_PACK(8),
  CLIENT_HOUR(6),
  DEVICE_HOUR(6);

  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuuMMdd");
  private static final DateTimeFormatter MONTH = DateTimeFormatter.ofPattern("uuuuMM");

  private final int suffixDigits;

  PartitionedTable(int suffixDigits) {
    this.suffixDigits = suffixDigits;
  }

  /** The name of the partitioned table. */
  public String tableName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The name of the partition that contains a UTC day. */
  public String partitionName(LocalDate day) {
    return tableName() + "_" + (isDaily() ? DAY : MONTH).format(day);
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
