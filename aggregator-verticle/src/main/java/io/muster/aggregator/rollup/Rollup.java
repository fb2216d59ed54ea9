package io.muster.aggregator.rollup;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/** Updates days and client states from the hours, for all clients at once. */
interface Rollup {
  /**
   * Rolls up, unless another node is doing so or has just done so: then the result is empty.
   *
   * @param minPause minimum time since the previous roll-up
   */
  Future<Optional<RollupResult>> rollUpIfDue(Duration minPause);
}
