package io.muster.runtime.cluster.member;

import com.hazelcast.instance.impl.Node;
import com.hazelcast.spi.impl.executionservice.impl.ExecutionServiceImpl;

/**
 * Hazelcast looks ten times a second whether futures are complete that only its management center,
 * its jobs and its map stores wait for. That is a fifth of the CPU time of a collector.
 */
final class FuturePolling {
  /** The task is not in the queue while it runs, some microseconds. */
  private static final int MAX_ATTEMPTS = 10;

  private FuturePolling() {}

  /** Stops the timer; returns false if there is none, which only costs the CPU time. */
  static boolean stop(Node node) {
    var service = (ExecutionServiceImpl) node.getNodeEngine().getExecutionService();
    var timer = service.getScheduledExecutorService();
    for (var attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      var task =
          timer.getQueue().stream()
              .filter(queued -> queued.toString().contains("CompletableFutureTask"))
              .findFirst();
      if (task.isPresent() && timer.remove(task.get())) {
        return true;
      }
    }
    return false;
  }
}
