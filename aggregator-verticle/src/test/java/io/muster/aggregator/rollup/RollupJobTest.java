package io.muster.aggregator.rollup;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.aggregator.AggregatorFixture;
import io.muster.runtime.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RollupJobTest {
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final RollupResult RESULT =
      new RollupResult(3, 2, Optional.of(LocalDate.parse("2026-01-02")));

  private final Vertx vertx = Vertx.vertx();
  private final ArrayDeque<Future<Optional<RollupResult>>> results = new ArrayDeque<>();
  private final List<Duration> pauses = new ArrayList<>();
  private final Node node =
      AggregatorFixture.node(vertx, () -> Instant.parse("2026-01-05T03:04:05Z"));
  private final RollupJob job =
      new RollupJob(
          node,
          vertx,
          INTERVAL,
          minPause -> {
            pauses.add(minPause);
            return results.remove();
          });

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void pauseAfter_longRollup_isAHundredTimesItsDuration() {
    assertThat(RollupJob.pauseAfter(INTERVAL, Duration.ofMillis(100))).isEqualTo(INTERVAL);
    assertThat(RollupJob.pauseAfter(INTERVAL, Duration.ofMillis(101)))
        .isEqualTo(Duration.ofMillis(10_100));
    assertThat(RollupJob.pauseAfter(INTERVAL, Duration.ofSeconds(3)))
        .isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void run_failure_isRetriedAfterTheIntervalAndReported() {
    results.add(Future.failedFuture(new IllegalStateException("no room")));
    results.add(Future.succeededFuture(Optional.empty()));

    assertThat(job.run().await()).isEqualTo(INTERVAL);
    assertThat(job.problem()).contains("no room");
    assertThat(node.meterRegistry().scrape()).contains("muster_aggregator_fold_failed_total 1.0");
    assertThat(job.run().await()).isEqualTo(INTERVAL);
    assertThat(job.problem()).isEmpty();
  }

  @Test
  void run_rollupThrows_isAFailure() {
    assertThat(job.run().await()).isEqualTo(INTERVAL);
    assertThat(job.problem()).isPresent();
  }

  @Test
  void run_success_isCounted() {
    results.add(Future.succeededFuture(Optional.of(RESULT)));
    results.add(Future.succeededFuture(Optional.of(RESULT)));
    job.run().await();
    job.run().await();

    assertThat(pauses.get(0)).isEqualTo(INTERVAL);
    assertThat(node.meterRegistry().scrape())
        .contains("muster_aggregator_fold_seconds_count 2")
        .contains("muster_aggregator_fold_clients_total 6.0")
        .contains("muster_aggregator_fold_days_total 4.0")
        .contains("muster_aggregator_fold_stale_days 3.0");
  }
}
