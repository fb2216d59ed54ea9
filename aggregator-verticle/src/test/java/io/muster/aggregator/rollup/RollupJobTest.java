package io.muster.aggregator.rollup;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.aggregator.AggregatorFixture;
import io.muster.runtime.node.Clocks;
import io.muster.runtime.node.HealthChecks.HealthProblem;
import io.muster.runtime.node.Node;
import io.vertx.core.Future;
import io.vertx.core.Promise;
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
  private static final Instant START = Instant.parse("2026-01-05T03:04:05Z");
  private static final RollupResult RESULT =
      new RollupResult(3, 2, Optional.of(LocalDate.parse("2026-01-02")));

  private final Vertx vertx = Vertx.vertx();
  private final ArrayDeque<Future<Optional<RollupResult>>> results = new ArrayDeque<>();
  private final List<Duration> pauses = new ArrayList<>();
  private Duration elapsed = Duration.ZERO;
  private final Node node =
      AggregatorFixture.node(vertx, new Clocks(() -> START.plus(elapsed), () -> elapsed.toNanos()));
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
  void run_slowRun_doesNotStretchThePause() {
    assertThat(delayAfter(Duration.ofMillis(300))).isEqualTo(Duration.ofMillis(9_700));
    assertThat(delayAfter(Duration.ofSeconds(9))).isEqualTo(Duration.ofSeconds(1));
    assertThat(delayAfter(Duration.ofSeconds(50))).isEqualTo(Duration.ofMillis(1));
    assertThat(delayAfter(Duration.ZERO)).isEqualTo(INTERVAL);
    assertThat(pauses).containsOnly(Duration.ofSeconds(9));
  }

  @Test
  void run_failure_isRetriedAfterTheIntervalAndReported() {
    results.add(Future.failedFuture(new IllegalStateException("no room")));
    results.add(Future.succeededFuture(Optional.empty()));

    assertThat(job.run().await()).isEqualTo(INTERVAL);
    assertThat(problem())
        .hasValueSatisfying(found -> assertThat(found.reason()).isEqualTo("no room"));
    assertThat(node.meterRegistry().scrape()).contains("muster_aggregator_fold_failed_total 1.0");
    assertThat(job.run().await()).isEqualTo(INTERVAL);
    assertThat(problem()).isEmpty();
  }

  @Test
  void run_rollupThrows_isAFailure() {
    assertThat(job.run().await()).isEqualTo(INTERVAL);
    assertThat(problem()).isPresent();
  }

  @Test
  void run_hangs_isReportedAsLateUntilAnyNodeRollsUp() {
    results.add(Promise.<Optional<RollupResult>>promise().future());
    assertThat(job.run().isComplete()).isFalse();
    elapsed = Duration.ofMinutes(3);
    assertThat(problem()).isEmpty();

    elapsed = Duration.ofSeconds(181);
    assertThat(problem())
        .contains(
            new HealthProblem(
                "the roll-up failed or is late",
                "the roll-up is late: complete until 2026-01-05T03:04:05Z"));
    assertThat(node.meterRegistry().scrape()).contains("muster_aggregator_fold_age_seconds 181.0");
    job.health().recordProgress(START.plusSeconds(170));
    assertThat(problem()).isEmpty();
    assertThat(node.meterRegistry().scrape()).contains("muster_aggregator_fold_age_seconds 11.0");
  }

  @Test
  void age_clockIsSetBack_isZero() {
    elapsed = Duration.ofHours(-1);

    assertThat(problem()).isEmpty();
    assertThat(node.meterRegistry().scrape()).contains("muster_aggregator_fold_age_seconds 0.0");
  }

  @Test
  void run_success_isCounted() {
    results.add(Future.succeededFuture(Optional.of(RESULT)));
    results.add(Future.succeededFuture(Optional.of(RESULT)));
    job.run().await();
    job.run().await();

    assertThat(node.meterRegistry().scrape())
        .contains("muster_aggregator_fold_seconds_count 2")
        .contains("muster_aggregator_fold_clients_total 6.0")
        .contains("muster_aggregator_fold_days_total 4.0")
        .contains("muster_aggregator_fold_stale_days 3.0");
  }

  /** Returns the delay after a run of this duration. */
  private Duration delayAfter(Duration duration) {
    var run = Promise.<Optional<RollupResult>>promise();
    results.add(run.future());
    var delay = job.run();
    elapsed = elapsed.plus(duration);
    run.complete(Optional.of(RESULT));
    return delay.await();
  }

  private Optional<HealthProblem> problem() {
    return requireNonNull(node.health().report().get("fold"));
  }
}
