package io.muster.aggregator.history;

import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.muster.schema.event.EventKind;
import io.muster.schema.gpu.GpuState;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * The conditions of a host and its accelerators at an instant in the past.
 *
 * @param silentSince begin of a silence; empty if the host was not silent
 * @param gpus accelerators that were not well, by UUID
 */
record PastConditions(Optional<Instant> silentSince, Map<String, AffectedGpu> gpus) {
  static final PastConditions NONE = new PastConditions(Optional.empty(), Map.of());

  /**
   * Returns the conditions by the reference of the client.
   *
   * @param rows of {@code fleet-conditions.sql}
   */
  static Map<Integer, PastConditions> byClient(Stream<Row> rows) {
    return rows.collect(
        groupingBy(
            row -> row.getInteger("client_ref"), collectingAndThen(toList(), PastConditions::of)));
  }

  private static PastConditions of(List<Row> rows) {
    var silentSince = Optional.<Instant>empty();
    var gpus = new LinkedHashMap<String, AffectedGpu>();
    for (var row : rows) {
      var state = EventKind.ofWord(row.getString("kind")).flatMap(EventKind::gpuState);
      if (state.isPresent()) {
        gpus.put(row.getString("device_uuid"), AffectedGpu.of(row, state.get()));
      } else {
        silentSince = Optional.of(row.getOffsetDateTime("since").toInstant());
      }
    }
    return new PastConditions(silentSince, gpus);
  }

  /**
   * An accelerator that was not well.
   *
   * @param name product name; empty if no heartbeat has reported the accelerator
   * @param memoryTotalMib size of its memory, MiB
   */
  record AffectedGpu(GpuState state, String name, OptionalInt memoryTotalMib) {
    private static AffectedGpu of(Row row, GpuState state) {
      return new AffectedGpu(
          state,
          Optional.ofNullable(row.getString("name")).orElse(""),
          PastHost.number(row.getInteger("mem_total_mb")));
    }
  }
}
