package io.muster.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.testkit.AssertionPoller;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two JVMs as one cluster, set up as the README says: doors and database in one, a collector in the
 * other.
 */
class ClusterIT {
  private static final Duration HEALED = Duration.ofMinutes(2);
  private static final String HOST = "rack-7";

  @TempDir private Path data;

  private final String seed = "127.0.0.1:" + MusterProcess.freePort();

  @Test
  void collector_joined_isSeenLiveAndListed_andEitherMayBeKilled() throws Exception {
    try (var doors = doors();
        var collector = collector()) {
      awaitSeen(doors);
      assertThat(collector.output()).contains("2 members");

      collector.kill();
      AssertionPoller.awaitAssertion(
          HEALED,
          () -> assertThat(doors.json("/snapshot").findValuesAsText("kind")).containsOnly("stale"));
      try (var restarted = collector()) {
        awaitSeen(doors);
        doors.kill();
        try (var again = doors()) {
          awaitSeen(again);
          assertThat(restarted.output()).doesNotContain("ERROR");
        }
      }
    }
  }

  private MusterProcess doors() {
    return MusterProcess.start(
            data.resolve("doors"),
            "--roles",
            "api,aggregator,registry",
            "--set",
            "cluster.listen=" + seed)
        .awaitBanner();
  }

  private MusterProcess collector() {
    return MusterProcess.start(
            data.resolve("collector"),
            "--roles",
            "collector",
            "--join",
            seed,
            "--interval",
            "500ms",
            "--set",
            "collector.heartbeat_interval=1s",
            "--set",
            "collector.hostname=" + HOST)
        .awaitBanner();
  }

  private static void awaitSeen(MusterProcess doors) {
    AssertionPoller.awaitAssertion(
        HEALED,
        () -> {
          var frame = doors.json("/snapshot");
          assertThat(frame.path("hostname").asText()).as("%s", frame).isEqualTo(HOST);
          assertThat(frame.path("cpus")).hasSize(1);
          var client =
              doors
                  .json("/api/user/client_list?user_id=default&name=" + HOST)
                  .at("/data/devices/0");
          assertThat(client.path("client_status").asText()).as("%s", client).isEqualTo("online");
          assertThat(
                  doors
                      .json("/api/user/client_stat?user_id=default")
                      .at("/data/systems_online_number")
                      .asInt())
              .isEqualTo(1);
        });
  }
}
