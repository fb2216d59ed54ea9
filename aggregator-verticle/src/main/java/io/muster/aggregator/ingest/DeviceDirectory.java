package io.muster.aggregator.ingest;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;

import io.muster.runtime.database.Database;
import io.muster.runtime.database.SqlStatement;
import io.muster.schema.client.ClientId;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The references of the device lists that clients report. A host reports the same list for months,
 * so that a heartbeat needs no row of a device. A list is registered in the database when it is
 * seen first, and again after ten minutes, which corrects a description that another aggregator has
 * changed. Confined to one thread.
 */
final class DeviceDirectory {
  private static final SqlStatement REGISTER_DEVICES =
      SqlStatement.load(DeviceDirectory.class, "register-devices.sql");

  private static final Duration MAX_AGE = Duration.ofMinutes(10);

  /** Limits the memory to about 50 MB; the lists that were registered first are dropped. */
  private static final int MAX_DEVICES = 200_000;

  private final Database database;
  private final InstantSource clock;

  /** The lists, those that were registered first come first. */
  private final Map<DeviceList, CachedReferences> entries = new LinkedHashMap<>();

  private int deviceCount;

  DeviceDirectory(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Registers the lists of the batches that are not known, except those of unknown clients. */
  Future<Void> register(List<ClientBatch> batches) {
    var now = clock.instant();
    var reports = new LinkedHashMap<DeviceList, Long>();
    for (var batch : batches) {
      for (var row : batch.rows()) {
        row.deviceList()
            .filter(list -> !isFresh(list, now))
            .ifPresent(list -> reports.put(list, batch.reportedAtMillis(row)));
      }
    }
    return reports.isEmpty() ? Future.succeededFuture() : register(reports, now);
  }

  /** Returns the references of a list, or {@link DeviceReferences#none} if it is not registered. */
  DeviceReferences find(DeviceList list) {
    return Optional.ofNullable(entries.get(list))
        .map(CachedReferences::references)
        .orElseGet(() -> DeviceReferences.none(list.devices().size()));
  }

  /** Forgets the lists of a batch, whose client was registered again. */
  void forget(ClientBatch batch) {
    batch.rows().stream().flatMap(row -> row.deviceList().stream()).forEach(this::remove);
  }

  private boolean isFresh(DeviceList list, Instant now) {
    return Optional.ofNullable(entries.get(list)).filter(entry -> entry.isFresh(now)).isPresent();
  }

  private Future<Void> register(Map<DeviceList, Long> reports, Instant now) {
    var rows = new ArrayList<DeviceReport>();
    reports.forEach(
        (list, atMillis) ->
            list.devices().forEach(device -> rows.add(new DeviceReport(list, device, atMillis))));
    return database
        .withConnection(bind(rows)::execute)
        .onSuccess(
            registered -> {
              reports.keySet().forEach(this::remove);
              references(rows, registered)
                  .forEach((list, references) -> add(list, new CachedReferences(references, now)));
              dropOldest(now);
            })
        .mapEmpty();
  }

  private static SqlStatement.Binding bind(List<DeviceReport> rows) {
    return REGISTER_DEVICES
        .bind(
            "client_ids",
            Columns.of(rows, row -> ClientId.toUuid(row.list().clientId()), UUID[]::new))
        .bind("uuids", Columns.of(rows, row -> row.device().uuid(), String[]::new))
        .bind("indexes", Columns.of(rows, row -> row.device().index(), Short[]::new))
        .bind("names", Columns.of(rows, row -> row.device().name(), String[]::new))
        .bind("mem_total", Columns.of(rows, row -> row.device().memoryMib(), Integer[]::new))
        .bind("reported_at", Columns.of(rows, DeviceReport::atMillis, Long[]::new));
  }

  /** Returns the references of the lists that were registered: a row for each of their devices. */
  private static Map<DeviceList, DeviceReferences> references(
      List<DeviceReport> reports, RowSet<Row> registered) {
    return registered.stream()
        .collect(groupingBy(row -> reports.get(row.getInteger(0) - 1).list()))
        .entrySet()
        .stream()
        .collect(toMap(Map.Entry::getKey, entry -> DeviceReferences.of(entry.getValue())));
  }

  private void add(DeviceList list, CachedReferences entry) {
    entries.put(list, entry);
    deviceCount += list.devices().size();
  }

  private void remove(DeviceList list) {
    if (entries.remove(list) != null) {
      deviceCount -= list.devices().size();
    }
  }

  /** Drops lists beyond the limit, except those that were just registered. */
  private void dropOldest(Instant now) {
    var oldest = entries.entrySet().iterator();
    while (deviceCount > MAX_DEVICES && oldest.hasNext()) {
      var entry = oldest.next();
      if (!entry.getValue().registeredAt().isBefore(now)) {
        return;
      }
      oldest.remove();
      deviceCount -= entry.getKey().devices().size();
    }
  }

  /** A device of a list, and the time of the newest heartbeat with the list. */
  private record DeviceReport(DeviceList list, DeviceDescription device, long atMillis) {}

  private record CachedReferences(DeviceReferences references, Instant registeredAt) {
    /** Returns true if the entry is new. One from the future is not: the clock was set back. */
    boolean isFresh(Instant now) {
      return !now.isBefore(registeredAt) && now.isBefore(registeredAt.plus(MAX_AGE));
    }
  }
}
