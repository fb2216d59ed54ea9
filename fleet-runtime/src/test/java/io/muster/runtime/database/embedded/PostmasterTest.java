package io.muster.runtime.database.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostmasterTest {
  private static final String REST = "\n/data\n1700000000\n5432\n/run/x\n\n  123  45\nready\n";
  private static final String OURSELVES =
      ProcessHandle.current().info().command().orElse("no command known");

  private final Path directory;

  PostmasterTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void read_processWithThatProgram_isTheServer() throws IOException {
    var pid = ProcessHandle.current().pid();

    assertThat(Postmaster.read(file(pid + REST), OURSELVES))
        .contains(new Postmaster(pid, Path.of("/run/x")));
  }

  @Test
  void read_foreignProcessDeadProcessOrNoFile_isNone() throws IOException {
    var pid = ProcessHandle.current().pid();

    assertThat(Postmaster.read(file(pid + REST), "/data/postgresql-")).isEmpty();
    assertThat(Postmaster.read(file(Integer.MAX_VALUE + REST), OURSELVES)).isEmpty();
    assertThat(Postmaster.read(file("torn"), OURSELVES)).isEmpty();
    assertThat(Postmaster.read(directory.resolve("missing"), OURSELVES)).isEmpty();
  }

  @Test
  void disarmed_anyFile_losesOnlyThePid() throws IOException {
    assertThat(Postmaster.disarmed(file("77" + REST))).contains("2147483647" + REST);
    assertThat(Postmaster.disarmed(directory.resolve("missing"))).isEqualTo(Optional.empty());
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("postmaster.pid"), text);
  }
}
