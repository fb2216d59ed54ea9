package io.muster.aggregator.maintenance;

import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * Tasks that run one after the other: each runs, whether or not those before failed. Confined to
 * one context.
 */
final class TaskSequence {
  private Future<Void> completion = Future.succeededFuture();

  void add(Supplier<Future<Void>> task) {
    completion =
        completion.compose(
            before -> task.get(),
            firstFailure -> task.get().transform(done -> Future.failedFuture(firstFailure)));
  }

  /** Completes after the last task; fails with the first failure. */
  Future<Void> completion() {
    return completion;
  }
}
