package io.muster.collector;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.micrometer.core.instrument.Timer;
import io.muster.bus.DemandTopic;
import io.muster.collector.inspection.Inspections;
import io.muster.collector.loop.HostCollector;
import io.muster.collector.loop.HostProfile;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The hosts that a node collects: its own, then those of a simulation. Confined to the context that
 * made it.
 */
final class HostCollectors {
  private final List<HostCollector> hosts;
  private final List<Inspections> inspections;
  private final LongSupplier nanos;

  /** The hosts, and the looks at them. */
  HostCollectors(List<HostCollector> hosts, List<Inspections> inspections, LongSupplier nanos) {
    this.hosts = List.copyOf(hosts);
    this.inspections = List.copyOf(inspections);
    this.nanos = nanos;
  }

  List<HostProfile> profiles() {
    return hosts.stream().map(HostCollector::profile).toList();
  }

  /** Listens for demands and requests of all hosts. */
  Future<?> listen(DemandTopic topic) {
    return Future.all(hosts.stream().map(host -> host.listen(topic)).toList());
  }

  /** One tick of all hosts, and how long it took. */
  Future<?> tick(Instant at, Timer duration) {
    var begunNanos = nanos.getAsLong();
    return Future.join(hosts.stream().map(host -> host.tick(at)).toList())
        .onComplete(done -> duration.record(nanos.getAsLong() - begunNanos, NANOSECONDS));
  }

  /** How many have their process table read now. Any thread may ask. */
  long wantedProcessTables() {
    return hosts.stream().filter(HostCollector::isProcessTableWanted).count();
  }

  Future<?> close() {
    return Future.join(hosts.stream().map(HostCollector::close).toList())
        .eventually(() -> Future.join(inspections.stream().map(Inspections::close).toList()));
  }
}
