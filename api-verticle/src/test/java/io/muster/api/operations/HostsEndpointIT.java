package io.muster.api.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.Exchange;
import io.muster.api.fleet.TestFrame;
import io.muster.schema.frame.FrameSummary;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostsEndpointIT {
  private static final FrameSummary SUMMARY =
      new FrameSummary(
          8,
          OptionalDouble.of(87.5),
          OptionalDouble.of(2412),
          OptionalDouble.of(12.5),
          OptionalDouble.empty());

  private final ApiNode node =
      ApiNode.start(ApiNode.config(Map.of("api.hosts", "10.0.0.1, gpu.example, a_b-c.example")));

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void hosts_beforeTheFirstFrame_isAnEmptyList() {
    assertThat(node.get("/hosts").body())
        .isEqualTo(
            """
            {"counts":{"alive":0,"gpus":0,"silent":0},"hosts":[]}\
            """);
    assertThat(node.get("/sd").body()).isEqualTo("[]");
  }

  @Test
  void hosts_oneHost_hasItsSummary() {
    node.publish(TestFrame.of("a").summary(SUMMARY).simulated().build());
    node.nanos().advance(Duration.ofMillis(1500));

    var response = node.get("/hosts");

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("content-type")).contains("application/json");
    assertThat(response.header("cache-control")).contains("no-store");
    assertThat(response.body())
        .isEqualTo(
            """
            {"counts":{"alive":1,"gpus":8,"silent":0},"hosts":[{"alive":true,\
            "client_id":"6e1131b4b9cc454aa6ce3294ab860b2d","cpu_utilization_percent":12.5,\
            "gpu_count":8,"gpu_power_watts":2412.0,"gpu_utilization_percent":87.5,"host_id":"a",\
            "interval_seconds":3.0,"last_frame_age_seconds":1.5,\
            "last_frame_at":"2026-08-08T12:34:56Z","memory_utilization_percent":null,\
            "simulated":true}]}\
            """);
    assertThat(node.send("HEAD", "/hosts").header("content-length"))
        .contains(Integer.toString(response.body().length()));
  }

  @Test
  void hosts_someSilent_areListedByNameAndCounted() {
    publishFreshAndSilentHost();

    var response = node.get("/hosts");

    assertThat(names(response)).containsExactly("a", "b");
    assertThat(response.json().getJsonObject("counts").getMap())
        .containsEntry("alive", 1)
        .containsEntry("silent", 1)
        .containsEntry("gpus", 8);
    var silent = response.json().getJsonArray("hosts").getJsonObject(1);
    assertThat(silent.getBoolean("alive")).isFalse();
    assertThat(silent.getDouble("last_frame_age_seconds")).isEqualTo(8);
  }

  @Test
  void hosts_filter_selectsHostsAndKeepsTheCounts() {
    publishFreshAndSilentHost();

    assertThat(names(node.get("/hosts?alive=true"))).containsExactly("a");
    assertThat(names(node.get("/hosts?alive=0"))).containsExactly("b");
    assertThat(node.get("/hosts?alive=0").json().getJsonObject("counts").getInteger("alive"))
        .isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/hosts?alive=maybe", "/hosts?alive=", "/hosts?alive=1&alive=1"})
  void hosts_badFilter_is400(String target) {
    assertThat(node.get(target).status()).isEqualTo(400);
  }

  @Test
  void discovery_hosts_areTargetGroupsOfTheRequestedAddress() {
    node.publish(TestFrame.of("gpu-01").build());
    node.publish(TestFrame.of("special %host").simulated().build());

    var response = getTargets("Host: 10.0.0.1:9090\r\n");

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.header("content-type")).contains("application/json");
    var groups = new JsonArray(response.body());
    assertThat(groups.getJsonObject(0))
        .isEqualTo(
            new JsonObject(
                """
                {"targets":["10.0.0.1:9090"],"labels":{"instance":"gpu-01",
                "__metrics_path__":"/hosts/gpu-01/metrics","__meta_muster_host":"gpu-01",
                "__meta_muster_client_id":"6e1131b4b9cc454aa6ce3294ab860b2d",
                "__meta_muster_simulated":"false"}}\
                """));
    assertThat(groups.getJsonObject(1).getJsonObject("labels").getString("__metrics_path__"))
        .as("Prometheus escapes it")
        .isEqualTo("/hosts/special %host/metrics");
  }

  @Test
  void discovery_silentHost_staysATarget() {
    publishFreshAndSilentHost();

    assertThat(new JsonArray(getTargets("Host: gpu.example\r\n").body())).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpu.example", "[::1]:9090", "a_b-c.example:1"})
  void discovery_validAddress_isUsedUnchanged(String address) {
    node.publish(TestFrame.of("a").build());

    var group = new JsonArray(getTargets("Host: " + address + "\r\n").body()).getJsonObject(0);

    assertThat(group.getJsonArray("targets").getString(0)).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "a b", "user@a", "a:b", "a:1:2", "<a>", "a?b", "é"})
  void discovery_malformedHostHeader_is400(String address) {
    node.publish(TestFrame.of("a").build());

    var response = getTargets("Host: " + address + "\r\n");

    assertThat(response.status()).isEqualTo(400);
    assertThat(response.body()).doesNotContain(address);
  }

  private void publishFreshAndSilentHost() {
    node.publish(TestFrame.of("b").summary(SUMMARY).build());
    node.nanos().advance(Duration.ofSeconds(8));
    node.publish(TestFrame.of("a").summary(SUMMARY).build());
  }

  private Exchange getTargets(String headers) {
    var head = "GET /sd HTTP/1.1\r\n" + headers + "Connection: close\r\n\r\n";
    return Exchange.sendRaw(node.mainAddress(), head);
  }

  private static List<String> names(Exchange response) {
    return response.json().getJsonArray("hosts").stream()
        .map(host -> ((JsonObject) host).getString("host_id"))
        .toList();
  }
}
