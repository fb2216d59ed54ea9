package io.muster.runtime.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HealthBoardTest {
  private final HealthBoard board = new HealthBoard();

  @Test
  void report_severalComponents_areInTheOrderOfTheirAddition() {
    board.add("database", () -> Optional.of("no connection"));
    board.add("cluster", Optional::empty);
    board.add("spool", Optional::empty);

    assertThat(board.report())
        .containsExactly(
            entry("database", Optional.of("no connection")),
            entry("cluster", Optional.empty()),
            entry("spool", Optional.empty()));
  }

  @Test
  void report_stateChanges_isAskedAnew() {
    var trouble = new AtomicReference<>(Optional.of("starting"));
    board.add("database", trouble::get);
    assertThat(board.report()).containsEntry("database", Optional.of("starting"));

    trouble.set(Optional.empty());

    assertThat(board.report()).containsEntry("database", Optional.empty());
  }

  @Test
  void report_supplierThrows_isTroubleOfThatComponentAlone() {
    board.add("database", () -> Optional.of("").map(text -> text.substring(1)));
    board.add("spool", Optional::empty);

    var report = board.report();

    assertThat(report.get("database")).get().asString().startsWith("does not tell its health: ");
    assertThat(report).containsEntry("spool", Optional.empty());
  }

  @Test
  void report_supplierAddsAComponent_isNoTrouble() {
    board.add(
        "role",
        () -> {
          board.add("late", Optional::empty);
          return Optional.empty();
        });

    assertThat(board.report()).containsOnlyKeys("role");
    assertThat(board.report()).containsOnlyKeys("role", "late");
  }

  @Test
  void add_sameName_takesThePlace() {
    board.add("database", () -> Optional.of("gone"));
    board.add("database", Optional::empty);

    assertThat(board.report()).containsExactly(entry("database", Optional.empty()));
  }
}
