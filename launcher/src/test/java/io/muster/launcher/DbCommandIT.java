package io.muster.launcher;

import static java.time.temporal.ChronoUnit.DAYS;
import static java.time.temporal.ChronoUnit.HOURS;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.testkit.AssertionPoller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of {@code muster db} with a running server and without one: in other processes where the
 * standard output, the umask or the end of the process matters.
 */
class DbCommandIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final String CLIENTS_HEADER = "client_id,user_id,client_name,";

  @TempDir private Path data;
  @TempDir private Path directory;

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
  void commands_withAndWithoutRunningServer_work() throws Exception {
    try (var server = MusterProcess.start(data, "--simulate", "1x1xH100").awaitBanner()) {
      AssertionPoller.awaitAssertion(
          TIMEOUT,
          () ->
              assertThat(server.get("/api/user/client_list?user_id=default").body())
                  .contains("\"sim-"));
      assertOutput(0, "schema version ", "status");
      assertOutput(0, "\"schema_version\":", "status", "--json");
      assertOutput(0, "", "prune", "--dry-run");
      assertThat(export("clients")).startsWith(CLIENTS_HEADER);
      assertExportsToFile();
      assertExportsToPipe();
      assertExportIgnoresAClosedPipe();
      assertImports();
      assertClosedStreamsAreErrors();
      server.stop(TIMEOUT);
    }

    assertThat(export("clients", "--format", "ndjson")).contains("\"sim-");
    assertThat(export("heartbeats", "--until", "2020-01-01"))
        .startsWith("client_id,user_id,client_name,at,");
    assertOutput(0, "rows read, 0 stored", "import", directory.resolve("new.csv").toString());
    assertThat(data.resolve("database-17/postmaster.pid")).doesNotExist();
    assertSigtermStopsServer();
  }

  @Test
  void commands_invalidSettings_printOneLineAndExitWith2() {
    assertOutput(2, "muster: data.dir: ", "status");
    assertOutput(2, data + " contains no database", "export", "hours");
    assertOutput(2, "TABLE must be one of heartbeats, device-readings, hours", "export", "apples");
    assertOutput(2, "--from must be a date", "export", "hours", "--from", "soon");
    assertOutput(
        2,
        "--from must not be after --until: '2026-09-02'",
        "export",
        "hours",
        "--from",
        "2026-09-02",
        "--until",
        "2026-09-01T23:59:59Z");
    assertOutput(2, "Missing command");
    assertThat(data).isEmptyDirectory();
  }

  private void assertExportIgnoresAClosedPipe() throws Exception {
    var errors = directory.resolve("errors");
    var command = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" 2>" + errors + " | true", "sh"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-jar", Path.of("target", "muster.jar").toAbsolutePath().toString()));
    command.addAll(List.of("db", "export", "clients", "--data", data.toString()));
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    assertThat(errors).isEmptyFile();
  }

  private void assertExportsToFile() throws IOException {
    var created = directory.resolve("new.csv");
    var existing = Files.writeString(directory.resolve("old.csv"), "x".repeat(10_000));
    Files.setPosixFilePermissions(existing, PosixFilePermissions.fromString("rw-r-----"));

    assertThat(export("clients", "--output", created.toString())).isEmpty();
    assertOutput(0, "", "export", "clients", "--output", existing.toString());

    assertThat(created).content().startsWith(CLIENTS_HEADER).contains("sim-");
    assertThat(mode(created)).isEqualTo("rw-------");
    assertThat(existing).content().startsWith(CLIENTS_HEADER).doesNotContain("xx");
    assertThat(mode(existing)).isEqualTo("rw-r-----");
    var missing = directory.resolve("none/x");
    assertOutput(
        1,
        "muster: --output: " + missing + ": no such directory",
        "export",
        "clients",
        "--output",
        missing.toString());
  }

  private void assertExportsToPipe() throws IOException {
    var pipe = createPipe("pipe.csv");
    var arguments =
        List.of("db", "export", "clients", "--output", pipe.toString(), "--data", data.toString());
    try (var export = MusterProcess.run(arguments)) {
      assertThat(Files.readString(pipe)).startsWith(CLIENTS_HEADER).contains("sim-");
      assertThat(export.awaitExit(TIMEOUT)).as("%s", export.output()).isZero();
      assertThat(export.output()).isEmpty();
    }
  }

  /** The JVM would use their numbers for its own files. */
  private void assertClosedStreamsAreErrors() throws IOException {
    var export = List.of("db", "export", "clients", "--data", data.toString());
    assertScriptOutput(">&-", 1, "muster: standard output: Bad file descriptor", export);
    assertScriptOutput("2>&-", 0, CLIENTS_HEADER, export);
    assertScriptOutput(
        "<&-",
        1,
        "muster: stdin: Bad file descriptor",
        List.of("db", "import", "-", "--data", data.toString()));
  }

  private static void assertScriptOutput(
      String redirection, int exitCode, String expectedText, List<String> arguments)
      throws IOException {
    try (var process = MusterProcess.runScriptAfter("exec " + redirection, arguments)) {
      assertThat(process.awaitExit(TIMEOUT)).as("%s", process.output()).isEqualTo(exitCode);
      assertThat(process.output()).startsWith(expectedText);
    }
  }

  /** Not SIGINT: a JVM ignores it if its build was started in the background. */
  private void assertSigtermStopsServer() throws IOException {
    var pipe = createPipe("pipe");
    var arguments = List.of("db", "import", pipe.toString(), "--data", data.toString());
    try (var process = MusterProcess.run(arguments);
        var writer = Files.newOutputStream(pipe)) { // Waits until the command reads.
      writer.write('{');
      assertThat(MusterProcess.findPostmaster(data)).isPresent();
      execute("kill", String.valueOf(process.pid()));
      assertThat(process.awaitExit(TIMEOUT)).as("%s", process.output()).isEqualTo(143);
      assertThat(process.output()).isEmpty();
    }
    assertThat(data.resolve("database-17/postmaster.pid")).doesNotExist();
  }

  private Path createPipe(String name) throws IOException {
    var pipe = directory.resolve(name);
    execute("mkfifo", pipe.toString());
    return pipe;
  }

  private static void execute(String... command) throws IOException {
    assertThat(new ProcessBuilder(command).start().onExit().join().exitValue()).isZero();
  }

  private void assertImports() throws IOException {
    var line = "0123456789abcdef0123456789abcdef,ann,'=1,%s,2,3,4,5,6\n";
    var file =
        Files.writeString(
            directory.resolve("earlier.csv"),
            "client_id,user_id,client_name,at,cpu_percent,memory_percent,disk_percent,"
                + "network_up_bytes,network_down_bytes\n"
                + line.formatted(Instant.EPOCH)
                + line.formatted(
                    InstantSource.system().instant().minus(20, DAYS).truncatedTo(HOURS))
                + line.formatted("yesterday"));

    var output = assertOutput(1, "heartbeats: 2 rows read, 1 stored", "import", file.toString());

    assertThat(output)
        .contains("not stored: 1 rows older than aggregator.retention.raw")
        .contains("muster: " + file + ":4: at='yesterday': expected an instant");
    assertOutput(2, "FILE does not exist", "import", directory.resolve("none.csv").toString());
    assertOutput(1, "muster: " + data + ": Is a directory", "import", data.toString());
  }

  /** Exports in another process with an open umask; returns its output. */
  private String export(String... arguments) throws IOException {
    var command = new ArrayList<>(List.of("db", "export", "--data", data.toString()));
    command.addAll(List.of(arguments));
    try (var export = MusterProcess.runAfter("umask 000", command, Map.of())) {
      assertThat(export.awaitExit(TIMEOUT)).as("%s", export.output()).isZero();
      return export.output();
    }
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private String assertOutput(int exitCode, String expectedText, String... arguments) {
    var command = new ArrayList<>(List.of("db"));
    command.addAll(List.of(arguments));
    if (arguments.length > 0) {
      command.addAll(List.of("--data", data.toString()));
    }
    var run = ProgramRun.of(command.toArray(String[]::new));
    assertThat(run.exitCode()).as("%s: %s", command, run.output()).isEqualTo(exitCode);
    assertThat(run.output()).contains(expectedText);
    return run.output();
  }
}
