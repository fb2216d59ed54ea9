package io.muster.collector;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.metrics.MeterFactory;
import io.muster.collector.identity.HostIdentity;
import io.muster.runtime.node.Clocks;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.SectionSelection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.UnaryOperator;

/** Reads one frame of this host, outside of any tick. */
public final class SingleFrameReader {
  private SingleFrameReader() {}

  /**
   * Reads twice, 250 ms apart, so that rates have a baseline; returns the second frame, with
   * process texts at their full length.
   */
  public static Future<EncodedFrame> read(
      Vertx vertx,
      CollectorConfig config,
      HostIdentity identity,
      Clocks clocks,
      SectionSelection include) {
    var context = vertx.getOrCreateContext();
    var meters = new MeterFactory(new SimpleMeterRegistry(), ""); // not exposed
    var factory = new SamplingLoopFactory(vertx, config, clocks, meters);
    var loop =
        factory.createLocalLoop(identity, factory.createEnergyCounters(), UnaryOperator.identity());
    return Future.future(
        promise ->
            context.runOnContext(
                started -> {
                  include.sections().forEach(loop::renewDemand);
                  loop.prime(vertx)
                      .compose(primed -> loop.sample(clocks.wallClock().instant()))
                      .map(collected -> collected.frame())
                      .eventually(loop::close)
                      .onComplete(promise);
                }));
  }
}
