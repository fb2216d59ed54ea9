package io.muster.collector.energy;

import static io.muster.schema.gpu.GpuReading.ENERGY_CONSUMED_JOULES;
import static io.muster.schema.gpu.GpuReading.POWER_CONSUMPTION;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.muster.collector.energy.EnergyCounterKey.Scope;
import io.muster.schema.frame.Readings;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.host.Chassis;
import io.muster.schema.host.Cpu;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;

/**
 * The energy counters of one host: each GPU, the CPUs, the chassis. Sources report the hardware's
 * own counter, which may restart from zero at any time; these counters never decrease, and use
 * power where the hardware has no counter. Confined to the context of its loop.
 */
public final class EnergyCounters {
  private static final long MIN_GAP_LIMIT_NANOS = SECONDS.toNanos(10);

  private final long maxGapNanos;
  private final LongSupplier nanoTime;
  private final InstantSource clock;
  private final Map<EnergyCounterKey, EnergyCounter> counters = new HashMap<>();

  /**
   * Creates counters without a value.
   *
   * @param interval time between two ticks; power is integrated over at most two of them, or 10 s
   *     if that is longer
   * @param nanoTime elapsed time, ns
   * @param clock wall clock, to determine how long the collector was stopped
   */
  public EnergyCounters(Duration interval, LongSupplier nanoTime, InstantSource clock) {
    this.maxGapNanos = Math.max(MIN_GAP_LIMIT_NANOS, 2 * interval.toNanos());
    this.nanoTime = nanoTime;
    this.clock = clock;
  }

  /** Counts the energy of a pass; returns its readings with the counters filled in. */
  public Readings count(Readings readings) {
    long nowNanos = nanoTime.getAsLong();
    counters.values().forEach(EnergyCounter::beginPass);
    return new Readings(
        readings.gpus().stream().map(gpu -> withEnergy(gpu, nowNanos)).toList(),
        readings.cpus().stream().map(cpu -> withEnergy(cpu, nowNanos)).toList(),
        readings.memory(),
        readings.chassis().stream().map(chassis -> withEnergy(chassis, nowNanos)).toList(),
        readings.processes(),
        readings.storage());
  }

  /** Continues from saved counters. */
  void restore(List<SavedEnergyCounter> savedCounters) {
    for (var saved : savedCounters) {
      long ageMillis = Math.max(0, clock.millis() - saved.atMillis());
      long atNanos = nanoTime.getAsLong() - MILLISECONDS.toNanos(ageMillis);
      var reading = new EnergyReading(atNanos, saved.hardwareJoules(), OptionalDouble.empty());
      counter(saved.key()).restore(saved.joules(), reading);
    }
  }

  /** The current value of every counter. */
  List<SavedEnergyCounter> snapshot() {
    long nowNanos = nanoTime.getAsLong();
    long nowMillis = clock.millis();
    return counters.entrySet().stream()
        .filter(entry -> entry.getValue().joules().isPresent())
        .map(entry -> savedCounter(entry.getKey(), entry.getValue(), nowNanos, nowMillis))
        .toList();
  }

  private static SavedEnergyCounter savedCounter(
      EnergyCounterKey key, EnergyCounter counter, long nowNanos, long nowMillis) {
    var lastReading = counter.lastReading();
    long ageNanos = lastReading.map(reading -> nowNanos - reading.atNanos()).orElse(0L);
    return new SavedEnergyCounter(
        key,
        counter.joules().orElse(0),
        lastReading
            .map(EnergyReading::hardwareJoules)
            // The CPU counter restarts with the collector, because its source sums the energy of
            // the packages.
            .filter(hardwareJoules -> key.scope() == Scope.GPU)
            .orElse(OptionalDouble.empty()),
        nowMillis - NANOSECONDS.toMillis(ageNanos));
  }

  private Gpu withEnergy(Gpu gpu, long nowNanos) {
    var reading =
        new EnergyReading(
            nowNanos, gpu.value(ENERGY_CONSUMED_JOULES), gpu.value(POWER_CONSUMPTION));
    return gpu.with(ENERGY_CONSUMED_JOULES, update(EnergyCounterKey.gpu(gpu.uuid()), reading));
  }

  private Cpu withEnergy(Cpu cpu, long nowNanos) {
    var reading =
        new EnergyReading(nowNanos, cpu.energyConsumedJoules(), cpu.readings().powerConsumption());
    return cpu.withEnergyConsumedJoules(update(EnergyCounterKey.CPU, reading));
  }

  private Chassis withEnergy(Chassis chassis, long nowNanos) {
    var reading = new EnergyReading(nowNanos, OptionalDouble.empty(), chassis.totalPowerWatts());
    return chassis.withEnergyConsumedJoules(update(EnergyCounterKey.CHASSIS, reading));
  }

  private OptionalDouble update(EnergyCounterKey key, EnergyReading reading) {
    var counter = counter(key);
    counter.update(reading);
    // Rounds to a millijoule, the unit in which GPUs count.
    return counter.joules().stream().map(joules -> Math.rint(joules * 1000) / 1000).findFirst();
  }

  private EnergyCounter counter(EnergyCounterKey key) {
    return counters.computeIfAbsent(key, unused -> new EnergyCounter(maxGapNanos));
  }
}
