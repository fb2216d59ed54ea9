package io.muster.collector;

import io.micrometer.core.instrument.Counter;
import io.muster.bus.Address;
import io.muster.bus.FrameTopic;
import io.muster.bus.metrics.MeterFactory;
import io.muster.bus.service.AnnouncementService;
import io.muster.bus.service.HeartbeatService;
import io.muster.collector.energy.EnergyCheckpointer;
import io.muster.collector.energy.EnergyCounters;
import io.muster.collector.heartbeat.HeartbeatPipeline;
import io.muster.collector.heartbeat.spool.SpoolDisk;
import io.muster.collector.identity.HostIdentity;
import io.muster.collector.inspection.HostInspectionService;
import io.muster.collector.inspection.InspectionMetrics;
import io.muster.collector.inspection.InspectionOptions;
import io.muster.collector.loop.CollectMetrics;
import io.muster.collector.loop.HostCollector;
import io.muster.collector.loop.HostProfile;
import io.muster.collector.loop.SamplingLoop;
import io.muster.runtime.node.Metronome;
import io.muster.runtime.node.Node;
import io.muster.schema.client.ClientRegistration;
import io.muster.schema.host.ProcessEntry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The collector role: samples this host, and simulated ones, at every tick; publishes frames, sends
 * heartbeats, maintains energy counters. Confined to its context, except for {@link #gpuSummary}.
 */
public final class CollectorVerticle extends VerticleBase {
  private final CollectorConfig config;
  private final Node node;
  private final HostIdentity identity;
  private final FrameTopic topic;
  private final MeterFactory meters;
  private final Counter publishedFrames;
  private final Counter ticks;
  private Optional<HostCollectors> hostCollectors = Optional.empty();
  private Optional<HeartbeatPipeline> heartbeatPipeline = Optional.empty();
  private Optional<EnergyCheckpointer> energyCheckpointer = Optional.empty();
  private Optional<Metronome> metronome = Optional.empty();
  private volatile String gpuSummary = "";

  public CollectorVerticle(CollectorConfig config, Node node, HostIdentity identity) {
    this.config = config;
    this.node = node;
    this.identity = identity;
    this.topic = FrameTopic.on(node.vertx());
    this.meters = new MeterFactory(node.meterRegistry(), "muster.collector.");
    this.publishedFrames =
        meters.counter(
            "frames.published", "Frames published, including those collected on request");
    this.ticks = meters.counter("beats", "Ticks (collection cycles) started");
  }

  /**
   * Completes when the first frame of each host is published and requests for the next are served.
   */
  @Override
  public Future<?> start() {
    var loopFactory = new SamplingLoopFactory(vertx, config, node.clocks(), meters);
    var loops = new ArrayList<SamplingLoop>();
    var energyCounters = loopFactory.createEnergyCounters();
    loops.add(
        loopFactory.createLocalLoop(identity, energyCounters, ProcessEntry::withTruncatedTexts));
    loops.addAll(loopFactory.createSimulatedLoops());
    var collectors = createCollectors(loops, loopFactory);
    hostCollectors = Optional.of(collectors);
    return openHeartbeatPipeline(collectors.profiles())
        .compose(opened -> openEnergyCheckpointer(energyCounters))
        .compose(opened -> loops.get(0).prime(vertx))
        .compose(primed -> startTicking(collectors));
  }

  @Override
  public Future<?> stop() {
    metronome.ifPresent(Metronome::stop);
    return hostCollectors
        .<Future<?>>map(HostCollectors::close)
        .orElseGet(Future::succeededFuture)
        .eventually(
            () ->
                energyCheckpointer
                    .map(EnergyCheckpointer::close)
                    .orElseGet(Future::succeededFuture))
        .eventually(
            () ->
                heartbeatPipeline.map(HeartbeatPipeline::close).orElseGet(Future::succeededFuture));
  }

  /**
   * Summary of the GPUs of this host, or the reason why none were found. May be called by any
   * thread.
   */
  public String gpuSummary() {
    return gpuSummary;
  }

  private HostCollectors createCollectors(
      List<SamplingLoop> loops, SamplingLoopFactory loopFactory) {
    var nanoTime = node.clocks().nanoTime();
    var collectMetrics = CollectMetrics.of(meters);
    var inspectionOptions = InspectionOptions.of(vertx, nanoTime, InspectionMetrics.of(meters));
    var collectors = new ArrayList<HostCollector>();
    var inspections = new ArrayList<HostInspectionService>();
    for (var loop : loops) {
      var inspection =
          new HostInspectionService(vertx, loopFactory.inspectionTarget(loop), inspectionOptions);
      inspections.add(inspection);
      collectors.add(
          new HostCollector(loop, node.clocks(), collectMetrics, this::publish, inspection));
    }
    return new HostCollectors(collectors, inspections, nanoTime, meters);
  }

  private Future<?> openHeartbeatPipeline(List<HostProfile> profiles) {
    var timeout = config.heartbeat().timeout();
    var dependencies =
        new HeartbeatPipeline.PipelineDependencies(
            node.services().proxy(Address.HEARTBEATS, HeartbeatService.class, timeout),
            node.services().proxy(Address.REGISTRY, AnnouncementService.class, timeout),
            node.clocks(),
            () -> ThreadLocalRandom.current().nextDouble(),
            SpoolDisk.LOCAL,
            meters);
    return HeartbeatPipeline.open(vertx, config.heartbeat(), registrations(profiles), dependencies)
        .onSuccess(this::startPipeline);
  }

  /** Called after the spool is open, whose lock keeps other processes out of the data directory. */
  private Future<?> openEnergyCheckpointer(EnergyCounters energyCounters) {
    return EnergyCheckpointer.open(
            vertx,
            config.energyDirectory(),
            identity.clientId(),
            energyCounters,
            node.clocks().nanoTime())
        .onSuccess(this::registerCheckpointer);
  }

  private void registerCheckpointer(EnergyCheckpointer checkpointer) {
    energyCheckpointer = Optional.of(checkpointer);
    node.health().add("energy", "the energy counters cannot be saved", checkpointer::problem);
  }

  private void startPipeline(HeartbeatPipeline pipeline) {
    heartbeatPipeline = Optional.of(pipeline);
    vertx.setPeriodic(1000, timer -> pipeline.retryPending());
    node.health().add("spool", "the spool is not writable", pipeline::problem);
  }

  private Future<?> startTicking(HostCollectors collectors) {
    var newMetronome = new Metronome(vertx, node.clocks().wallClock(), config.interval());
    metronome = Optional.of(newMetronome);
    var skippedTicks =
        meters.counter("beats.skipped", "Ticks skipped because the previous one was still running");
    return collectors
        .tick(node.clocks().wallClock().instant())
        .compose(first -> collectors.listen(node.services()))
        .onSuccess(
            listening -> newMetronome.start(at -> tick(collectors, at), skippedTicks::increment));
  }

  private Future<?> tick(HostCollectors collectors, Instant at) {
    ticks.increment();
    energyCheckpointer.ifPresent(EnergyCheckpointer::saveIfDue);
    return collectors.tick(at);
  }

  private void publish(SamplingLoop.CollectedFrame collected) {
    var frame = collected.frame();
    topic.publish(frame);
    publishedFrames.increment();
    heartbeatPipeline.ifPresent(
        pipeline -> pipeline.record(frame, collected.network(), collected.areGpusKnown()));
    if (!frame.header().isSimulated()) {
      gpuSummary = collected.gpuSummary();
    }
  }

  private List<ClientRegistration> registrations(List<HostProfile> profiles) {
    return profiles.stream().map(this::registration).toList();
  }

  private ClientRegistration registration(HostProfile profile) {
    var name =
        profile.isSimulated()
            ? profile.hostId()
            : config.registration().name().orElse(profile.hostId());
    var os = profile.isSimulated() ? "Simulation" : System.getProperty("os.name", "unknown");
    return new ClientRegistration(
        config.registration().userId(), profile.clientId(), "online", Optional.of(os), name);
  }
}
