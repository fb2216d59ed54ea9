package io.muster.aggregator.warning;

import io.muster.aggregator.warning.HeartbeatSample.GpuSample;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.OpenWarning;
import io.muster.schema.event.EventSubject;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The evaluation of the next heartbeats of one client. Confined to the context of its caller. */
final class ClientEvaluation {
  private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

  private final Row due;
  private final Map<Long, List<OpenWarning>> openByHourMillis = new TreeMap<>();
  private final List<WarningChange> changes = new ArrayList<>();
  private ClientWarnings warnings;
  private OffsetDateTime evaluatedTo;

  /**
   * Creates the evaluation; evaluates nothing.
   *
   * @param due row of {@code select-due-clients.sql}
   */
  ClientEvaluation(Row due) {
    this.due = due;
    evaluatedTo = until();
    warnings =
        new ClientWarnings(
            Optional.ofNullable(due.getOffsetDateTime("previous_at"))
                .map(ClientEvaluation::millis)
                .orElse(0L),
            OpenWarning.readAll(Optional.ofNullable(due.getString("warnings"))));
  }

  /** Evaluates the next heartbeat, in the order of their instants. */
  void add(Row heartbeat) {
    var sample = sample(heartbeat);
    if (sample.atMillis() / HOUR_MILLIS > warnings.atMillis() / HOUR_MILLIS
        && !warnings.open().isEmpty()) {
      openByHourMillis.put(hourMillis(warnings.atMillis()), warnings.open());
    }
    var before = warnings;
    warnings = warnings.after(sample);
    addChanges(before);
    if (!isComplete()) {
      evaluatedTo = heartbeat.getOffsetDateTime("ts");
    }
  }

  int clientRef() {
    return due.getInteger("client_ref");
  }

  /** Returns the version of the list of late heartbeats. */
  int lateCount() {
    return due.getInteger("late_count");
  }

  OffsetDateTime after() {
    return due.getOffsetDateTime("after");
  }

  OffsetDateTime until() {
    return due.getOffsetDateTime("until");
  }

  /** Returns the first hour that is evaluated again; empty if none is. */
  Optional<OffsetDateTime> repeatedFrom() {
    return Optional.ofNullable(due.getOffsetDateTime("repeated_from"));
  }

  ClientWarnings warnings() {
    return warnings;
  }

  /** Returns the instant up to which all heartbeats are evaluated. */
  OffsetDateTime evaluatedTo() {
    return evaluatedTo;
  }

  /** Returns the host. */
  EventSubject subject() {
    return EventSubject.ofHost(due.getString("name"), ClientId.fromUuid(due.getUUID("client_id")));
  }

  /** Returns the warnings that began and ended, in the order of their heartbeats. */
  List<WarningChange> changes() {
    return changes;
  }

  /** Returns the open warnings at the end of each hour that had any. */
  Map<Long, List<OpenWarning>> openByHourMillis() {
    return openByHourMillis;
  }

  private void addChanges(ClientWarnings before) {
    if (before.mask() == warnings.mask()) {
      return;
    }
    var at = warnings.atMillis();
    warnings.raised().stream()
        .filter(open -> !open.warning().isIn(before.mask()))
        .forEach(open -> changes.add(new WarningChange(open, true, at)));
    before.raised().stream()
        .filter(open -> !open.warning().isIn(warnings.mask()))
        .forEach(open -> changes.add(new WarningChange(open, false, at)));
  }

  /** Returns true if all heartbeats of the client are evaluated. */
  boolean isComplete() {
    return until().isEqual(due.getOffsetDateTime("last_ts"));
  }

  private static HeartbeatSample sample(Row row) {
    var devices = Optional.ofNullable(row.getInteger("devices"));
    return new HeartbeatSample(
        millis(row.getOffsetDateTime("ts")),
        row.getInteger("disk"),
        row.getInteger("mem"),
        devices.map(
            number ->
                new GpuSample(
                    row.getInteger("gpu_flags"),
                    row.getInteger("most") - number,
                    Optional.ofNullable(row.getInteger("temp")))));
  }

  private static long hourMillis(long atMillis) {
    return atMillis - atMillis % HOUR_MILLIS;
  }

  private static long millis(OffsetDateTime at) {
    return at.toInstant().toEpochMilli();
  }

  /**
   * The begin or the end of a warning.
   *
   * @param atMillis instant of the heartbeat that raised or ended it
   */
  record WarningChange(OpenWarning warning, boolean isRaised, long atMillis) {}
}
