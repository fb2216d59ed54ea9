package io.muster.launcher.db;

import io.muster.aggregator.status.StorageStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** An inventory for people. */
record StatusText(StorageStatus inventory) {
  List<String> lines() {
    var lines = new ArrayList<String>();
    lines.add(
        "PostgreSQL %s, schema version %d, %s"
            .formatted(
                inventory.server(), inventory.schemaVersion(), Bytes.text(inventory.bytes())));
    traffic(lines);
    backlog(lines);
    lines.add("");
    lines.add(line("data", "oldest", "newest", "", ""));
    inventory
        .spans()
        .forEach(
            span -> lines.add(line(span.data(), or(span.oldest()), or(span.newest()), "", "")));
    lines.add("");
    lines.add(line("table", "partitions", "", "rows, about", "size"));
    inventory
        .tables()
        .forEach(
            table ->
                lines.add(
                    line(
                        table.name(),
                        table.partitions() == 0 ? "-" : "" + table.partitions(),
                        "",
                        "" + table.rows(),
                        Bytes.text(table.bytes()))));
    lines.add("");
    lines.add(line("partition", "from", "to", "rows, about", "size"));
    inventory.partitions().forEach(part -> lines.add(line(part)));
    return lines;
  }

  private void traffic(List<String> lines) {
    var traffic = inventory.traffic();
    lines.add(
        "clients     %d, %d heard of in the last minute"
            .formatted(traffic.clients(), traffic.clientsOfTheLastMinute()));
    lines.add(
        "heartbeats  %d in the last minute, %d in this hour, %d in the hour before"
            .formatted(
                traffic.heartbeatsOfTheLastMinute(),
                traffic.heartbeatsOfThisHour(),
                traffic.heartbeatsOfTheHourBefore()));
  }

  private void backlog(List<String> lines) {
    var backlog = inventory.backlog();
    var fold =
        backlog.lastFoldSeconds().isPresent()
            ? backlog.lastFoldSeconds().getAsLong() + " s ago"
            : "never";
    lines.add(
        "backlog     %d days of clients to fold (last fold %s), %d closed days not packed"
            .formatted(backlog.staleDays(), fold, backlog.unpackedDays()));
  }

  private static String line(StorageStatus.PartitionStatus part) {
    var line =
        line(part.name(), part.from(), part.to(), "" + part.rows(), Bytes.text(part.bytes()));
    return part.state().equals("attached") ? line : line + "  " + part.state();
  }

  private static String line(String name, String from, String to, String rows, String size) {
    return String.format(Locale.ROOT, "%-24s %-28s %-28s %14s %10s", name, from, to, rows, size)
        .stripTrailing();
  }

  private static String or(Optional<String> time) {
    return time.orElse("-");
  }
}
