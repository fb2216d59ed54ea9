package io.muster.aggregator.history;

import io.muster.schema.client.ClientId;
import io.muster.schema.gpu.GpuState;
import io.muster.schema.state.FleetHost;
import io.muster.schema.state.GpuFacts;
import io.muster.schema.state.GpuSummary;
import io.muster.schema.state.HostFacts;
import io.muster.schema.state.HostOrigin;
import io.muster.schema.state.HostState;
import io.muster.schema.state.HostSummary;
import io.vertx.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A host at an instant in the past.
 *
 * @param row row of {@code fleet-hosts.sql}
 */
record PastHost(Row row, PastConditions conditions) {
  private static final long INTERVAL_MILLIS = Duration.ofMinutes(1).toMillis();
  private static final int PERCENT = 100;

  FleetHost host(int id) {
    var facts = new ArrayList<GpuFacts>();
    var summaries = new ArrayList<GpuSummary>();
    addReported(facts, summaries);
    addUnreported(facts, summaries);
    var hostFacts =
        new HostFacts(
            id,
            row.getString("name"),
            ClientId.fromUuid(row.getUUID("client_id")),
            HostOrigin.REPLAYED,
            INTERVAL_MILLIS,
            facts);
    return FleetHost.of(
        hostFacts,
        new HostSummary(
            state(summaries),
            number(row.getInteger("cpu")),
            number(row.getInteger("memory")),
            lastSeenAt(),
            summaries));
  }

  /** Adds the accelerators that heartbeats reported, whether they have a reading or not. */
  private void addReported(List<GpuFacts> facts, List<GpuSummary> summaries) {
    var uuids = row.getArrayOfStrings("uuids");
    if (uuids == null) {
      return;
    }
    var names = row.getArrayOfStrings("names");
    var readings = new PastReadings(row);
    for (var index = 0; index < uuids.length; index++) {
      facts.add(facts(uuids[index], names[index], readings.memoryTotal(index)));
      var affected = Optional.ofNullable(conditions.gpus().get(uuids[index]));
      summaries.add(
          readings.summary(
              index,
              affected
                  .map(PastConditions.AffectedGpu::state)
                  .orElse(readings.isMissing(index) ? GpuState.UNREADABLE : GpuState.OK)));
    }
  }

  /** Adds the accelerators that have a condition and that no heartbeat of the time reported. */
  private void addUnreported(List<GpuFacts> facts, List<GpuSummary> summaries) {
    var reported = new HashSet<String>();
    facts.forEach(gpu -> reported.add(gpu.uuid()));
    conditions
        .gpus()
        .forEach(
            (uuid, gpu) -> {
              if (!reported.contains(uuid)) {
                facts.add(facts(uuid, gpu.name(), gpu.memoryTotalMib()));
                summaries.add(GpuSummary.withoutReadings(gpu.state()));
              }
            });
  }

  private HostState state(List<GpuSummary> gpus) {
    if (isSilent()) {
      return HostState.SILENT;
    }
    return gpus.stream().allMatch(gpu -> gpu.state().isGood()) ? HostState.OK : HostState.DEGRADED;
  }

  private boolean isSilent() {
    return !row.getBoolean("alive") || conditions.silentSince().isPresent();
  }

  private Optional<Instant> lastSeenAt() {
    return conditions
        .silentSince()
        .or(
            () ->
                Optional.ofNullable(row.getOffsetDateTime("last_seen"))
                    .map(OffsetDateTime::toInstant));
  }

  private static GpuFacts facts(String uuid, String name, OptionalInt memoryTotalMib) {
    return new GpuFacts(uuid, name, memoryTotalMib, OptionalInt.empty(), OptionalInt.empty());
  }

  static OptionalInt number(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  /** The readings of the accelerators, by index. */
  private static final class PastReadings {
    private final Integer[] memoryTotal;
    private final Integer[] usage;
    private final Integer[] memoryPercent;
    private final Integer[] temperature;
    private final Integer[] power;
    private final boolean hasAny;

    PastReadings(Row row) {
      memoryTotal = row.getArrayOfIntegers("mem_total");
      usage = row.getArrayOfIntegers("usage");
      memoryPercent = row.getArrayOfIntegers("mem");
      temperature = row.getArrayOfIntegers("temp");
      power = row.getArrayOfIntegers("power");
      var any = false;
      for (var index = 0; index < usage.length; index++) {
        any |= !isEmpty(index);
      }
      hasAny = any;
    }

    OptionalInt memoryTotal(int index) {
      return number(memoryTotal[index]);
    }

    /** Returns true if others of the host have readings, and this one has not. */
    boolean isMissing(int index) {
      return hasAny && isEmpty(index);
    }

    GpuSummary summary(int index, GpuState state) {
      return new GpuSummary(
          state,
          number(usage[index]),
          usedMib(index),
          number(power[index]),
          number(temperature[index]));
    }

    private boolean isEmpty(int index) {
      return usage[index] == null
          && memoryPercent[index] == null
          && temperature[index] == null
          && power[index] == null;
    }

    private OptionalInt usedMib(int index) {
      Integer percent = memoryPercent[index];
      Integer total = memoryTotal[index];
      return percent == null || total == null
          ? OptionalInt.empty()
          : OptionalInt.of((int) Math.round((double) percent * total / PERCENT));
    }
  }
}
