package io.muster.collector;

import io.muster.collector.energy.EnergyLedger;
import io.muster.collector.host.HostSystem;
import io.muster.collector.identity.HostIdentity;
import io.muster.collector.inspection.HostInspector;
import io.muster.collector.inspection.Inspectable;
import io.muster.collector.inspection.ProcessJournal;
import io.muster.collector.inspection.SourceInspector;
import io.muster.collector.inspection.linux.LinuxInspector;
import io.muster.collector.inspection.linux.SystemdJournal;
import io.muster.collector.loop.FrameAssembler;
import io.muster.collector.loop.HostProfile;
import io.muster.collector.loop.LaneMeter;
import io.muster.collector.loop.LaneTerms;
import io.muster.collector.loop.NativeLane;
import io.muster.collector.loop.SamplingLoop;
import io.muster.collector.nvml.NvmlSource;
import io.muster.collector.nvml.binding.NvmlLibrary;
import io.muster.collector.simulation.SimulatedGpus;
import io.muster.collector.simulation.SimulatedHost;
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

/** Which hosts a collector samples, by which sources, and how it looks at them closely. */
final class HostLoops {
  private static final Set<Section> HOST_SECTIONS =
      EnumSet.of(Section.CPU, Section.MEMORY, Section.CHASSIS, Section.STORAGE);
  private static final Set<Section> GPU_SECTION = EnumSet.of(Section.GPU);
  private static final long SIMULATED = 0x73696D756C617465L; // "simulate"
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L; // spreads small seeds over all bits
  private static final Duration LONGEST_BUDGET = Duration.ofSeconds(2);
  private static final String SIMULATION = "simulation";
  private static final Duration OSHI_RESOLUTION = Duration.ofMillis(350); // it repeats itself

  private final Vertx vertx;
  private final CollectorConfig config;
  private final Clocks clocks;
  private final LaneTerms terms;
  private final long bootId;

  HostLoops(
      Vertx vertx, CollectorConfig config, Clocks clocks, Function<String, LaneMeter> meters) {
    this.vertx = vertx;
    this.config = config;
    this.clocks = clocks;
    this.terms = new LaneTerms(budget(config.interval()), clocks.nanoTime(), meters);
    this.bootId = clocks.wallClock().millis();
  }

  /** Energy counters of one host, at their start. */
  EnergyLedger energy() {
    return new EnergyLedger(config.interval(), clocks.nanoTime(), clocks.wallClock());
  }

  /**
   * This machine, for the bus.
   *
   * @param energy its counters
   */
  SamplingLoop ofThisHost(HostIdentity identity, EnergyLedger energy) {
    var profile = profile(identity);
    return ofThisHost(profile, FrameAssembler.ofCutTexts(profile, config.interval(), energy));
  }

  /** This machine, for the command line: process texts are whole. */
  SamplingLoop ofThisHostInFull(HostIdentity identity) {
    var profile = profile(identity);
    return ofThisHost(profile, FrameAssembler.ofWholeTexts(profile, config.interval(), energy()));
  }

  private HostProfile profile(HostIdentity identity) {
    return new HostProfile(identity.hostname(), identity.clientId(), bootId, false);
  }

  private SamplingLoop ofThisHost(HostProfile profile, FrameAssembler assembler) {
    var gpus = new NvmlSource(NvmlLibrary.installed(), clocks.nanoTime());
    return new SamplingLoop(
        profile,
        clocks,
        NativeLane.open(
            vertx, HostSystem.open(config.root(), clocks.nanoTime()), HOST_SECTIONS, "host", terms),
        List.of(NativeLane.open(vertx, gpus, GPU_SECTION, "nvml", terms)),
        assembler);
  }

  /** The hosts of a simulation, which share one thread. */
  List<SamplingLoop> simulated(SimulationSpec spec) {
    var loops = new ArrayList<SamplingLoop>();
    for (int host = 1; host <= spec.hosts(); host++) {
      loops.add(simulated(spec, host));
    }
    return loops;
  }

  private SamplingLoop simulated(SimulationSpec spec, int host) {
    var name = String.format(Locale.ROOT, "%s-%04d", config.simulatedName(), host);
    var seed = seedOf(name);
    var clientId = ClientId.of(new UUID(SIMULATED, SimulationSpec.seedOf(name)));
    var profile = new HostProfile(name, clientId, bootId, true);
    return new SamplingLoop(
        profile,
        clocks,
        NativeLane.open(vertx, new SimulatedHost(spec, seed), HOST_SECTIONS, SIMULATION, terms),
        List.of(
            NativeLane.open(vertx, new SimulatedGpus(spec, seed), GPU_SECTION, SIMULATION, terms)),
        FrameAssembler.ofCutTexts(profile, config.interval(), energy()));
  }

  /** How to look closely at the host of the loop. */
  Inspectable inspectable(SamplingLoop loop) {
    var hostId = loop.profile().hostId();
    boolean simulated = loop.profile().simulated();
    return new Inspectable(
        hostId,
        simulated ? SIMULATION : "inspection",
        simulated ? () -> simulatedInspector(hostId) : () -> systemInspector(hostId),
        simulated ? noJournal("simulated hosts have") : systemJournal(),
        loop::gpus,
        config.processDetails());
  }

  private HostInspector systemInspector(String hostId) {
    return HostSystem.isLinux()
        ? new LinuxInspector(config.root(), clocks)
        : new SourceInspector(
            hostId,
            clocks,
            OSHI_RESOLUTION,
            () -> HostSystem.open(config.root(), clocks.nanoTime()));
  }

  private HostInspector simulatedInspector(String hostId) {
    var spec = config.simulation().orElseThrow();
    return new SourceInspector(
        hostId, clocks, Duration.ZERO, () -> new SimulatedHost(spec, seedOf(hostId)));
  }

  private ProcessJournal systemJournal() {
    return HostSystem.isLinux()
        ? new SystemdJournal(config.root(), clocks.nanoTime())
        : noJournal("this system has");
  }

  private static ProcessJournal noJournal(String who) {
    return pid -> new Journal(List.of(), false, Optional.of(who + " no journal"));
  }

  private long seedOf(String hostId) {
    return SimulationSpec.seedOf(hostId) ^ (config.seed() * GOLDEN_RATIO);
  }

  /** Two thirds of an interval, so that a tick has ended before the next one begins. */
  private static Duration budget(Duration interval) {
    var twoThirds = interval.multipliedBy(2).dividedBy(3);
    return twoThirds.compareTo(LONGEST_BUDGET) < 0 ? twoThirds : LONGEST_BUDGET;
  }
}
