package io.muster.collector.loop;

import io.muster.bus.DemandTopic;
import io.muster.bus.FrameTopic;
import io.muster.collector.source.GpuReading;
import io.muster.collector.source.HostReading;
import io.muster.collector.source.ReadRequest;
import io.muster.runtime.node.Clocks;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.json.WireTime;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Samples one host at every tick: all lanes at once, then one frame onto the topic. A tick ends
 * when the slowest lane has answered or run out of its budget. Confined to the context that made
 * it.
 */
public final class SamplingLoop {
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
    this.demand = new DemandLease(clocks.nanos());
  }

  /** Listens for who wants this host's process table. */
  public Future<?> listen(DemandTopic topic) {
    return topic.listen(profile.hostId(), demand::renew);
  }

  /** One tick: reads, publishes, and hands the frame with the network counters on. */
  public Future<Void> tick(
      Instant at, FrameTopic topic, BiConsumer<EncodedFrame, Optional<HostReading>> published) {
    var request =
        new ReadRequest(
            at, WireTime.local(at, ZoneId.systemDefault()), profile.hostId(), demand.isWanted());
    var hostRead = host.read(request);
    var gpuReads = gpus.stream().map(lane -> lane.read(request)).toList();
    return Future.join(gpuReads)
        .compose(done -> hostRead)
        .map(
            outcome -> {
              var frame =
                  assembler.assemble(
                      clocks.wall().instant(),
                      outcome,
                      gpuReads.stream().map(Future::result).toList());
              topic.publish(frame);
              published.accept(frame, outcome.value());
              return null;
            });
  }

  public HostProfile profile() {
    return profile;
  }

  /** Closes every lane. */
  public Future<Void> close() {
    var closing = gpus.stream().map(NativeLane::close).toList();
    return Future.join(closing).eventually(host::close).mapEmpty();
  }
}
