package io.muster.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.testkit.AssertionPoller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the places where another user of the machine would look for secrets and for data. */
@Tag("slow")
class SecretsIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final String TOKEN = "geheim-token";
  private static final String CLUSTER_SECRET = "geheim-cluster-0123456789";
  private static final String PASSWORD = "geheim-password";
  private static final List<String> CLOSED = List.of("rwx------", "rw-------");

  /** The programs of PostgreSQL, which everybody has. */
  private static final String PROGRAMS = "postgresql-";

  @TempDir private Path directory;

  @Test
  void serve_openUmask_everyFileIsClosedToOtherUsers() throws Exception {
    var parent = directory.resolve("below");
    var data = parent.resolve("data");
    var arguments =
        arguments(data, "--simulate", "1x1xH100", "--set", "api.listen.tls=127.0.0.1:0");
    try (var node = MusterProcess.runAfter("umask 000", arguments, Map.of()).awaitBanner()) {
      AssertionPoller.awaitAssertion(
          TIMEOUT,
          () ->
              assertThat(data)
                  .isDirectoryRecursivelyContaining("glob:**/spool/*")
                  .isDirectoryRecursivelyContaining("glob:**/database-17/log/*"));
      assertThat(node.stop(TIMEOUT)).isEqualTo(143); // Saves the energy counters.

      assertThat(mode(parent)).isEqualTo("rwxr-xr-x");
      assertThat(mode(data)).isIn("rwx------", "rwx--x---");
      assertThat(files(data)).allSatisfy(path -> assertThat(mode(path)).isIn(CLOSED));
      assertThat(data.resolve("tls/key.pem")).exists();
      assertThat(data.resolve("energy/counters")).exists();
      assertThat(data.resolve("database.password")).exists();
    }
  }

  @Test
  void serve_openDataDirectory_warnsAndClosesItsContent() throws Exception {
    var data = Files.createDirectory(directory.resolve("data"));
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx"));
    for (var name : List.of("spool", "energy")) {
      var existing = Files.createDirectory(data.resolve(name));
      Files.setPosixFilePermissions(existing, PosixFilePermissions.fromString("rwxrwxrwx"));
    }
    var arguments = arguments(data, "--roles", "collector");
    try (var node = MusterProcess.runAfter("umask 000", arguments, Map.of()).awaitBanner()) {
      assertThat(node.stop(TIMEOUT)).isEqualTo(143);

      assertThat(node.output())
          .containsOnlyOnce("data directory is open to other users path=" + data);
      assertThat(mode(data)).isEqualTo("rwxrwxrwx");
      assertThat(mode(data.resolve("spool"))).isEqualTo("rwx------");
      assertThat(mode(data.resolve("energy"))).isEqualTo("rwx------");
    }
  }

  @Test
  void serve_secretsSet_noneIsLoggedOrPublishedOrInherited() throws Exception {
    var data = directory.resolve("data");
    var arguments = arguments(data, "--token", TOKEN, "--set=cluster.secret=" + CLUSTER_SECRET);
    var environment = Map.of("MUSTER_API_TOKEN", "geheim-variable");
    try (var node = MusterProcess.runAfter("umask 000", arguments, environment).awaitBanner()) {
      assertThat(node.get("/snapshot").statusCode()).isEqualTo(401);
      assertThat(node.get("/snapshot?token=wrong-geheim").statusCode()).isEqualTo(401);
      assertThat(node.get("/snapshot?include=process&token=" + TOKEN).body())
          .contains("\"processes\":[{")
          .doesNotContain("geheim");
      assertThat(processTable(data))
          .contains("--token *** --set=cluster.secret=***")
          .doesNotContain("geheim");
      AssertionPoller.awaitAssertion(
          TIMEOUT, () -> assertThat(MusterProcess.findPostmaster(data)).isPresent());
      var postmaster = MusterProcess.findPostmaster(data).orElseThrow();
      for (var file : List.of("environ", "cmdline")) {
        var text = Files.readString(Path.of("/proc", postmaster.pid() + "", file), UTF_8);
        assertThat(text).isNotEmpty().doesNotContain("geheim", "MUSTER_", password(data));
      }
      assertThat(node.stop(TIMEOUT)).isEqualTo(143);
      assertThat(node.output()).contains(" DEBUG ").doesNotContain("geheim", password(data));
    }
  }

  @Test
  void serve_unreachableDatabase_logsNoPassword() throws Exception {
    var tokenFile = Files.writeString(directory.resolve("token"), TOKEN + "\n");
    var data = directory.resolve("data");
    var arguments =
        arguments(
            data,
            "--token-file=" + tokenFile,
            "--database-url",
            "postgresql://muster:" + PASSWORD + "@127.0.0.1:1/muster");
    try (var node = MusterProcess.runAfter("umask 000", arguments, Map.of()).awaitBanner()) {
      AssertionPoller.awaitAssertion(
          TIMEOUT, () -> assertThat(node.output()).contains("127.0.0.1:1"));
      assertThat(processTable(data)).contains("--database-url ***").doesNotContain("geheim");
      assertThat(node.get("/api/user/client_stat?user_id=a&token=" + TOKEN).body())
          .doesNotContain("geheim");
      node.stop(TIMEOUT);
      assertThat(node.output()).doesNotContain("geheim");
    }
  }

  private static List<String> arguments(Path data, String... arguments) {
    var all = new ArrayList<>(List.of("--set", "log.debug=true"));
    all.addAll(List.of("--set", "collector.heartbeat_interval=1s"));
    all.addAll(List.of(arguments));
    return MusterProcess.serveArguments(data, all.toArray(String[]::new));
  }

  /** Returns the process table with whole command lines, which the endpoints truncate. */
  private static String processTable(Path data) {
    try (var command =
        MusterProcess.run(List.of("--set=data.dir=" + data, "snapshot", "--include", "process"))) {
      assertThat(command.awaitExit(TIMEOUT)).isZero();
      return command.output();
    }
  }

  private static List<Path> files(Path data) throws IOException {
    try (var paths = Files.walk(data)) {
      return paths
          .filter(path -> !path.equals(data))
          .filter(path -> !data.relativize(path).toString().startsWith(PROGRAMS))
          .toList();
    }
  }

  private static String password(Path data) throws IOException {
    return Files.readString(data.resolve("database.password"), UTF_8).strip();
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
  }
}
