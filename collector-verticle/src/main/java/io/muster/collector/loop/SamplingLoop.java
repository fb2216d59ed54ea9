package io.muster.collector.loop;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.muster.collector.source.GpuReadings;
import io.muster.collector.source.HostReadings;
import io.muster.collector.source.ReadRequest;
import io.muster.runtime.node.Clocks;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.Section;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.json.WireTime;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Samples one host in passes: reads all lanes at once, then assembles one frame. A pass ends when
 * the slowest lane has returned or timed out. Confined to the context that created it, except for
 * {@link #hasProcessTableDemand}.
 */
public final class SamplingLoop {
  /** Age below which GPU readings still count as current. */
  static final Duration MAX_LATEST_AGE = Duration.ofMillis(1500);

  private static final Duration PRIMING_DELAY = Duration.ofMillis(250);
  private static final Duration LATEST_TIMEOUT = Duration.ofSeconds(1);

  private final HostProfile profile;
  private final Clocks clocks;
  private final NativeLane<HostReadings> hostLane;
  private final List<NativeLane<GpuReadings>> gpuLanes;
  private final FrameAssembler assembler;
  private final DemandLease demand;

  public SamplingLoop(
      HostProfile profile,
      Clocks clocks,
      NativeLane<HostReadings> hostLane,
      List<NativeLane<GpuReadings>> gpuLanes,
      FrameAssembler assembler) {
    this.profile = profile;
    this.clocks = clocks;
    this.hostLane = hostLane;
    this.gpuLanes = List.copyOf(gpuLanes);
    this.assembler = assembler;
    this.demand = new DemandLease(clocks.nanoTime());
  }

  /** Renews the demand lease of the section. */
  public void renewDemand(Section section) {
    demand.renew(section);
  }

  /**
   * Returns true if a pass that starts now reads the process table. May be called by any thread.
   */
  public boolean hasProcessTableDemand() {
    return demand.isActive();
  }

  /**
   * Reads everything once and discards it, so that the first frame has a baseline for its rates.
   */
  public Future<?> prime(Vertx vertx) {
    return read(clocks.wallClock().instant())
        .compose(outcomes -> vertx.timer(PRIMING_DELAY.toMillis(), MILLISECONDS));
  }

  /**
   * Runs one pass: reads all lanes and assembles a frame. Never fails because of hardware trouble.
   */
  public Future<CollectedFrame> sample(Instant at) {
    return read(at).map(this::assemble);
  }

  /**
   * Returns recent readings of the GPUs, in the order of their drivers: those of the last pass if
   * they are recent, else new ones. GPUs of a driver that does not return are left out. Does not
   * count as a pass.
   */
  public Future<List<Gpu>> latestGpus() {
    var request = request(clocks.wallClock().instant(), false);
    var outcomes = gpuLanes.stream().map(lane -> latest(lane, request)).toList();
    return Future.join(outcomes)
        .map(
            done ->
                outcomes.stream()
                    .flatMap(outcome -> outcome.result().value().stream())
                    .flatMap(reading -> reading.gpus().stream())
                    .toList());
  }

  public HostProfile profile() {
    return profile;
  }

  /** Closes every lane. */
  public Future<Void> close() {
    var closing = gpuLanes.stream().map(NativeLane::close).toList();
    return Future.join(closing).eventually(hostLane::close).mapEmpty();
  }

  private Future<LaneOutcomes> read(Instant at) {
    var request = request(at, demand.isActive());
    var hostOutcome = hostLane.read(request);
    var gpuOutcomes = gpuLanes.stream().map(lane -> lane.read(request)).toList();
    return Future.join(gpuOutcomes)
        .compose(done -> hostOutcome)
        .map(
            outcome ->
                new LaneOutcomes(outcome, gpuOutcomes.stream().map(Future::result).toList()));
  }

  private ReadRequest request(Instant at, boolean includesProcesses) {
    var time = WireTime.localSeconds(at, ZoneId.systemDefault());
    return new ReadRequest(at, time, profile.hostId(), includesProcesses);
  }

  private static Future<Outcome<GpuReadings>> latest(
      NativeLane<GpuReadings> lane, ReadRequest request) {
    var outcome = lane.latest(MAX_LATEST_AGE, request);
    return outcome.isComplete()
        ? outcome
        : outcome
            .timeout(LATEST_TIMEOUT.toMillis(), MILLISECONDS)
            .otherwise(timeout -> Outcome.failed(List.of()));
  }

  private CollectedFrame assemble(LaneOutcomes outcomes) {
    var frame = assembler.assemble(clocks.wallClock().instant(), outcomes.host(), outcomes.gpus());
    var summaries =
        outcomes.gpus().stream()
            .flatMap(outcome -> outcome.value().stream())
            .map(GpuReadings::summary);
    return new CollectedFrame(
        frame,
        outcomes.host().value().flatMap(HostReadings::network),
        outcomes.gpus().stream()
            .allMatch(outcome -> outcome.value().filter(GpuReadings::areGpusKnown).isPresent()),
        summaries.collect(Collectors.joining("; ")));
  }

  private record LaneOutcomes(Outcome<HostReadings> host, List<Outcome<GpuReadings>> gpus) {}

  /**
   * The result of one pass.
   *
   * @param frame frame to publish
   * @param network counters that no section contains, for heartbeats
   * @param areGpusKnown false if a source of GPUs did not return, or failed as a whole
   * @param gpuSummary the GPUs found, or the reason why there are none
   */
  public record CollectedFrame(
      EncodedFrame frame,
      Optional<HostReadings.NetworkCounters> network,
      boolean areGpusKnown,
      String gpuSummary) {}
}
