package io.muster.launcher.db;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The storage status as lines of text. */
record StatusFormatter(StorageStatus status) {
  List<String> lines() {
    var lines = new ArrayList<String>();
    lines.add(
        "PostgreSQL %s, schema version %d, %s"
            .formatted(status.server(), status.schemaVersion(), ByteSize.format(status.bytes())));
    addTraffic(lines);
    addBacklog(lines);
    lines.add("");
    lines.add(line("data", "oldest", "newest", "", ""));
    status
        .spans()
        .forEach(
            span ->
                lines.add(line(span.data(), orDash(span.oldest()), orDash(span.newest()), "", "")));
    lines.add("");
    lines.add(line("table", "partitions", "", "rows (est.)", "size"));
    status
        .tables()
        .forEach(
            table ->
                lines.add(
                    line(
                        table.name(),
                        table.partitions() == 0 ? "-" : "" + table.partitions(),
                        "",
                        "" + table.rows(),
                        ByteSize.format(table.bytes()))));
    lines.add("");
    lines.add(line("partition", "from", "to", "rows (est.)", "size"));
    status.partitions().forEach(partition -> lines.add(line(partition)));
    return lines;
  }

  private void addTraffic(List<String> lines) {
    var traffic = status.traffic();
    lines.add(
        "clients     %d, %d reported in the last minute"
            .formatted(traffic.clients(), traffic.clientsOfTheLastMinute()));
    lines.add(
        "heartbeats  %d in the last minute, %d in this hour, %d in the hour before"
            .formatted(
                traffic.heartbeatsOfTheLastMinute(),
                traffic.heartbeatsOfThisHour(),
                traffic.heartbeatsOfTheHourBefore()));
  }

  private void addBacklog(List<String> lines) {
    var backlog = status.backlog();
    lines.add(
        "backlog     %d client days and %d hours of devices to roll up (last roll-up %d s ago), %d closed days not compacted"
            .formatted(
                backlog.staleDays(),
                backlog.staleDeviceHours(),
                backlog.lastFoldSeconds(),
                backlog.unpackedDays()));
  }

  private static String line(StorageStatus.PartitionStatus partition) {
    var line =
        line(
            partition.name(),
            partition.from(),
            partition.to(),
            "" + partition.rows(),
            ByteSize.format(partition.bytes()));
    return partition.state().equals("attached") ? line : line + "  " + partition.state();
  }

  private static String line(String name, String from, String to, String rows, String size) {
    return String.format(Locale.ROOT, "%-24s %-28s %-28s %14s %10s", name, from, to, rows, size)
        .stripTrailing();
  }

  private static String orDash(Optional<String> time) {
    return time.orElse("-");
  }
}
