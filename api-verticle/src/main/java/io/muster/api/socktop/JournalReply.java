package io.muster.api.socktop;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.muster.schema.inspection.Journal;
import io.muster.schema.inspection.JournalEntry;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Journal entries of a process, in the format of the client.
 *
 * @param cachedAt time of the reading, seconds since the epoch
 */
@JsonPropertyOrder({"entries", "total_count", "truncated", "notice", "cached_at"})
record JournalReply(
    List<JournalEntryReply> entries,
    int totalCount,
    boolean truncated,
    Optional<String> notice,
    long cachedAt) {

  static JournalReply of(Journal journal, long cachedAt) {
    return new JournalReply(
        journal.entries().stream().map(JournalEntryReply::of).toList(),
        journal.entries().size(),
        journal.truncated(),
        journal.notice().map(SafeValues::ascii),
        cachedAt);
  }

  /**
   * One entry. Its texts are printable ASCII: the client truncates them at a byte.
   *
   * @param timestamp RFC 3339 in UTC
   * @param timestampUs microseconds since the epoch
   */
  @JsonPropertyOrder({
    "timestamp",
    "timestamp_us",
    "priority",
    "message",
    "unit",
    "pid",
    "comm",
    "uid",
    "gid"
  })
  record JournalEntryReply(
      String timestamp,
      long timestampUs,
      String priority,
      String message,
      Optional<String> unit,
      OptionalLong pid,
      Optional<String> comm,
      OptionalLong uid,
      OptionalLong gid) {
    /** Priority names of the client, by syslog severity. */
    private static final List<String> PRIORITIES =
        List.of("Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Info", "Debug");

    static JournalEntryReply of(JournalEntry entry) {
      var micros = SafeValues.nonNegative(entry.atMicros());
      return new JournalEntryReply(
          Instant.EPOCH.plus(micros, ChronoUnit.MICROS).toString(),
          micros,
          PRIORITIES.get(Math.max(0, Math.min(entry.priority(), PRIORITIES.size() - 1))),
          SafeValues.ascii(entry.message()),
          entry.unit().map(SafeValues::ascii),
          entry.pid(),
          entry.command().map(SafeValues::ascii),
          entry.userId(),
          entry.groupId());
    }
  }
}
