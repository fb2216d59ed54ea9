package io.muster.api.usage;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.inspection.Vitals;
import io.muster.schema.json.WireJson;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One collection of one host as messages, each encoded once for everybody. Confined to its event
 * loop.
 */
final class Sample {
  private static final long MILLIS_PER_SECOND = 1000;

  private final long atSeconds;
  private final SystemMessage system;
  private final Buffer update;
  private @Nullable Buffer systemText;

  private Sample(long atSeconds, SystemMessage system, Buffer update) {
    this.atSeconds = atSeconds;
    this.system = system;
    this.update = update;
  }

  /**
   * The messages of these vitals. Throws {@code UNAVAILABLE} when they lack what every update must
   * have: the share of the CPUs and the memory.
   */
  static Sample of(String host, Vitals vitals, GpuRule rule) {
    var cpuPercent = vitals.cpuPercent().stream().filter(Double::isFinite).findFirst();
    if (cpuPercent.isEmpty() || vitals.memoryTotalBytes() <= 0) {
      throw new FleetException(
          Code.UNAVAILABLE, "host " + host + " cannot read the share of its CPUs or its memory");
    }
    var at = seconds(vitals);
    var update = UpdateMessage.of(host, vitals, cpuPercent.getAsDouble(), rule);
    return new Sample(
        at, SystemMessage.of(host, vitals, at), Buffer.buffer(WireJson.bytes(update)));
  }

  /** When these were collected, seconds since the epoch. */
  static long seconds(Vitals vitals) {
    return Math.floorDiv(vitals.atMillis(), MILLIS_PER_SECOND);
  }

  long atSeconds() {
    return atSeconds;
  }

  SystemMessage system() {
    return system;
  }

  Buffer update() {
    return update;
  }

  Buffer systemText() {
    var text =
        Optional.ofNullable(systemText).orElseGet(() -> Buffer.buffer(WireJson.bytes(system)));
    systemText = text;
    return text;
  }
}
