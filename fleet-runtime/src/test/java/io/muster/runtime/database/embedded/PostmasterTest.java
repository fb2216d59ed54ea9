package io.muster.runtime.database.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostmasterTest {
  private static final String REST_OF_PID_FILE =
      "\n/data\n1700000000\n5432\n/run/x\n\n  123  45\nready\n";
  private static final String OWN_PROGRAM =
      ProcessHandle.current().info().command().orElse("no command known");

  @Test
  void find_processOfTheProgram_isTheServer() {
    var pid = ProcessHandle.current().pid();

    assertThat(Postmaster.find(pid + REST_OF_PID_FILE, OWN_PROGRAM))
        .contains(new Postmaster(pid, Path.of("/run/x")));
  }

  @Test
  void find_foreignProcessDeadProcessOrNoFile_isEmpty() {
    var pid = ProcessHandle.current().pid();

    assertThat(Postmaster.find(pid + REST_OF_PID_FILE, "/data/postgresql-")).isEmpty();
    assertThat(Postmaster.find(Integer.MAX_VALUE + REST_OF_PID_FILE, OWN_PROGRAM)).isEmpty();
    assertThat(Postmaster.find("truncated", OWN_PROGRAM)).isEmpty();
    assertThat(Postmaster.find("", OWN_PROGRAM)).isEmpty();
  }

  /** The account of the server writes the file: nothing but two numbers is taken from it. */
  @Test
  void pidFileWithoutPid_anyFile_keepsOnlyTheNumbersOfTheSharedMemory() {
    assertThat(Postmaster.pidFileWithoutPid("77" + REST_OF_PID_FILE))
        .contains("2147483647\n\n\n\n\n\n  123  45\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "77", "77\n/data\n1\n5432\n/run\n\n", "1\n2\n3\n4\n5\n6\nroot:x:0:0"})
  void pidFileWithoutPid_noNumbersOfSharedMemory_isEmpty(String pidFile) {
    assertThat(Postmaster.pidFileWithoutPid(pidFile)).isEmpty();
  }
}
