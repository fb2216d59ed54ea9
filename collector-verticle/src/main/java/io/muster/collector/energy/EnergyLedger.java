package io.muster.collector.energy;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.muster.collector.energy.EnergySubject.Scope;
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
 * The energy counters of one host: each GPU, the CPUs, the chassis. What sources tell as energy is
 * the hardware's own counter, which begins anew whenever it likes; the ledger makes of it, or of
 * the power where there is no such counter, one that does not. Confined to the context of its loop.
 */
public final class EnergyLedger {
  private static final long SHORTEST_GAP_NANOS = SECONDS.toNanos(10);

  private final long maxGapNanos;
  private final LongSupplier nanoTime;
  private final InstantSource clock;
  private final Map<EnergySubject, EnergyMeter> meters = new HashMap<>();

  /**
   * Counters at their start.
   *
   * @param interval between two ticks; power is integrated over two of them, or 10 s where that is
   *     longer
   * @param nanoTime elapsed time, ns
   * @param clock to tell how long the collector was away
   */
  public EnergyLedger(Duration interval, LongSupplier nanoTime, InstantSource clock) {
    this.maxGapNanos = Math.max(SHORTEST_GAP_NANOS, 2 * interval.toNanos());
    this.nanoTime = nanoTime;
    this.clock = clock;
  }

  /** Counts what this pass told; answers the readings with the counters in them. */
  public Readings meter(Readings readings) {
    long now = nanoTime.getAsLong();
    meters.values().forEach(EnergyMeter::beginPass);
    return new Readings(
        readings.gpus().stream().map(gpu -> metered(gpu, now)).toList(),
        readings.cpus().stream().map(cpu -> metered(cpu, now)).toList(),
        readings.memory(),
        readings.chassis().stream().map(chassis -> metered(chassis, now)).toList(),
        readings.processes(),
        readings.storage());
  }

  /** Lets counters go on where they were. */
  void restore(List<EnergyTotal> totals) {
    for (var total : totals) {
      long agoMillis = Math.max(0, clock.millis() - total.atMillis());
      long nanos = nanoTime.getAsLong() - MILLISECONDS.toNanos(agoMillis);
      var point = new EnergyPoint(nanos, total.counterJoules(), OptionalDouble.empty());
      meter(total.subject()).restore(total.joules(), point);
    }
  }

  /** Every counter as it is now. */
  List<EnergyTotal> totals() {
    long nowNanos = nanoTime.getAsLong();
    long nowMillis = clock.millis();
    return meters.entrySet().stream()
        .filter(entry -> entry.getValue().joules().isPresent())
        .map(entry -> total(entry.getKey(), entry.getValue(), nowNanos, nowMillis))
        .toList();
  }

  private static EnergyTotal total(
      EnergySubject subject, EnergyMeter meter, long nowNanos, long nowMillis) {
    var last = meter.last();
    long agoNanos = last.map(point -> nowNanos - point.nanos()).orElse(0L);
    return new EnergyTotal(
        subject,
        meter.joules().orElse(0),
        last.map(EnergyPoint::counterJoules)
            .filter(counter -> subject.scope() == Scope.GPU) // that of the CPUs is the source's own
            .orElse(OptionalDouble.empty()),
        nowMillis - NANOSECONDS.toMillis(agoNanos));
  }

  private Gpu metered(Gpu gpu, long now) {
    var point = new EnergyPoint(now, gpu.energyConsumedJoules(), gpu.powerConsumption());
    return gpu.withEnergyConsumedJoules(count(EnergySubject.gpu(gpu.uuid()), point));
  }

  private Cpu metered(Cpu cpu, long now) {
    var point = new EnergyPoint(now, cpu.energyConsumedJoules(), cpu.powerConsumption());
    return cpu.withEnergyConsumedJoules(count(EnergySubject.CPU, point));
  }

  private Chassis metered(Chassis chassis, long now) {
    var point = new EnergyPoint(now, OptionalDouble.empty(), chassis.totalPowerWatts());
    return chassis.withEnergyConsumedJoules(count(EnergySubject.CHASSIS, point));
  }

  private OptionalDouble count(EnergySubject subject, EnergyPoint point) {
    var meter = meter(subject);
    meter.read(point);
    var joules = meter.joules();
    return joules.isPresent() ? OptionalDouble.of(rounded(joules.getAsDouble())) : joules;
  }

  /** To the millijoule, which is what GPUs count in. */
  private static double rounded(double joules) {
    return Math.rint(joules * 1000) / 1000;
  }

  private EnergyMeter meter(EnergySubject subject) {
    return meters.computeIfAbsent(subject, unused -> new EnergyMeter(maxGapNanos));
  }
}
