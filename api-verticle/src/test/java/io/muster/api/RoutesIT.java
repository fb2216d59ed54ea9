package io.muster.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.fleet.TestFrame;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesIT {
  private final ApiNode node = ApiNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void ready_beforeTheFirstFrame_is503() {
    var response = node.get("/-/ready");

    assertThat(response.status()).isEqualTo(503);
    assertThat(response.header("retry-after")).contains("1");
    assertThat(response.header("cache-control")).contains("no-store");
    assertThat(response.header("content-type")).contains("text/plain; charset=utf-8");
    assertThat(response.body())
        .isEqualTo("all-smi is not ready: no collection cycle has completed yet.\n");
  }

  @Test
  void ready_afterTheFirstFrame_stays200() {
    node.publish(TestFrame.of("a").build());
    node.nanos().advance(Duration.ofHours(1));

    var response = node.get("/-/ready");

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("retry-after")).isEmpty();
    assertThat(response.header("cache-control")).contains("no-store");
    assertThat(response.body()).isEqualTo("all-smi is ready.\n");
    assertThat(node.send("HEAD", "/-/ready").status()).isEqualTo(200);
    assertThat(node.send("HEAD", "/-/ready").body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/snapshot/",
        "/events/",
        "/metrics/",
        "/-/ready/",
        "/snapshot//",
        "/health",
        "/healthz/",
        "/readyz/",
        "/hosts/",
        "/hosts/a",
        "/hosts/a/metrics/",
        "/hosts/a/b/metrics",
        "/sd/",
        "/-/healthy",
        "/api",
        "/snapshotx",
        "/Snapshot",
        "/a%20b?c=d"
      })
  void get_unknownPath_is404WithoutABody(String path) {
    node.publish(TestFrame.of("a").build());

    var response = node.get(path);

    assertThat(response.status()).isEqualTo(404);
    assertThat(response.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /snapshot",
    "PUT, /events",
    "DELETE, /metrics",
    "PATCH, /-/ready",
    "TRACE, /snapshot",
    "POST, /hosts",
    "PUT, /hosts/a/metrics",
    "DELETE, /sd",
    "POST, /readyz",
    "POST, /healthz"
  })
  void send_anotherMethod_is405WithAllow(String method, String path) {
    node.publish(TestFrame.of("a").build());

    var response = node.send(method, path, "Content-Length: 0");

    assertThat(response.status()).isEqualTo(405);
    assertThat(response.header("allow")).contains("GET,HEAD");
    assertThat(node.send(method, path + "/", "Content-Length: 0").status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({"/%zz, 400", "/snapshot%, 400", "/api/user/%zz, 400", "*, 404", "snapshot, 404"})
  void get_malformedPath_isAClientError(String target, int status) {
    node.publish(TestFrame.of("a").build());

    var response = node.get(target);

    assertThat(response.status()).isEqualTo(status);
    assertThat(response.body()).doesNotContain("internal error", "Exception");
    assertThat(response.body().startsWith("{\"success\":false,")).isEqualTo(target.contains("api"));
    assertThat(node.get("/snapshot").status()).as("the node still responds").isEqualTo(200);
  }
}
