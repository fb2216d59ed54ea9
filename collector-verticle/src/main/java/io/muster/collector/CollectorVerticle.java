package io.muster.collector;

import io.micrometer.core.instrument.Timer;
import io.muster.bus.Address;
import io.muster.bus.DemandTopic;
import io.muster.bus.FrameTopic;
import io.muster.bus.service.AnnouncementService;
import io.muster.bus.service.BusService;
import io.muster.bus.service.HeartbeatService;
import io.muster.collector.energy.EnergyJournal;
import io.muster.collector.energy.EnergyLedger;
import io.muster.collector.heartbeat.HeartbeatLine;
import io.muster.collector.heartbeat.spool.SpoolDisk;
import io.muster.collector.identity.HostIdentity;
import io.muster.collector.inspection.InspectionTally;
import io.muster.collector.inspection.InspectionTerms;
import io.muster.collector.inspection.Inspections;
import io.muster.collector.loop.CollectTally;
import io.muster.collector.loop.HostCollector;
import io.muster.collector.loop.HostProfile;
import io.muster.collector.loop.SamplingLoop;
import io.muster.runtime.node.Metronome;
import io.muster.runtime.node.Node;
import io.muster.schema.client.ClientRegistration;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The collector role: samples this host, and simulated ones, at every tick; publishes frames, sends
 * heartbeats, keeps energy counters.
 */
public final class CollectorVerticle extends VerticleBase {
  private final CollectorConfig config;
  private final Node node;
  private final HostIdentity identity;
  private final CollectTally tally = new CollectTally();
  private final InspectionTally looks = new InspectionTally();
  private final FrameTopic topic;
  private Optional<HostCollectors> hosts = Optional.empty();
  private Optional<HeartbeatLine> heartbeats = Optional.empty();
  private Optional<EnergyJournal> journal = Optional.empty();
  private Optional<Metronome> metronome = Optional.empty();
  private volatile String gpuSummary = "";

  public CollectorVerticle(CollectorConfig config, Node node, HostIdentity identity) {
    this.config = config;
    this.node = node;
    this.identity = identity;
    this.topic = FrameTopic.on(node.vertx());
  }

  /** Started when this host's first frame is out, and requests for the next are answered. */
  @Override
  public Future<?> start() {
    var open =
        new HostLoops(
            vertx, config, node.clocks(), name -> CollectorMeters.lane(name, node.meterRegistry()));
    var loops = new ArrayList<SamplingLoop>();
    var energy = open.energy();
    loops.add(open.ofThisHost(identity, energy));
    config.simulation().map(open::simulated).ifPresent(loops::addAll);
    var all = collectors(loops, open);
    hosts = Optional.of(all);
    return openHeartbeats(all.profiles())
        .compose(opened -> openJournal(energy))
        .compose(opened -> loops.get(0).prime(vertx))
        .compose(primed -> begin(all));
  }

  @Override
  public Future<?> stop() {
    metronome.ifPresent(Metronome::stop);
    return hosts
        .<Future<?>>map(HostCollectors::close)
        .orElseGet(Future::succeededFuture)
        .eventually(() -> journal.map(EnergyJournal::close).orElseGet(Future::succeededFuture))
        .eventually(() -> heartbeats.map(HeartbeatLine::close).orElseGet(Future::succeededFuture));
  }

  /** Which GPUs this host has, or why none were found. */
  public String gpuSummary() {
    return gpuSummary;
  }

  private HostCollectors collectors(List<SamplingLoop> loops, HostLoops open) {
    var nanos = node.clocks().nanoTime();
    var terms = InspectionTerms.of(vertx, nanos, looks);
    var collectors = new ArrayList<HostCollector>();
    var inspections = new ArrayList<Inspections>();
    for (var loop : loops) {
      var inspection = new Inspections(vertx, open.inspectable(loop), terms);
      inspections.add(inspection);
      collectors.add(new HostCollector(loop, node.clocks(), tally, this::publish, inspection));
    }
    return new HostCollectors(collectors, inspections, nanos);
  }

  private Future<?> openHeartbeats(List<HostProfile> profiles) {
    var timeout = config.heartbeat().timeout();
    var ports =
        new HeartbeatLine.Ports(
            BusService.proxy(vertx, Address.HEARTBEATS, HeartbeatService.class, timeout),
            BusService.proxy(vertx, Address.REGISTRY, AnnouncementService.class, timeout),
            node.clocks().wallClock(),
            node.clocks().nanoTime(),
            () -> ThreadLocalRandom.current().nextDouble(),
            SpoolDisk.LOCAL);
    return HeartbeatLine.open(vertx, config.heartbeat(), registrations(profiles), ports)
        .onSuccess(this::attend);
  }

  /** Behind the spool, whose lock keeps other processes off the data directory. */
  private Future<?> openJournal(EnergyLedger energy) {
    return EnergyJournal.open(
            vertx, config.energyDirectory(), identity.clientId(), energy, node.clocks().nanoTime())
        .onSuccess(this::attend);
  }

  private void attend(EnergyJournal opened) {
    journal = Optional.of(opened);
    CollectorMeters.bind(opened, node.health());
  }

  private void attend(HeartbeatLine line) {
    heartbeats = Optional.of(line);
    vertx.setPeriodic(1000, timer -> line.tick());
    HeartbeatMeters.bind(line, node);
  }

  private Future<?> begin(HostCollectors all) {
    var beat = new Metronome(vertx, node.clocks().wallClock(), config.interval());
    metronome = Optional.of(beat);
    CollectorMeters.bind(topic, node.meterRegistry());
    CollectorMeters.bind(tally, all, node.meterRegistry());
    CollectorMeters.bind(looks, node.meterRegistry());
    CollectorMeters.bind(beat, node.meterRegistry());
    var tick = CollectorMeters.tick(node.meterRegistry());
    return all.tick(node.clocks().wallClock().instant(), tick)
        .compose(first -> all.listen(DemandTopic.on(vertx)))
        .onSuccess(listening -> beat.start(at -> tick(all, at, tick)));
  }

  private Future<?> tick(HostCollectors all, Instant at, Timer duration) {
    journal.ifPresent(EnergyJournal::tick);
    return all.tick(at, duration);
  }

  private void publish(SamplingLoop.Sample sample) {
    var frame = sample.frame();
    topic.publish(frame);
    heartbeats.ifPresent(line -> line.record(frame, sample.network()));
    if (!frame.header().simulated()) {
      gpuSummary = sample.gpuSummary();
    }
  }

  private List<ClientRegistration> registrations(List<HostProfile> profiles) {
    return profiles.stream().map(this::registration).toList();
  }

  private ClientRegistration registration(HostProfile host) {
    var name = host.simulated() ? host.hostId() : config.name().orElse(host.hostId());
    var os = host.simulated() ? "Simulation" : System.getProperty("os.name", "unknown");
    return new ClientRegistration(
        config.userId(), host.clientId(), "online", Optional.of(os), name);
  }
}
