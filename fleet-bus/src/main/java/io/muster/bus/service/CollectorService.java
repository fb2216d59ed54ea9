package io.muster.bus.service;

import io.muster.bus.Address;
import io.muster.bus.FrameTopic;
import io.muster.schema.frame.CollectReply;
import io.muster.schema.frame.CollectRequest;
import io.vertx.core.Future;

/**
 * Collection of frames on request. Served by the collector of one host at {@link
 * Address#collector}; requests in a burst share one reading of the hardware.
 */
public interface CollectorService {
  /**
   * Returns the receipt of the newest frame if it is at most a quarter of a second old, else of the
   * frame that is being collected, else of a new frame; the frame is published on the {@link
   * FrameTopic} before the reply. A request for the process table renews its lease. Hardware that
   * does not respond is reported in the frame's {@code errors}: the reply takes at most two
   * deadlines of a lane (each two thirds of the interval, at most 2 s).
   */
  Future<CollectReply> collect(CollectRequest request);
}
