package io.muster.api.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.fleet.TestFrame;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HealthEndpointIT {
  private final ApiNode node = ApiNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void liveness_always_isOk() {
    var answer = node.get("/healthz");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("ok");
    assertThat(answer.header("content-type")).contains("text/plain; charset=utf-8");
    assertThat(answer.header("cache-control")).contains("no-store");
    assertThat(node.send("HEAD", "/healthz").header("content-length")).contains("2");
  }

  @Test
  void readiness_beforeTheFirstFrame_is503WithTheReason() {
    var answer = node.get("/readyz");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("content-type")).contains("application/json");
    assertThat(answer.header("cache-control")).contains("no-store");
    assertThat(answer.body())
        .isEqualTo(
            """
            {"components":{"frames":{"ok":false,"reason":"no host was heard yet"}},"ready":false}\
            """);
  }

  @Test
  void readiness_everythingWorks_is200() {
    node.health().add("database", Optional::empty);
    node.publish(TestFrame.of("a").build());

    var answer = node.get("/readyz");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            """
            {"components":{"database":{"ok":true},"frames":{"ok":true}},"ready":true}\
            """);
    assertThat(node.send("HEAD", "/readyz").status()).isEqualTo(200);
  }

  @Test
  void readiness_componentFailsAndRecovers_followsIt() {
    var problem = new AtomicReference<>(Optional.of("no \"route\" to it"));
    node.health().add("database", problem::get);
    node.publish(TestFrame.of("a").build());

    var answer = node.get("/readyz");
    problem.set(Optional.empty());

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.json().getJsonObject("components").getJsonObject("database").getMap())
        .containsEntry("ok", false)
        .containsEntry("reason", "no \"route\" to it");
    assertThat(answer.json().getBoolean("ready")).isFalse();
    assertThat(node.get("/readyz").status()).isEqualTo(200);
  }

  @Test
  void readiness_everyHostSilent_is503Again() {
    node.publish(TestFrame.of("a").build());
    node.publish(TestFrame.of("b").build());
    assertThat(node.get("/readyz").status()).isEqualTo(200);
    node.nanos().advance(Duration.ofSeconds(8));

    var answer = node.get("/readyz");

    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body())
        .contains("no host is heard now; silent hosts that are known: 2")
        .doesNotContain("\"a\"");
    node.publish(TestFrame.of("b").sequence(2).build());
    assertThat(node.get("/readyz").status()).isEqualTo(200);
  }
}
