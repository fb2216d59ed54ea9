package io.muster.collector;

import io.muster.bus.metrics.MeterFactory;
import io.muster.collector.SourceCatalog.HostSources;
import io.muster.collector.energy.EnergyCounters;
import io.muster.collector.identity.HostIdentity;
import io.muster.collector.inspection.HostInspector;
import io.muster.collector.inspection.InspectionTarget;
import io.muster.collector.inspection.ProcessJournal;
import io.muster.collector.inspection.SourceInspector;
import io.muster.collector.inspection.linux.LinuxInspector;
import io.muster.collector.inspection.linux.SystemdJournal;
import io.muster.collector.loop.FrameAssembler;
import io.muster.collector.loop.HostProfile;
import io.muster.collector.loop.LaneOptions;
import io.muster.collector.loop.NativeLane;
import io.muster.collector.loop.SamplingLoop;
import io.muster.collector.simulation.SimulatedHostSource;
import io.muster.collector.simulation.SimulationConfig;
import io.muster.collector.source.GpuReadings;
import io.muster.collector.source.HostReadings;
import io.muster.runtime.node.Clocks;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.inspection.Journal;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Creates the sampling loops of a collector's hosts with a lane for each source of the catalog, and
 * their inspection targets.
 */
final class SamplingLoopFactory {
  private static final Duration MAX_LANE_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration OSHI_CACHE_TTL = Duration.ofMillis(350); // OSHI caches readings

  private final Vertx vertx;
  private final CollectorConfig config;
  private final Clocks clocks;
  private final SourceCatalog catalog;
  private final LaneOptions laneOptions;
  private final long bootId;

  SamplingLoopFactory(Vertx vertx, CollectorConfig config, Clocks clocks, MeterFactory meters) {
    this.vertx = vertx;
    this.config = config;
    this.clocks = clocks;
    this.catalog = new SourceCatalog(config, clocks.nanoTime());
    this.laneOptions = new LaneOptions(laneTimeout(config.interval()), clocks.nanoTime(), meters);
    this.bootId = clocks.wallClock().millis();
  }

  /** Creates the energy counters of one host, all without a value. */
  EnergyCounters createEnergyCounters() {
    return new EnergyCounters(config.interval(), clocks.nanoTime(), clocks.wallClock());
  }

  /**
   * Creates the loop of this machine.
   *
   * @param processMapper converts each row of the process table
   */
  SamplingLoop createLocalLoop(
      HostIdentity identity,
      EnergyCounters energyCounters,
      UnaryOperator<ProcessEntry> processMapper) {
    var profile = new HostProfile(identity.hostname(), identity.clientId(), bootId, false);
    return createLoop(profile, catalog.local(), energyCounters, processMapper);
  }

  /** Creates the loops of the simulated hosts, which share one thread. */
  List<SamplingLoop> createSimulatedLoops() {
    return config.simulation().hostnames().stream().map(this::createSimulatedLoop).toList();
  }

  private SamplingLoop createSimulatedLoop(String hostname) {
    var profile = new HostProfile(hostname, SimulationConfig.clientId(hostname), bootId, true);
    return createLoop(
        profile,
        catalog.simulated(hostname),
        createEnergyCounters(),
        ProcessEntry::withTruncatedTexts);
  }

  private SamplingLoop createLoop(
      HostProfile profile,
      HostSources sources,
      EnergyCounters energyCounters,
      UnaryOperator<ProcessEntry> processMapper) {
    return new SamplingLoop(
        profile,
        clocks,
        NativeLane.open(vertx, sources.host().get(), HostReadings.SECTIONS, laneOptions),
        sources.gpus().stream()
            .map(gpu -> NativeLane.open(vertx, gpu.get(), GpuReadings.SECTIONS, laneOptions))
            .toList(),
        new FrameAssembler(profile, config.interval(), energyCounters, processMapper));
  }

  /** The inspection target for the host of the loop. */
  InspectionTarget inspectionTarget(SamplingLoop loop) {
    var hostId = loop.profile().hostId();
    boolean simulated = loop.profile().isSimulated();
    return new InspectionTarget(
        hostId,
        simulated ? SimulatedHostSource.NAME : "inspection",
        simulated ? () -> simulatedInspector(hostId) : () -> systemInspector(hostId),
        simulated ? unavailableJournal("simulated hosts have") : systemJournal(),
        loop::latestGpus,
        config.host().servesProcessDetails());
  }

  private HostInspector systemInspector(String hostId) {
    return HostPlatform.isLinux()
        ? new LinuxInspector(config.host().root(), clocks)
        : new SourceInspector(hostId, clocks, OSHI_CACHE_TTL, catalog.local().host());
  }

  private HostInspector simulatedInspector(String hostId) {
    return new SourceInspector(hostId, clocks, Duration.ZERO, catalog.simulated(hostId).host());
  }

  private ProcessJournal systemJournal() {
    return HostPlatform.isLinux()
        ? new SystemdJournal(config.host().root(), clocks.nanoTime())
        : unavailableJournal("this system has");
  }

  private static ProcessJournal unavailableJournal(String subject) {
    return pid -> new Journal(List.of(), false, Optional.of(subject + " no journal"));
  }

  /** Two thirds of an interval, at most 2 s, so that a tick ends before the next one begins. */
  private static Duration laneTimeout(Duration interval) {
    var twoThirds = interval.multipliedBy(2).dividedBy(3);
    return twoThirds.compareTo(MAX_LANE_TIMEOUT) < 0 ? twoThirds : MAX_LANE_TIMEOUT;
  }
}
