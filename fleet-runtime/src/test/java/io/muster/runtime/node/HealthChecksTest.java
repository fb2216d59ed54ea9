package io.muster.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HealthChecksTest {
  private final HealthChecks health = new HealthChecks();

  @Test
  void report_severalComponents_areInTheOrderOfRegistration() {
    health.add("database", () -> Optional.of("no connection"));
    health.add("cluster", Optional::empty);
    health.add("spool", Optional::empty);

    assertThat(health.report())
        .containsExactly(
            entry("database", Optional.of("no connection")),
            entry("cluster", Optional.empty()),
            entry("spool", Optional.empty()));
  }

  @Test
  void report_stateChanges_returnsTheNewState() {
    var problem = new AtomicReference<>(Optional.of("starting"));
    health.add("database", problem::get);
    assertThat(health.report()).containsEntry("database", Optional.of("starting"));

    problem.set(Optional.empty());

    assertThat(health.report()).containsEntry("database", Optional.empty());
  }

  @Test
  void report_checkThrows_isAProblemOfThatComponentOnly() {
    health.add("database", () -> Optional.of("").map(text -> text.substring(1)));
    health.add("spool", Optional::empty);

    var report = health.report();

    assertThat(report.get("database")).get().asString().startsWith("health check failed: ");
    assertThat(report).containsEntry("spool", Optional.empty());
  }

  @Test
  void report_checkAddsAComponent_doesNotFail() {
    health.add(
        "role",
        () -> {
          health.add("late", Optional::empty);
          return Optional.empty();
        });

    assertThat(health.report()).containsOnlyKeys("role");
    assertThat(health.report()).containsOnlyKeys("role", "late");
  }

  @Test
  void add_sameName_replacesTheCheck() {
    health.add("database", () -> Optional.of("no connection"));
    health.add("database", Optional::empty);

    assertThat(health.report()).containsExactly(entry("database", Optional.empty()));
  }
}
