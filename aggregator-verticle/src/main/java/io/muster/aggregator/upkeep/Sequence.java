package io.muster.aggregator.upkeep;

import io.vertx.core.Future;
import java.util.function.Supplier;

/** Pieces of work, one after the other: each is done, whatever became of those before. */
final class Sequence {
  private Future<Void> last = Future.succeededFuture();

  void add(Supplier<Future<Void>> work) {
    last =
        last.compose(
            before -> work.get(),
            failure -> work.get().transform(done -> Future.failedFuture(failure)));
  }

  /** Completes after the last; fails with the first failure. */
  Future<Void> done() {
    return last;
  }
}
