package io.muster.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.database.DatabaseUrl;
import io.muster.testkit.AssertionPoller;
import io.muster.testkit.EmbeddedDatabase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The database of a node does not work: no response names its host, port, user, tables or files;
 * the log does, and the readiness for those who send the token.
 */
@Tag("slow")
class DatabaseLeakIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final List<String> PATHS =
      List.of(
          "/readyz",
          "/api/user/client_stat?user_id=default",
          "/api/user/client_list?user_id=default",
          "/api/user/client_monitor?user_id=default",
          "/api/user/client_health?user_id=default",
          "/api/models/get");

  @TempDir private Path directory;

  @Test
  void get_serverNotReachable_isReportedWithoutItsAddress() throws Exception {
    var port = unusedPort();
    var address = "127.0.0.1:" + port + "/hidden_db";
    try (var node =
        start(
            "--database-url", "postgresql://hidden_user:geheim@" + address + "?sslmode=disable")) {
      for (var path : PATHS) {
        var response = node.get(path);
        assertThat(response.statusCode()).as(path).isEqualTo(503);
        assertThat(response.body())
            .contains("the database is not ready")
            .doesNotContain("hidden", "127.0.0.1", "" + port, "postgres", directory.toString());
      }
      assertThat(node.output())
          .contains("database.url: postgresql://hidden_user@" + address, "Connection refused")
          .doesNotContain("geheim");
    }
  }

  @Test
  void get_serverStopped_isReportedWithoutItsFiles() throws Exception {
    try (var node = start()) {
      AssertionPoller.awaitAssertion(
          TIMEOUT, () -> assertThat(node.get("/readyz").statusCode()).isEqualTo(200));
      makeUnstartable();
      MusterProcess.findPostmaster(directory).orElseThrow().destroyForcibly();

      AssertionPoller.awaitAssertion(
          TIMEOUT,
          () -> assertThat(node.output()).contains("database not ready reason=data.dir: "));
      for (var path : PATHS) {
        var response = node.get(path);
        assertThat(response.statusCode()).as(path).isEqualTo(503);
        assertThat(response.body())
            .contains("the database is not ready")
            .doesNotContain(directory.toString(), "data.dir", "postgres");
      }
    }
  }

  @Test
  void get_tableMissing_isReportedWithoutItsName() throws Exception {
    var token = Files.writeString(directory.resolve("token"), "geheim");
    try (var node =
        start(
            "--database-url",
            text(postgres.url()),
            "--token-file",
            token.toString(),
            "--set",
            "aggregator.fold_interval=1s")) {
      AssertionPoller.awaitAssertion(
          TIMEOUT,
          () -> assertThat(node.get("/readyz?token=geheim").body()).contains("\"ready\":true"));
      postgres.execute("ALTER TABLE client RENAME TO renamed");

      var response = node.get("/api/user/client_list?user_id=default&token=geheim");

      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.body())
          .contains("the database failed")
          .doesNotContain("relation", "does not exist", "SQL", postgres.url().database());
      assertThat(node.output())
          .contains("database call failed reason=the database failed: relation \"client\"");
      AssertionPoller.awaitAssertion(
          TIMEOUT,
          () ->
              assertThat(node.get("/readyz?token=geheim").body())
                  .contains("relation \\\"client\\\" does not exist"));
      assertThat(node.get("/readyz").body())
          .contains("\"ready\":false", "\"ok\":false,\"reason\":\"")
          .doesNotContain("relation");
    } finally {
      postgres.execute("ALTER TABLE IF EXISTS renamed RENAME TO client");
    }
  }

  private MusterProcess start(String... arguments) {
    return MusterProcess.start(directory, arguments).awaitBanner();
  }

  /** Replaces a file that the embedded server needs for its start. */
  private void makeUnstartable() throws IOException {
    Files.writeString(directory.resolve("database-17/postgresql.conf"), "no setting\n");
  }

  private static int unusedPort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String text(DatabaseUrl url) {
    return "postgresql://%s:%s@:%d/%s?host=%s"
        .formatted(
            url.user(),
            URLEncoder.encode(url.password().text(), UTF_8),
            url.port(),
            url.database(),
            url.host());
  }
}
