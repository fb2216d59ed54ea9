package io.muster.runtime.database.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.runtime.database.PostgresFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class EmbeddedPostgresIT {
  private final Path directory = PostgresFixture.newDirectory();
  private final EmbeddedPostgres postgres = PostgresFixture.server(directory);

  @AfterEach
  void delete() throws IOException {
    postgres.stop();
    PostgresFixture.delete(directory);
  }

  /** Two servers on the same files would destroy them. */
  @Tag("slow")
  @Test
  void start_processesOfAKilledServerLive_fails() throws IOException {
    postgres.start();
    var postmaster = postmaster();
    var survivors = postmaster.children().toList();
    kill("STOP", survivors);
    kill("KILL", List.of(postmaster));
    postmaster.onExit().join();

    assertThatThrownBy(postgres::start).hasMessageContaining("shared memory");
    assertThatThrownBy(postgres::start).hasMessageContaining("shared memory");
    kill("KILL", survivors);
    survivors.forEach(survivor -> survivor.onExit().join());
    postgres.start();

    assertThat(postmaster().isAlive()).isTrue();
  }

  @Test
  void attach_directoryWithoutDatabase_saysSo() {
    assertThatThrownBy(postgres::attach)
        .isInstanceOf(PostgresSetupException.class)
        .hasMessageStartingWith(directory + " contains no database");
  }

  /** A loop of links, because root may search every directory. */
  @Test
  void attach_directoryThatCannotBeSearched_isNotCalledEmpty() throws IOException {
    var data = Files.createSymbolicLink(directory.resolve("loop"), Path.of("loop"));

    assertThatThrownBy(new EmbeddedPostgres(data)::attach)
        .isInstanceOf(PostgresSetupException.class)
        .hasMessageStartingWith(data + "/database-17 cannot be read by user ");
  }

  private ProcessHandle postmaster() throws IOException {
    var lines = Files.readAllLines(directory.resolve("database-17/postmaster.pid"));
    return ProcessHandle.of(Long.parseLong(lines.get(0).strip())).orElseThrow();
  }

  private static void kill(String signal, List<ProcessHandle> processes) throws IOException {
    for (var process : processes) {
      new SystemCommand(List.of("kill", "-" + signal, String.valueOf(process.pid())), Path.of("/"))
          .runOrFail(Duration.ofSeconds(10));
    }
  }
}
