package io.muster.aggregator.store;

import io.muster.schema.client.ClientId;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Requests as parameters of {@link IngestSql}: an array for each column of requests, of heartbeats
 * and of devices.
 */
final class Columns {
  private final List<Share> shares;
  private final List<Row<Beat>> beats = new ArrayList<>();
  private final List<Row<Device>> devices = new ArrayList<>();
  private final List<Object> arrays = new ArrayList<>();

  Columns(List<Share> shares) {
    this.shares = List.copyOf(shares);
    for (var request = 1; request <= shares.size(); request++) {
      for (var beat : shares.get(request - 1).beats()) {
        beats.add(new Row<>(request, beat));
        var number = beats.size();
        beat.devices().forEach(device -> devices.add(new Row<>(number, device)));
      }
    }
    addRequests();
    addBeats();
    addDevices();
  }

  List<Share> shares() {
    return shares;
  }

  /** The clients, $1. */
  Tuple clients() {
    return Tuple.of(arrays.get(0));
  }

  /** The clients and how far their clocks are off, $1 and $2, and the time. */
  Tuple clocks(OffsetDateTime now) {
    return Tuple.of(arrays.get(0), arrays.get(1), now);
  }

  /** All arrays, $1 to $23, and what follows them. */
  Tuple with(Object... rest) {
    var parameters = new ArrayList<>(arrays);
    parameters.addAll(List.of(rest));
    return Tuple.wrap(parameters);
  }

  private void addRequests() {
    add(shares, share -> ClientId.toUuid(share.arrival().clientId()), UUID[]::new);
    add(shares, Columns::measured, Long[]::new);
    add(shares, share -> share.arrival().receivedAt().toEpochMilli(), Long[]::new);
    add(shares, Share::oldestMillis, Long[]::new);
  }

  private void addBeats() {
    add(beats, Row::owner, Integer[]::new);
    add(beats, row -> row.of().atMillis(), Long[]::new);
    add(beats, row -> row.of().cpuPercent(), Short[]::new);
    add(beats, row -> row.of().memoryPercent(), Short[]::new);
    add(beats, row -> row.of().diskPercent(), Short[]::new);
    add(beats, row -> row.of().heartbeat().networkUpBytes(), Long[]::new);
    add(beats, row -> row.of().heartbeat().networkDownBytes(), Long[]::new);
    add(beats, row -> row.of().gpuFlags(), Short[]::new);
    add(beats, row -> row.of().deviceCount(), Short[]::new);
    add(beats, row -> row.of().centiTflops(), Integer[]::new);
  }

  private void addDevices() {
    add(devices, Row::owner, Integer[]::new);
    add(devices, row -> row.of().index(), Short[]::new);
    add(devices, row -> row.of().uuid(), String[]::new);
    add(devices, row -> row.of().name(), String[]::new);
    add(devices, row -> row.of().memoryMib(), Integer[]::new);
    add(devices, row -> row.of().temperature(), Short[]::new);
    add(devices, row -> row.of().usagePercent(), Short[]::new);
    add(devices, row -> row.of().memoryPercent(), Short[]::new);
    add(devices, row -> row.of().powerWatts(), Integer[]::new);
  }

  private <E, T> void add(
      List<E> rows, Function<E, @Nullable T> column, IntFunction<@Nullable T[]> make) {
    var array = make.apply(rows.size());
    for (var index = 0; index < array.length; index++) {
      array[index] = column.apply(rows.get(index));
    }
    arrays.add(array);
  }

  private static @Nullable Long measured(Share share) {
    var offset = share.arrival().measuredOffsetMillis();
    return offset.isPresent() ? offset.getAsLong() : null;
  }

  /**
   * One of many rows of one owner.
   *
   * @param owner number of the request, or of the heartbeat, from 1
   */
  private record Row<T>(int owner, T of) {}
}
