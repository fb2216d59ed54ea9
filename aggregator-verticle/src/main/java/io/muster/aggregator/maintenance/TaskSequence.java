package io.muster.aggregator.maintenance;

import io.vertx.core.Future;
import java.util.function.Function;

/** Tasks that run one after the other, of which one that fails does not stop the others. */
final class TaskSequence {
  private TaskSequence() {}

  /**
   * Runs a task for each element, each after the end of the one before; fails with the first
   * failure.
   */
  static <T> Future<Void> forEach(Iterable<T> elements, Function<T, Future<Void>> task) {
    var completion = Future.<Void>succeededFuture();
    for (var element : elements) {
      completion =
          completion.compose(
              before -> task.apply(element),
              firstFailure ->
                  task.apply(element).transform(done -> Future.failedFuture(firstFailure)));
    }
    return completion;
  }
}
