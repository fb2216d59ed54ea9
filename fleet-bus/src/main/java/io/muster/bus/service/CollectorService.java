package io.muster.bus.service;

import io.muster.bus.Address;
import io.muster.bus.FrameTopic;
import io.muster.schema.frame.CollectReceipt;
import io.muster.schema.frame.CollectRequest;
import io.vertx.core.Future;

/**
 * Collects on request. Answered by the collector of one host at {@link Address#collector}; who asks
 * in a burst shares one reading of the hardware.
 */
public interface CollectorService {
  /**
   * The newest frame if it is at most a quarter of a second old, else the one under way, else a new
   * one; published on the {@link FrameTopic} before the answer. Asking for the process table renews
   * its lease. Hardware that does not answer stands in the frame's {@code errors}: the answer takes
   * at most two budgets of a lane (each two thirds of the interval, at most 2 s).
   */
  Future<CollectReceipt> collect(CollectRequest request);
}
