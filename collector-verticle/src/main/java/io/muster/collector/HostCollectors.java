package io.muster.collector;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.micrometer.core.instrument.Timer;
import io.muster.bus.metrics.MeterFactory;
import io.muster.bus.transport.BusService;
import io.muster.collector.inspection.HostInspectionService;
import io.muster.collector.loop.HostCollector;
import io.muster.collector.loop.HostProfile;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The collectors of all hosts of a node: its own host, then those of a simulation. Confined to the
 * context that created it.
 */
final class HostCollectors {
  private final List<HostCollector> collectors;
  private final List<HostInspectionService> inspections;
  private final LongSupplier nanoTime;
  private final Timer tickTimer;

  HostCollectors(
      List<HostCollector> collectors,
      List<HostInspectionService> inspections,
      LongSupplier nanoTime,
      MeterFactory meters) {
    this.collectors = List.copyOf(collectors);
    this.inspections = List.copyOf(inspections);
    this.nanoTime = nanoTime;
    this.tickTimer =
        meters.timer(
            "tick", "Time from a tick until the frames of all hosts of this node were published");
    meters.gauge(
        "process.tables.wanted",
        "Hosts of this node with an active demand lease for the process table",
        this,
        HostCollectors::processTableDemandCount);
  }

  List<HostProfile> profiles() {
    return collectors.stream().map(HostCollector::profile).toList();
  }

  /** Subscribes to demand leases and requests for all hosts. */
  Future<?> listen(BusService services) {
    return Future.all(collectors.stream().map(collector -> collector.listen(services)).toList());
  }

  /** Runs one tick of all hosts and records its duration. */
  Future<?> tick(Instant at) {
    var startedNanos = nanoTime.getAsLong();
    return Future.join(collectors.stream().map(collector -> collector.tick(at)).toList())
        .onComplete(done -> tickTimer.record(nanoTime.getAsLong() - startedNanos, NANOSECONDS));
  }

  /**
   * Number of hosts with an active demand lease for the process table. May be called by any thread.
   */
  private long processTableDemandCount() {
    return collectors.stream().filter(HostCollector::hasProcessTableDemand).count();
  }

  Future<?> close() {
    return Future.join(collectors.stream().map(HostCollector::close).toList())
        .eventually(
            () -> Future.join(inspections.stream().map(HostInspectionService::close).toList()));
  }
}
