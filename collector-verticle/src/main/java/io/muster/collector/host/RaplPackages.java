package io.muster.collector.host;

import io.muster.collector.proc.HostRoot;
import io.muster.collector.proc.KernelFileScanner;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * The energy counters of a Linux host's CPU packages (RAPL, {@code
 * /sys/class/powercap/intel-rapl:N/energy_uj}; AMD's counters have the same path). Only root may
 * read them, and virtual machines have none: then there are no readings. Values are as of the last
 * {@link #read}. Used by the thread of its source's lane only.
 *
 * <p>Each counter restarts at its {@code max_energy_range_uj}, on many packages after 262 kJ.
 * Between two reads it is assumed to wrap once at most; if the time between them is so long that a
 * package of {@link #MAX_WATTS} could have wrapped twice, its energy is not counted.
 */
final class RaplPackages {
  private static final String ZONES = "sys/class/powercap";
  private static final String ZONE_PREFIX = "intel-rapl:";
  private static final double JOULES_PER_MICROJOULE = 1e-6;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MAX_WATTS = 1000;

  private final HostRoot hostRoot;
  private final LongSupplier nanoTime;
  private List<RaplZone> zones = List.of();
  private double joules;
  private OptionalLong completeAtNanos = OptionalLong.empty();
  private OptionalDouble powerWatts = OptionalDouble.empty();

  /**
   * Creates an object without packages, and without file access.
   *
   * @param nanoTime elapsed time, ns
   */
  RaplPackages(HostRoot hostRoot, LongSupplier nanoTime) {
    this.hostRoot = hostRoot;
    this.nanoTime = nanoTime;
  }

  /**
   * Finds the packages, unless they are known. To be called repeatedly, because the kernel module
   * may be loaded later.
   */
  void discover() {
    if (zones.isEmpty()) {
      zones =
          hostRoot.listNames(ZONES, ZONE_PREFIX).stream()
              .filter(name -> name.indexOf(':') == name.lastIndexOf(':')) // no subzone of a package
              .map(name -> ZONES + "/" + name)
              .filter(zone -> hostRoot.readText(zone + "/name").orElse("").startsWith("package"))
              .filter(zone -> hostRoot.file(zone + "/energy_uj").canRead())
              .map(this::zone)
              .toList();
    }
  }

  /** Reads every package once. */
  void read(KernelFileScanner scanner) {
    if (zones.isEmpty()) {
      return;
    }
    long nowNanos = nanoTime.getAsLong();
    zones.forEach(zone -> zone.read(scanner, nowNanos));
    double addedJoules = zones.stream().mapToDouble(zone -> zone.addedJoules.orElse(0)).sum();
    joules += addedJoules;
    powerWatts = meanPowerWatts(addedJoules, nowNanos);
    boolean isComplete = zones.stream().allMatch(zone -> zone.readable);
    completeAtNanos = isComplete ? OptionalLong.of(nowNanos) : OptionalLong.empty();
  }

  /**
   * Energy of all packages since the first read, J; never decreases. Empty if one of the packages
   * could not be read.
   */
  OptionalDouble joules() {
    return completeAtNanos.isPresent() ? OptionalDouble.of(joules) : OptionalDouble.empty();
  }

  /** Power of all packages, W: the mean since the previous read. */
  OptionalDouble powerWatts() {
    return powerWatts;
  }

  private OptionalDouble meanPowerWatts(double addedJoules, long nowNanos) {
    long elapsedNanos = completeAtNanos.isPresent() ? nowNanos - completeAtNanos.getAsLong() : 0;
    return elapsedNanos > 0 && zones.stream().allMatch(zone -> zone.addedJoules.isPresent())
        ? OptionalDouble.of(addedJoules / (elapsedNanos / NANOS_PER_SECOND))
        : OptionalDouble.empty();
  }

  private RaplZone zone(String path) {
    long rangeMicrojoules = hostRoot.readNumber(path + "/max_energy_range_uj").orElse(0);
    return new RaplZone(hostRoot.file(path + "/energy_uj"), rangeMicrojoules);
  }

  /** One package. Used by the thread of its source's lane only. */
  private static final class RaplZone {
    private final File file;
    private final long rangeMicrojoules;
    private OptionalLong lastMicrojoules = OptionalLong.empty();
    private long lastReadNanos;
    private boolean readable;
    private OptionalDouble addedJoules = OptionalDouble.empty();

    private RaplZone(File file, long rangeMicrojoules) {
      this.file = file;
      this.rangeMicrojoules = rangeMicrojoules;
    }

    private void read(KernelFileScanner scanner, long nowNanos) {
      var microjoules = readMicrojoules(scanner);
      readable = microjoules.isPresent();
      addedJoules =
          microjoules.isPresent()
              ? count(microjoules.getAsLong(), nowNanos)
              : OptionalDouble.empty();
    }

    private OptionalLong readMicrojoules(KernelFileScanner scanner) {
      try {
        scanner.load(file);
        return scanner.isAtDigit() ? OptionalLong.of(scanner.nextNumber()) : OptionalLong.empty();
      } catch (IOException e) {
        return OptionalLong.empty(); // an absent reading is no failure of the host
      }
    }

    /** Returns the energy since the previous reading; empty if it is not known. */
    private OptionalDouble count(long microjoules, long nowNanos) {
      long delta = microjoules - lastMicrojoules.orElse(microjoules);
      double added = JOULES_PER_MICROJOULE * (delta < 0 ? delta + rangeMicrojoules : delta);
      boolean isKnown =
          lastMicrojoules.isPresent()
              && isPlausible(added, (nowNanos - lastReadNanos) / NANOS_PER_SECOND);
      lastMicrojoules = OptionalLong.of(microjoules);
      lastReadNanos = nowNanos;
      return isKnown ? OptionalDouble.of(added) : OptionalDouble.empty();
    }

    /**
     * Returns false if a second wrap is possible, or if a reset to zero would be taken for a wrap.
     */
    private boolean isPlausible(double addedJoules, double elapsedSeconds) {
      return elapsedSeconds * MAX_WATTS <= rangeMicrojoules * JOULES_PER_MICROJOULE
          && addedJoules >= 0
          && addedJoules <= (elapsedSeconds + 1) * MAX_WATTS;
    }
  }
}
