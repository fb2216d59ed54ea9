package io.muster.collector;

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
import io.muster.collector.loop.LaneMetrics;
import io.muster.collector.loop.LaneOptions;
import io.muster.collector.loop.NativeLane;
import io.muster.collector.loop.SamplingLoop;
import io.muster.collector.nvml.NvmlSource;
import io.muster.collector.nvml.binding.NvmlLibrary;
import io.muster.collector.simulation.SimulatedGpuSource;
import io.muster.collector.simulation.SimulatedHostSource;
import io.muster.collector.simulation.SimulationSpec;
import io.muster.runtime.node.Clocks;
import io.muster.schema.client.ClientId;
import io.muster.schema.frame.Section;
import io.muster.schema.inspection.Journal;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/**
 * Creates the sampling loops of a collector's hosts with their sources, and their inspection
 * targets.
 */
final class SamplingLoopFactory {
  private static final Set<Section> HOST_SECTIONS =
      EnumSet.of(Section.CPU, Section.MEMORY, Section.CHASSIS, Section.STORAGE);
  private static final Set<Section> GPU_SECTION = EnumSet.of(Section.GPU);
  private static final long SIMULATED_CLIENT_ID_BITS = 0x73696D756C617465L; // "simulate"
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L; // spreads small seeds over all bits
  private static final Duration MAX_LANE_TIMEOUT = Duration.ofSeconds(2);
  private static final String SIMULATION = "simulation";
  private static final Duration OSHI_CACHE_TTL = Duration.ofMillis(350); // OSHI caches readings

  private final Vertx vertx;
  private final CollectorConfig config;
  private final Clocks clocks;
  private final LaneOptions laneOptions;
  private final long bootId;

  SamplingLoopFactory(
      Vertx vertx,
      CollectorConfig config,
      Clocks clocks,
      Function<String, LaneMetrics> laneMetrics) {
    this.vertx = vertx;
    this.config = config;
    this.clocks = clocks;
    this.laneOptions =
        new LaneOptions(laneTimeout(config.interval()), clocks.nanoTime(), laneMetrics);
    this.bootId = clocks.wallClock().millis();
  }

  /** Creates the energy counters of one host, all without a value. */
  EnergyCounters createEnergyCounters() {
    return new EnergyCounters(config.interval(), clocks.nanoTime(), clocks.wallClock());
  }

  /** Creates the loop of this machine, for the bus: process texts are truncated. */
  SamplingLoop createLocalLoop(HostIdentity identity, EnergyCounters energyCounters) {
    var profile = profile(identity);
    return createLocalLoop(
        profile, FrameAssembler.ofTruncatedTexts(profile, config.interval(), energyCounters));
  }

  /** Creates the loop of this machine, for the command line: process texts are not truncated. */
  SamplingLoop createUntruncatedLocalLoop(HostIdentity identity) {
    var profile = profile(identity);
    return createLocalLoop(
        profile, FrameAssembler.ofFullTexts(profile, config.interval(), createEnergyCounters()));
  }

  private HostProfile profile(HostIdentity identity) {
    return new HostProfile(identity.hostname(), identity.clientId(), bootId, false);
  }

  private SamplingLoop createLocalLoop(HostProfile profile, FrameAssembler assembler) {
    var gpuSource = new NvmlSource(NvmlLibrary.system(), clocks.nanoTime());
    return new SamplingLoop(
        profile,
        clocks,
        NativeLane.open(
            vertx,
            HostPlatform.openSource(config.root(), clocks.nanoTime()),
            HOST_SECTIONS,
            "host",
            laneOptions),
        List.of(NativeLane.open(vertx, gpuSource, GPU_SECTION, "nvml", laneOptions)),
        assembler);
  }

  /** Creates the loops of the simulated hosts, which share one thread. */
  List<SamplingLoop> createSimulatedLoops(SimulationSpec spec) {
    var loops = new ArrayList<SamplingLoop>();
    for (int hostNumber = 1; hostNumber <= spec.hosts(); hostNumber++) {
      loops.add(createSimulatedLoop(spec, hostNumber));
    }
    return loops;
  }

  private SamplingLoop createSimulatedLoop(SimulationSpec spec, int hostNumber) {
    var name = String.format(Locale.ROOT, "%s-%04d", config.simulatedNamePrefix(), hostNumber);
    var seed = seedOf(name);
    var clientId =
        ClientId.fromUuid(new UUID(SIMULATED_CLIENT_ID_BITS, SimulationSpec.seedOf(name)));
    var profile = new HostProfile(name, clientId, bootId, true);
    return new SamplingLoop(
        profile,
        clocks,
        NativeLane.open(
            vertx, new SimulatedHostSource(spec, seed), HOST_SECTIONS, SIMULATION, laneOptions),
        List.of(
            NativeLane.open(
                vertx, new SimulatedGpuSource(spec, seed), GPU_SECTION, SIMULATION, laneOptions)),
        FrameAssembler.ofTruncatedTexts(profile, config.interval(), createEnergyCounters()));
  }

  /** The inspection target for the host of the loop. */
  InspectionTarget inspectionTarget(SamplingLoop loop) {
    var hostId = loop.profile().hostId();
    boolean simulated = loop.profile().isSimulated();
    return new InspectionTarget(
        hostId,
        simulated ? SIMULATION : "inspection",
        simulated ? () -> simulatedInspector(hostId) : () -> systemInspector(hostId),
        simulated ? unavailableJournal("simulated hosts have") : systemJournal(),
        loop::latestGpus,
        config.servesProcessDetails());
  }

  private HostInspector systemInspector(String hostId) {
    return HostPlatform.isLinux()
        ? new LinuxInspector(config.root(), clocks)
        : new SourceInspector(
            hostId,
            clocks,
            OSHI_CACHE_TTL,
            () -> HostPlatform.openSource(config.root(), clocks.nanoTime()));
  }

  private HostInspector simulatedInspector(String hostId) {
    var spec = config.simulation().orElseThrow();
    return new SourceInspector(
        hostId, clocks, Duration.ZERO, () -> new SimulatedHostSource(spec, seedOf(hostId)));
  }

  private ProcessJournal systemJournal() {
    return HostPlatform.isLinux()
        ? new SystemdJournal(config.root(), clocks.nanoTime())
        : unavailableJournal("this system has");
  }

  private static ProcessJournal unavailableJournal(String subject) {
    return pid -> new Journal(List.of(), false, Optional.of(subject + " no journal"));
  }

  private long seedOf(String hostId) {
    return SimulationSpec.seedOf(hostId) ^ (config.simulationSeed() * GOLDEN_RATIO);
  }

  /** Two thirds of an interval, at most 2 s, so that a tick ends before the next one begins. */
  private static Duration laneTimeout(Duration interval) {
    var twoThirds = interval.multipliedBy(2).dividedBy(3);
    return twoThirds.compareTo(MAX_LANE_TIMEOUT) < 0 ? twoThirds : MAX_LANE_TIMEOUT;
  }
}
