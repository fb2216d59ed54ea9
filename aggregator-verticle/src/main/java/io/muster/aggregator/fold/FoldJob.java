package io.muster.aggregator.fold;

import io.muster.runtime.database.Database;
import io.muster.runtime.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds again and again, so seldom that it costs at most one percent of the time: of all nodes
 * together, since they share the folds. Confined to the context of its verticle, and ends with it.
 */
public final class FoldJob {
  private static final Logger log = LoggerFactory.getLogger(FoldJob.class);

  /** The pause after a fold, in times of what it took. */
  private static final int PAUSE = 100;

  private final Vertx vertx;
  private final LongSupplier nanos;
  private final Fold fold;
  private final Duration interval;
  private final FoldMeters meters;
  private Duration pause;
  private volatile Optional<String> trouble = Optional.empty();

  FoldJob(Node node, Vertx vertx, Duration interval, Fold fold) {
    this.vertx = vertx;
    this.nanos = node.clocks().nanoTime();
    this.fold = fold;
    this.interval = interval;
    this.pause = interval;
    this.meters = new FoldMeters(node);
  }

  /** Begins to fold; counted, and on the node's health board. */
  public static void start(Vertx vertx, FoldConfig config, Node node, Database database) {
    var fold = new PostgresFold(database, node.clocks().wallClock());
    var job = new FoldJob(node, vertx, config.interval(), fold);
    node.health().add("fold", job::trouble);
    job.next(config.interval());
  }

  /** Why hours cannot be folded now, or empty. Any thread may ask. */
  Optional<String> trouble() {
    return trouble;
  }

  /** What must pass after a fold. */
  static Duration pause(Duration interval, Duration took) {
    var share = took.multipliedBy(PAUSE);
    return share.compareTo(interval) > 0 ? share : interval;
  }

  /** Folds if it is time; yields how long to wait then. Never fails. */
  Future<Duration> run() {
    var from = nanos.getAsLong();
    return Future.succeededFuture()
        .compose(go -> fold.foldAfter(pause))
        .map(folded -> succeeded(folded, from))
        .otherwise(this::failed);
  }

  private void next(Duration wait) {
    // A run never fails.
    vertx.setTimer(wait.toMillis(), fired -> run().onSuccess(this::next));
  }

  private Duration succeeded(Optional<Folded> folded, long from) {
    if (trouble.isPresent()) {
      log.info("hours are folded again");
    }
    trouble = Optional.empty();
    if (folded.isEmpty()) {
      return interval;
    }
    var took = Duration.ofNanos(nanos.getAsLong() - from);
    meters.folded(folded.get(), took);
    pause = pause(interval, took);
    return pause;
  }

  private Duration failed(Throwable cause) {
    meters.failed();
    var line = String.valueOf(cause.getMessage());
    if (trouble.isEmpty()) {
      log.warn("hours cannot be folded reason={}", line);
    }
    trouble = Optional.of(line);
    return interval;
  }
}
