package io.muster.collector.loop;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.muster.collector.source.GpuReading;
import io.muster.collector.source.HostReading;
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
  static final Duration GLANCE_AGE = Duration.ofMillis(1500);

  private static final Duration PRIMING = Duration.ofMillis(250);
  private static final Duration GLANCE_PATIENCE = Duration.ofSeconds(1);

  private final HostProfile profile;
  private final Clocks clocks;
  private final NativeLane<HostReading> host;
  private final List<NativeLane<GpuReading>> gpus;
  private final FrameAssembler assembler;
  private final DemandLease demand;

  public SamplingLoop(
      HostProfile profile,
      Clocks clocks,
      NativeLane<HostReading> host,
      List<NativeLane<GpuReading>> gpus,
      FrameAssembler assembler) {
    this.profile = profile;
    this.clocks = clocks;
    this.host = host;
    this.gpus = List.copyOf(gpus);
    this.assembler = assembler;
    this.demand = new DemandLease(clocks.nanoTime());
  }

  /** Somebody wants the section for one more lease. */
  public void renewDemand(Section section) {
    demand.renew(section);
  }

  /** Whether a pass that begins now reads the process table. Any thread may ask. */
  public boolean isProcessTableWanted() {
    return demand.isWanted();
  }

  /**
   * Reads everything once and forgets it, so that the first sample has something to compare with.
   */
  public Future<?> prime(Vertx vertx) {
    return read(clocks.wallClock().instant())
        .compose(reads -> vertx.timer(PRIMING.toMillis(), MILLISECONDS));
  }

  /**
   * One pass: reads all lanes and makes a frame of what they gave. Never fails for hardware
   * trouble.
   */
  public Future<Sample> sample(Instant at) {
    return read(at).map(this::sample);
  }

  /**
   * What the GPUs did lately, in the order of their drivers: as the last pass has it while it is
   * young, else as they say now. Those of a driver that does not answer are left out. No pass.
   */
  public Future<List<Gpu>> gpus() {
    var request = request(clocks.wallClock().instant(), false);
    var glances = gpus.stream().map(lane -> glance(lane, request)).toList();
    return Future.join(glances)
        .map(
            done ->
                glances.stream()
                    .flatMap(glance -> glance.result().value().stream())
                    .flatMap(reading -> reading.gpus().stream())
                    .toList());
  }

  public HostProfile profile() {
    return profile;
  }

  /** Closes every lane. */
  public Future<Void> close() {
    var closing = gpus.stream().map(NativeLane::close).toList();
    return Future.join(closing).eventually(host::close).mapEmpty();
  }

  private Future<Reads> read(Instant at) {
    var request = request(at, demand.isWanted());
    var hostRead = host.read(request);
    var gpuReads = gpus.stream().map(lane -> lane.read(request)).toList();
    return Future.join(gpuReads)
        .compose(done -> hostRead)
        .map(outcome -> new Reads(outcome, gpuReads.stream().map(Future::result).toList()));
  }

  private ReadRequest request(Instant at, boolean processes) {
    var time = WireTime.localSeconds(at, ZoneId.systemDefault());
    return new ReadRequest(at, time, profile.hostId(), processes);
  }

  private static Future<Outcome<GpuReading>> glance(
      NativeLane<GpuReading> lane, ReadRequest request) {
    var glance = lane.glance(GLANCE_AGE, request);
    return glance.isComplete()
        ? glance
        : glance
            .timeout(GLANCE_PATIENCE.toMillis(), MILLISECONDS)
            .otherwise(late -> Outcome.failed(List.of()));
  }

  private Sample sample(Reads reads) {
    var frame = assembler.assemble(clocks.wallClock().instant(), reads.host(), reads.gpus());
    var summaries =
        reads.gpus().stream().flatMap(read -> read.value().stream()).map(GpuReading::summary);
    return new Sample(
        frame,
        reads.host().value().flatMap(HostReading::network),
        summaries.collect(Collectors.joining("; ")));
  }

  private record Reads(Outcome<HostReading> host, List<Outcome<GpuReading>> gpus) {}

  /**
   * What one pass gave.
   *
   * @param frame for the topic
   * @param network counters that no section holds, for heartbeats
   * @param gpuSummary which GPUs were found, or why none
   */
  public record Sample(
      EncodedFrame frame, Optional<HostReading.NetworkCounters> network, String gpuSummary) {}
}
