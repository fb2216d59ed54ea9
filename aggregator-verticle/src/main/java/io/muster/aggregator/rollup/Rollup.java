package io.muster.aggregator.rollup;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/** Brings days and states up to date with the hours, for all clients at once. */
interface Rollup {
  /**
   * Folds, unless another node is about it, or did so a moment ago: then there is no result.
   *
   * @param minPause what must have passed since the fold before
   */
  Future<Optional<RollupResult>> rollUpIfDue(Duration minPause);
}
