package io.muster.api.usage;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.inspection.Vitals;
import io.muster.schema.json.WireJson;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One inspection result of one host as messages, each encoded once for all subscribers. Confined to
 * one event loop.
 */
final class UsageSample {
  private static final long MILLIS_PER_SECOND = 1000;

  private final long atSeconds;
  private final SystemMessage systemMessage;
  private final Buffer updateBuffer;
  private @Nullable Buffer systemBuffer;

  private UsageSample(long atSeconds, SystemMessage systemMessage, Buffer updateBuffer) {
    this.atSeconds = atSeconds;
    this.systemMessage = systemMessage;
    this.updateBuffer = updateBuffer;
  }

  /**
   * Creates the messages of the vitals. Throws {@code UNAVAILABLE} if they lack a value that every
   * update must have: the CPU utilization or the memory.
   */
  static UsageSample of(String host, Vitals vitals, GpuAggregation gpuAggregation) {
    var cpuPercent = vitals.cpu().cpuPercent().stream().filter(Double::isFinite).findFirst();
    if (cpuPercent.isEmpty() || vitals.memory().memoryTotalBytes() <= 0) {
      throw new FleetException(
          Code.UNAVAILABLE, "host '" + host + "' reports no CPU utilization or no memory");
    }
    var atSeconds = collectedAtSeconds(vitals);
    var update = UpdateMessage.of(host, vitals, cpuPercent.getAsDouble(), gpuAggregation);
    return new UsageSample(
        atSeconds,
        SystemMessage.of(host, vitals, atSeconds),
        Buffer.buffer(WireJson.bytes(update)));
  }

  /** Returns the time of collection, seconds since the epoch. */
  static long collectedAtSeconds(Vitals vitals) {
    return Math.floorDiv(vitals.atMillis(), MILLIS_PER_SECOND);
  }

  long atSeconds() {
    return atSeconds;
  }

  SystemMessage systemMessage() {
    return systemMessage;
  }

  Buffer updateBuffer() {
    return updateBuffer;
  }

  Buffer systemBuffer() {
    var encoded =
        Optional.ofNullable(systemBuffer)
            .orElseGet(() -> Buffer.buffer(WireJson.bytes(systemMessage)));
    systemBuffer = encoded;
    return encoded;
  }
}
