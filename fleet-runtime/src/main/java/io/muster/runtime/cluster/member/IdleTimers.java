package io.muster.runtime.cluster.member;

import com.hazelcast.instance.impl.Node;
import com.hazelcast.internal.metrics.impl.MetricsRegistryImpl;
import com.hazelcast.spi.impl.executionservice.impl.ExecutionServiceImpl;

/** Stops timers of Hazelcast whose results nobody uses, and which no setting switches off. */
final class IdleTimers {
  /** The task is not in the queue while it runs, some microseconds. */
  private static final int MAX_ATTEMPTS = 10;

  private IdleTimers() {}

  /**
   * Stops the statistics of the garbage collector, which are collected each second. Of the timers
   * of this registry only those of the server may be started again, and {@link MemberServer} has
   * another.
   */
  static void stopStatistics(Node node) {
    ((MetricsRegistryImpl) node.nodeEngine.getMetricsRegistry()).shutdown();
  }

  /**
   * Stops the timer that looks ten times a second whether futures are complete, for which only the
   * management center, jobs and map stores wait: a fifth of the CPU time of a collector. Returns
   * false if there is none, which only costs the CPU time.
   */
  static boolean stopFuturePolling(Node node) {
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
