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
 * Samples one host, pass by pass: all lanes at once, then one frame. A pass ends when the slowest
 * lane has answered or run out of its budget. Confined to the context that made it.
 */
public final class SamplingLoop {
  /** GPU readings of this age still show what the GPUs do now. */
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

  /** Somebody wants the section for one more lease. */
  public void renewDemand(Section section) {
    demand.renew(section);
  }

  /** Whether a pass that begins now reads the process table. Any thread may ask. */
  public boolean hasProcessTableDemand() {
    return demand.isActive();
  }

  /**
   * Reads everything once and forgets it, so that the first sample has something to compare with.
   */
  public Future<?> prime(Vertx vertx) {
    return read(clocks.wallClock().instant())
        .compose(outcomes -> vertx.timer(PRIMING_DELAY.toMillis(), MILLISECONDS));
  }

  /**
   * One pass: reads all lanes and makes a frame of what they gave. Never fails for hardware
   * trouble.
   */
  public Future<CollectedFrame> sample(Instant at) {
    return read(at).map(this::sample);
  }

  /**
   * What the GPUs did lately, in the order of their drivers: as the last pass has it while it is
   * young, else as they say now. Those of a driver that does not answer are left out. No pass.
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

  private CollectedFrame sample(LaneOutcomes outcomes) {
    var frame = assembler.assemble(clocks.wallClock().instant(), outcomes.host(), outcomes.gpus());
    var summaries =
        outcomes.gpus().stream()
            .flatMap(outcome -> outcome.value().stream())
            .map(GpuReadings::summary);
    return new CollectedFrame(
        frame,
        outcomes.host().value().flatMap(HostReadings::network),
        summaries.collect(Collectors.joining("; ")));
  }

  private record LaneOutcomes(Outcome<HostReadings> host, List<Outcome<GpuReadings>> gpus) {}

  /**
   * What one pass gave.
   *
   * @param frame for the topic
   * @param network counters that no section holds, for heartbeats
   * @param gpuSummary which GPUs were found, or why none
   */
  public record CollectedFrame(
      EncodedFrame frame, Optional<HostReadings.NetworkCounters> network, String gpuSummary) {}
}
