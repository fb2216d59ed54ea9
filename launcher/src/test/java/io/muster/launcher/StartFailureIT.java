package io.muster.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that a failed start prints one line that names key and remedy, and exits with 2: in another
 * process if parts of the node were running already.
 */
@Timeout(180)
class StartFailureIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  @TempDir private Path directory;

  @Test
  void serve_unknownKeysAndInvalidValues_listsAllOfThem() throws IOException {
    var file =
        Files.writeString(
            directory.resolve("bad.yaml"),
            "collector:\n  intervall: 3s\napi:\n  max_subscribers: many\n");

    assertThat(startProblems("--config", file.toString(), "--set", "roles=collector,gpu"))
        .contains(
            "collector.intervall",
            "api.max_subscribers",
            "must be a whole number",
            "'many'",
            "roles",
            "'collector,gpu'");
  }

  @Test
  void serve_unparsableConfig_namesFileAndLine() throws IOException {
    var file = Files.writeString(directory.resolve("broken.yaml"), "api:\n  token: [\n");

    assertThat(startProblems("--config", file.toString())).contains("broken.yaml").hasLineCount(1);
  }

  @Test
  void serve_occupiedPort_namesKeyAndRemedy() throws IOException {
    try (var occupied = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var address = "127.0.0.1:" + occupied.getLocalPort();

      try (var node =
          MusterProcess.start(directory.resolve("data"), "--set", "api.listen.rest=" + address)) {
        assertThat(node.awaitExit(TIMEOUT)).as("%s", node.output()).isEqualTo(2);
        assertThat(node.output().strip())
            .contains("api.listen.rest", address, "--set")
            .hasLineCount(1);
      }
    }
  }

  @Test
  void serve_malformedDatabaseUrl_namesTheKeyAndHidesThePassword() {
    assertThat(startProblems("--database-url", "postgres//muster:geheim@nowhere"))
        .contains("database.url")
        .doesNotContain("geheim")
        .hasLineCount(1);
  }

  @Test
  void serve_openListenerWithoutToken_namesBothRemedies() {
    assertThat(startProblems("--set", "api.listen.main=0.0.0.0:0"))
        .contains("api.listen.main", "--token", "--insecure")
        .hasLineCount(1);
  }

  @Test
  void serve_unwritableDataDirectory_namesTheKey() throws IOException {
    var file = Files.createFile(directory.resolve("file"));

    assertThat(startProblemsIn(file.resolve("below")))
        .contains("data.dir", "--data DIR")
        .hasLineCount(1);
  }

  private String startProblems(String... arguments) {
    return startProblemsIn(directory.resolve("data"), arguments);
  }

  private static String startProblemsIn(Path data, String... arguments) {
    var run = ProgramRun.of(MusterProcess.serveArguments(data, arguments).toArray(String[]::new));
    assertThat(run.exitCode()).as("%s", run.output()).isEqualTo(2);
    return run.output().strip();
  }
}
