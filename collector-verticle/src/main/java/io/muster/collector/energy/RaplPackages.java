package io.muster.collector.energy;

import io.muster.collector.proc.KernelText;
import io.muster.collector.proc.KernelTree;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * The energy that the CPU packages of a Linux host count themselves (RAPL, {@code
 * /sys/class/powercap/intel-rapl:N/energy_uj}; AMD's counters stand under the same name). Only root
 * may read them, and virtual machines have none: then there are no readings. Values are as of the
 * last {@link #read}. Confined to the lane of its source.
 *
 * <p>Each counter begins anew at its {@code max_energy_range_uj}, on many packages after 262 kJ.
 * Within one stretch it is taken to have done so once at most; a stretch so long that a package of
 * {@link #MOST_WATTS} could have done so twice is left out.
 */
public final class RaplPackages {
  private static final String ZONES = "sys/class/powercap";
  private static final String PREFIX = "intel-rapl:";
  private static final double MICRO = 1e-6;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double MOST_WATTS = 1000;

  private final KernelTree tree;
  private final LongSupplier nanoTime;
  private List<Zone> zones = List.of();
  private double joules;
  private boolean complete;
  private OptionalLong completeAtNanos = OptionalLong.empty();
  private OptionalDouble watts = OptionalDouble.empty();

  /**
   * Looks for nothing yet.
   *
   * @param nanoTime elapsed time, ns
   */
  public RaplPackages(KernelTree tree, LongSupplier nanoTime) {
    this.tree = tree;
    this.nanoTime = nanoTime;
  }

  /** Finds the packages, unless they are known. To be called now and then: a module may be late. */
  public void discover() {
    if (zones.isEmpty()) {
      zones =
          tree.names(ZONES, PREFIX).stream()
              .filter(name -> name.indexOf(':') == name.lastIndexOf(':')) // no part of a package
              .map(name -> ZONES + "/" + name)
              .filter(zone -> tree.text(zone + "/name").orElse("").startsWith("package"))
              .filter(zone -> tree.file(zone + "/energy_uj").canRead())
              .map(this::zone)
              .toList();
    }
  }

  /** Reads every package once. */
  public void read(KernelText text) {
    if (zones.isEmpty()) {
      return;
    }
    long now = nanoTime.getAsLong();
    double added = 0;
    complete = true;
    for (var zone : zones) {
      var more = zone.read(text, now);
      complete &= more.isPresent();
      added += more.orElse(0);
    }
    joules += added;
    watts = complete ? power(added, now) : OptionalDouble.empty();
    completeAtNanos = complete ? OptionalLong.of(now) : OptionalLong.empty();
  }

  /**
   * Energy of all packages since the first reading, J; never falls. Empty when one of them did not
   * answer.
   */
  public OptionalDouble joules() {
    return complete ? OptionalDouble.of(joules) : OptionalDouble.empty();
  }

  /** Power of all packages, W: the mean since the reading before. */
  public OptionalDouble watts() {
    return watts;
  }

  private OptionalDouble power(double added, long now) {
    long nanos = completeAtNanos.isPresent() ? now - completeAtNanos.getAsLong() : 0;
    return nanos > 0 && zones.stream().allMatch(zone -> zone.counted)
        ? OptionalDouble.of(added / (nanos / NANOS_PER_SECOND))
        : OptionalDouble.empty();
  }

  private Zone zone(String zone) {
    long range = tree.number(zone + "/max_energy_range_uj").orElse(0);
    return new Zone(tree.file(zone + "/energy_uj"), range);
  }

  /** One package. */
  private static final class Zone {
    private final File file;
    private final long rangeMicrojoules;
    private OptionalLong last = OptionalLong.empty();
    private long lastNanos;
    private boolean counted;

    private Zone(File file, long rangeMicrojoules) {
      this.file = file;
      this.rangeMicrojoules = rangeMicrojoules;
    }

    /** Joules since the reading before; 0 where they cannot be told, empty without an answer. */
    private OptionalDouble read(KernelText text, long now) {
      counted = false;
      try {
        text.load(file);
        return text.digitNext() ? OptionalDouble.of(count(text.nextNumber(), now)) : fail();
      } catch (IOException e) {
        return fail(); // an absent reading is no failure of the host
      }
    }

    private static OptionalDouble fail() {
      return OptionalDouble.empty();
    }

    private double count(long microjoules, long now) {
      long delta = microjoules - last.orElse(microjoules);
      double more = MICRO * (delta < 0 ? delta + rangeMicrojoules : delta);
      counted = last.isPresent() && isPossible(more, (now - lastNanos) / NANOS_PER_SECOND);
      last = OptionalLong.of(microjoules);
      lastNanos = now;
      return counted ? more : 0;
    }

    /** Neither a second wrap may have gone unseen, nor a fall back to zero look like a wrap. */
    private boolean isPossible(double more, double seconds) {
      return seconds * MOST_WATTS <= rangeMicrojoules * MICRO
          && more >= 0
          && more <= (seconds + 1) * MOST_WATTS;
    }
  }
}
