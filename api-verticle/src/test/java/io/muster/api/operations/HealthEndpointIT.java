package io.muster.api.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.Exchange;
import io.muster.api.fleet.TestFrame;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HealthEndpointIT {
  private final ApiNode node = ApiNode.start();

  @TempDir private Path directory;

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void liveness_always_isOk() {
    var response = node.get("/healthz");

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("ok");
    assertThat(response.header("content-type")).contains("text/plain; charset=utf-8");
    assertThat(response.header("cache-control")).contains("no-store");
    assertThat(node.send("HEAD", "/healthz").header("content-length")).contains("2");
  }

  @Test
  void readiness_beforeTheFirstFrame_is503WithTheReason() {
    var response = node.get("/readyz");

    assertThat(response.status()).isEqualTo(503);
    assertThat(response.header("content-type")).contains("application/json");
    assertThat(response.header("cache-control")).contains("no-store");
    assertThat(response.body())
        .isEqualTo(
            """
            {"components":{"frames":{"ok":false,"reason":"no host has reported yet"}},\
            "ready":false}\
            """);
  }

  @Test
  void readiness_everythingWorks_is200() {
    node.health().add("database", "it is down", Optional::empty);
    node.publish(TestFrame.of("a").build());

    var response = node.get("/readyz");

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            """
            {"components":{"database":{"ok":true},"frames":{"ok":true}},"ready":true}\
            """);
    assertThat(node.send("HEAD", "/readyz").status()).isEqualTo(200);
  }

  @Test
  void readiness_componentFailsAndRecovers_followsIt() {
    var problem = new AtomicReference<>(Optional.of("no \"route\" to it"));
    node.health().add("database", "it is down", problem::get);
    node.publish(TestFrame.of("a").build());

    var response = node.get("/readyz");
    problem.set(Optional.empty());

    assertThat(response.status()).isEqualTo(503);
    assertThat(response.json().getJsonObject("components").getJsonObject("database").getMap())
        .containsEntry("ok", false)
        .containsEntry("reason", "it is down");
    assertThat(response.json().getBoolean("ready")).isFalse();
    assertThat(node.get("/readyz").status()).isEqualTo(200);
  }

  @Test
  void readiness_withTheToken_containsTheReason() throws IOException {
    var socket = directory.resolve("m.sock");
    var settings = Map.of("api.token", "s3cret", "api.listen.unix", socket.toString());
    try (var nodeWithToken = ApiNode.start(ApiNode.config(settings))) {
      nodeWithToken
          .health()
          .add("database", "it is down", () -> Optional.of("no \"route\" to gpu01:5432"));

      assertThat(reason(nodeWithToken.get("/readyz"))).isEqualTo("it is down");
      assertThat(reason(nodeWithToken.get("/readyz?token=wrong"))).isEqualTo("it is down");
      assertThat(reason(nodeWithToken.get("/readyz?token=s3cret")))
          .isEqualTo("no \"route\" to gpu01:5432");
      assertThat(reason(nodeWithToken.get("/readyz", "Authorization: Bearer s3cret")))
          .isEqualTo("no \"route\" to gpu01:5432");
      assertThat(reason(Exchange.get(socket, "/readyz"))).isEqualTo("no \"route\" to gpu01:5432");
    }
  }

  @Test
  void readiness_everyHostSilent_is503Again() {
    node.publish(TestFrame.of("a").build());
    node.publish(TestFrame.of("b").build());
    assertThat(node.get("/readyz").status()).isEqualTo(200);
    node.nanos().advance(Duration.ofSeconds(8));

    var response = node.get("/readyz");

    assertThat(response.status()).isEqualTo(503);
    assertThat(response.body())
        .contains("no host is reporting; known silent hosts: 2")
        .doesNotContain("\"a\"");
    node.publish(TestFrame.of("b").sequence(2).build());
    assertThat(node.get("/readyz").status()).isEqualTo(200);
  }

  private static String reason(Exchange response) {
    assertThat(response.status()).isEqualTo(503);
    return response
        .json()
        .getJsonObject("components")
        .getJsonObject("database")
        .getString("reason");
  }
}
