package io.muster.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.config.Secret;
import io.muster.schema.frame.ReservedPort;
import io.muster.testkit.AssertionPoller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests of a cluster of two JVMs as described in the README: endpoints and database in one, a
 * collector in the other, and a secret that both read from a file.
 */
@Tag("slow")
class ClusterIT {
  private static final Duration RECOVERY_TIMEOUT = Duration.ofMinutes(2);
  private static final String HOSTNAME = "rack-7";

  @TempDir private Path data;

  private Path secretFile;

  @AutoClose private final ReservedPort clusterPort = new ReservedPort();

  @BeforeEach
  void createSecret() throws IOException {
    secretFile = Files.writeString(data.resolve("secret"), Secret.random(32).text() + "\n");
  }

  @Test
  void collector_joinsCluster_isListedAndRecoversWhenEitherNodeIsKilled() throws Exception {
    try (var apiNode = startApiNode();
        var collector = startCollector()) {
      awaitHostOnline(apiNode);
      assertThat(collector.output()).contains("2 members");

      collector.kill();
      AssertionPoller.awaitAssertion(
          RECOVERY_TIMEOUT,
          () ->
              assertThat(apiNode.json("/snapshot").findValuesAsText("kind")).containsOnly("stale"));
      try (var restartedCollector = startCollector()) {
        awaitHostOnline(apiNode);
        apiNode.kill();
        try (var restartedApiNode = startApiNode()) {
          awaitHostOnline(restartedApiNode);
          assertThat(restartedCollector.output()).doesNotContain("ERROR");
        }
      }
    }
  }

  private MusterProcess startApiNode() {
    return MusterProcess.start(
            data.resolve("api"),
            "--roles",
            "api,aggregator,registry",
            "--set",
            "cluster.listen=" + clusterPort.address(),
            "--set",
            "cluster.secret_file=" + secretFile)
        .awaitBanner();
  }

  private MusterProcess startCollector() {
    return MusterProcess.start(
            data.resolve("collector"),
            "--roles",
            "collector",
            "--join",
            clusterPort.address(),
            "--interval",
            "500ms",
            "--set",
            "collector.heartbeat_interval=1s",
            "--set",
            "collector.hostname=" + HOSTNAME,
            "--set",
            "cluster.secret_file=" + secretFile)
        .awaitBanner();
  }

  private static void awaitHostOnline(MusterProcess apiNode) {
    AssertionPoller.awaitAssertion(
        RECOVERY_TIMEOUT,
        () -> {
          var frame = apiNode.json("/snapshot");
          assertThat(frame.path("hostname").asText()).as("%s", frame).isEqualTo(HOSTNAME);
          assertThat(frame.path("cpus")).hasSize(1);
          var client =
              apiNode
                  .json("/api/user/client_list?user_id=default&name=" + HOSTNAME)
                  .at("/data/devices/0");
          assertThat(client.path("client_status").asText()).as("%s", client).isEqualTo("online");
          assertThat(
                  apiNode
                      .json("/api/user/client_stat?user_id=default")
                      .at("/data/systems_online_number")
                      .asInt())
              .isEqualTo(1);
        });
  }
}
