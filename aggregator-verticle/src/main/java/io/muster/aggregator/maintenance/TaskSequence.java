package io.muster.aggregator.maintenance;

import io.vertx.core.Future;
import java.util.function.Supplier;

/** Pieces of work, one after the other: each is done, whatever became of those before. */
final class TaskSequence {
  private Future<Void> completion = Future.succeededFuture();

  void add(Supplier<Future<Void>> task) {
    completion =
        completion.compose(
            before -> task.get(),
            firstFailure -> task.get().transform(done -> Future.failedFuture(firstFailure)));
  }

  /** Completes after the last; fails with the first failure. */
  Future<Void> completion() {
    return completion;
  }
}
