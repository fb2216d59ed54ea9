package io.muster.runtime.database.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostmasterTest {
  private static final String REST_OF_PID_FILE =
      "\n/data\n1700000000\n5432\n/run/x\n\n  123  45\nready\n";
  private static final String OWN_PROGRAM =
      ProcessHandle.current().info().command().orElse("no command known");

  private final Path directory;

  PostmasterTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void read_processOfTheProgram_isTheServer() throws IOException {
    var pid = ProcessHandle.current().pid();

    assertThat(Postmaster.read(writePidFile(pid + REST_OF_PID_FILE), OWN_PROGRAM))
        .contains(new Postmaster(pid, Path.of("/run/x")));
  }

  @Test
  void read_foreignProcessDeadProcessOrNoFile_isEmpty() throws IOException {
    var pid = ProcessHandle.current().pid();

    assertThat(Postmaster.read(writePidFile(pid + REST_OF_PID_FILE), "/data/postgresql-"))
        .isEmpty();
    assertThat(Postmaster.read(writePidFile(Integer.MAX_VALUE + REST_OF_PID_FILE), OWN_PROGRAM))
        .isEmpty();
    assertThat(Postmaster.read(writePidFile("truncated"), OWN_PROGRAM)).isEmpty();
    assertThat(Postmaster.read(directory.resolve("missing"), OWN_PROGRAM)).isEmpty();
  }

  @Test
  void pidFileWithoutPid_anyFile_replacesOnlyThePid() throws IOException {
    assertThat(Postmaster.pidFileWithoutPid(writePidFile("77" + REST_OF_PID_FILE)))
        .contains("2147483647" + REST_OF_PID_FILE);
    assertThat(Postmaster.pidFileWithoutPid(directory.resolve("missing")))
        .isEqualTo(Optional.empty());
  }

  private Path writePidFile(String text) throws IOException {
    return Files.writeString(directory.resolve("postmaster.pid"), text);
  }
}
