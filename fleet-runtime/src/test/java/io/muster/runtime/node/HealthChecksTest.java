package io.muster.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.muster.runtime.node.HealthChecks.HealthProblem;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HealthChecksTest {
  private static final String SUMMARY = "it is broken";

  private final HealthChecks health = new HealthChecks();

  @Test
  void report_severalComponents_areInTheOrderOfRegistration() {
    health.add("database", SUMMARY, () -> Optional.of("no connection"));
    health.add("cluster", SUMMARY, Optional::empty);
    health.add("spool", SUMMARY, Optional::empty);

    assertThat(health.report())
        .containsExactly(
            entry("database", problem("no connection")),
            entry("cluster", Optional.empty()),
            entry("spool", Optional.empty()));
  }

  @Test
  void report_stateChanges_returnsTheNewState() {
    var problem = new AtomicReference<>(Optional.of("starting"));
    health.add("database", SUMMARY, problem::get);
    assertThat(health.report()).containsEntry("database", problem("starting"));

    problem.set(Optional.empty());

    assertThat(health.report()).containsEntry("database", Optional.empty());
  }

  @Test
  void report_checkThrows_isAProblemOfThatComponentOnly() {
    health.add("database", SUMMARY, () -> Optional.of("").map(text -> text.substring(1)));
    health.add("spool", SUMMARY, Optional::empty);

    var report = health.report();

    assertThat(report.get("database"))
        .get()
        .satisfies(
            problem -> {
              assertThat(problem.summary()).isEqualTo(SUMMARY);
              assertThat(problem.reason()).startsWith("health check failed: ");
            });
    assertThat(report).containsEntry("spool", Optional.empty());
  }

  @Test
  void report_checkAddsAComponent_doesNotFail() {
    health.add(
        "role",
        SUMMARY,
        () -> {
          health.add("late", SUMMARY, Optional::empty);
          return Optional.empty();
        });

    assertThat(health.report()).containsOnlyKeys("role");
    assertThat(health.report()).containsOnlyKeys("role", "late");
  }

  @Test
  void add_sameName_replacesTheCheck() {
    health.add("database", SUMMARY, () -> Optional.of("no connection"));
    health.add("database", SUMMARY, Optional::empty);

    assertThat(health.report()).containsExactly(entry("database", Optional.empty()));
  }

  private static Optional<HealthProblem> problem(String reason) {
    return Optional.of(new HealthProblem(SUMMARY, reason));
  }
}
