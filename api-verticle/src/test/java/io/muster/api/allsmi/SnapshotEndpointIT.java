package io.muster.api.allsmi;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.Exchange;
import io.muster.api.fleet.TestFrame;
import io.muster.bus.Address;
import io.muster.bus.DemandTopic;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.Section;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotEndpointIT {
  private final ApiNode node = ApiNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void get_oneHost_returnsItsFrameInOneLine() {
    node.publish(frame("gpu-01"));

    var response = node.get("/snapshot");

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body())
        .isEqualTo(
            "{\"chassis\":[],\"cpus\":[{\"index\":0}],\"gpus\":[{\"uuid\":\"GPU-é\"}],"
                + "\"hostname\":\"gpu-01\",\"memory\":[],\"schema\":1,"
                + "\"timestamp\":\"2026-08-08T12:34:56Z\"}");
    assertHeaders(response);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                     | chassis,cpus,gpus,memory",
        "?include=              | chassis,cpus,gpus,memory",
        "?include=bogus,+       | chassis,cpus,gpus,memory",
        "?include=GPU           | gpus",
        "?include=gpus%2Ccpu    | cpus,gpus",
        "?include=+gpu+,+mem    | gpus,memory",
        "?include=,,disk,bogus  | storage",
        "?include=processes     | processes",
        "?include=gpu&unknown=1&unknown=2 | gpus",
        "?Include=cpu&include=gpu | gpus",
        "?host=&include=gpu     | gpus",
      })
  void get_include_returnsTheNamedSections(String query, String sections) {
    node.publish(frame("gpu-01"));

    var response = node.get("/snapshot" + query);

    assertThat(response.status()).isEqualTo(200);
    var expected = ("hostname,schema,timestamp," + sections).split(",");
    assertThat(response.json().fieldNames()).containsExactlyInAnyOrder(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "true", "yes"})
  void get_pretty_indentsByTwoSpaces(String pretty) {
    node.publish(frame("gpu-01"));

    assertThat(node.get("/snapshot?include=gpu,storage&pretty=" + pretty).body())
        .isEqualTo(
            """
            {
              "gpus": [
                {
                  "uuid": "GPU-é"
                }
              ],
              "hostname": "gpu-01",
              "schema": 1,
              "storage": [],
              "timestamp": "2026-08-08T12:34:56Z"
            }\
            """);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "TRUE", "Yes", "", "on"})
  void get_anotherPretty_staysCompact(String pretty) {
    node.publish(frame("gpu-01"));

    assertThat(node.get("/snapshot?pretty=" + pretty).body()).doesNotContain("\n");
  }

  @Test
  void head_returnsTheHeadOfAGet() {
    node.publish(frame("gpu-01"));

    var response = node.send("HEAD", "/snapshot");

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
    assertThat(response.header("content-length"))
        .isEqualTo(node.get("/snapshot").header("content-length"));
    assertHeaders(response);
  }

  @Test
  void get_beforeTheFirstFrame_is503() {
    var response = node.get("/snapshot");

    assertThat(response.status()).isEqualTo(503);
    assertThat(response.body()).isEqualTo("{\"error\":\"no frame yet\",\"schema\":1}");
    assertHeaders(response);
  }

  @Test
  void get_unknownHost_is404() {
    node.publish(frame("gpu-01"));

    var response = node.get("/snapshot?host=gpu-%2202");

    assertThat(response.status()).isEqualTo(404);
    assertThat(response.body()).isEqualTo("{\"error\":\"unknown host 'gpu-\\\"02'\",\"schema\":1}");
    assertHeaders(response);
  }

  @ParameterizedTest
  @ValueSource(strings = {"include=gpu&include=gpu", "pretty=1&pretty=0", "host=a&host=b"})
  void get_knownParameterTwice_is400(String query) {
    node.publish(frame("gpu-01"));

    var response = node.get("/snapshot?" + query);

    assertThat(response.status()).isEqualTo(400);
    var name = query.substring(0, query.indexOf('='));
    assertThat(response.body())
        .isEqualTo("{\"error\":\"duplicate field `" + name + "`\",\"schema\":1}");
    assertHeaders(response);
  }

  @Test
  void get_malformedEscape_is400() {
    assertThat(node.get("/snapshot?include=%zz").status()).isEqualTo(400);
    assertThat(node.get("/snapshot?include=%zz").json().getString("error")).contains("malformed");
  }

  @Test
  void get_severalHosts_returnsTheFleetOrTheNamedHost() {
    node.publish(frame("a"));
    node.publish(frame("b"));

    assertThat(node.get("/snapshot").json().getString("hostname")).isEqualTo("fleet-1");
    assertThat(node.get("/snapshot").json().getJsonArray("gpus")).hasSize(2);
    assertThat(node.get("/snapshot?host=b").json().getString("hostname")).isEqualTo("b");
    assertThat(node.get("/snapshot?host=b").json().getJsonArray("gpus")).hasSize(1);
  }

  @Test
  void get_silentHost_isNotShownAsFresh() {
    node.publish(frame("a"));
    node.nanos().advance(Duration.ofSeconds(7));

    var json = node.get("/snapshot").json();

    assertThat(json.containsKey("gpus")).isFalse();
    assertThat(json.getJsonArray("errors").getJsonObject(0).getString("kind")).isEqualTo("stale");
  }

  @Test
  void get_processes_renewsTheDemandOfTheHostsInScope() throws Exception {
    var renewals = new LinkedBlockingQueue<String>();
    for (var host : new String[] {"a", "b", "unknown-host"}) {
      ApiNode.await(
          node.vertx()
              .eventBus()
              .consumer(
                  Address.collector(host),
                  DemandTopic.demandHandler(
                      section -> renewals.add(host + " " + section.singularName())))
              .completion());
    }
    node.publish(frame("a"));
    node.publish(frame("b"));

    node.get("/snapshot");
    node.get("/snapshot?include=process&host=unknown-host");
    node.get("/snapshot?include=process&host=b");
    assertThat(renewals.poll(60, TimeUnit.SECONDS)).isEqualTo("b process");
    node.get("/snapshot?include=process");
    assertThat(renewals.poll(60, TimeUnit.SECONDS)).isEqualTo("a process");
    assertThat(renewals.poll(60, TimeUnit.SECONDS)).isEqualTo("b process");
    assertThat(renewals).isEmpty();
  }

  private static void assertHeaders(Exchange response) {
    assertThat(response.header("content-type")).contains("application/json");
    assertThat(response.header("cache-control")).contains("no-store");
    assertThat(response.header("x-accel-buffering")).contains("no");
  }

  private static EncodedFrame frame(String host) {
    return TestFrame.of(host)
        .section(Section.CHASSIS, "[]")
        .section(Section.CPU, "[{\"index\":0}]")
        .section(Section.GPU, "[{\"uuid\":\"GPU-é\"}]")
        .section(Section.MEMORY, "[]")
        .section(Section.PROCESS, "[{\"pid\":1}]")
        .section(Section.STORAGE, "[]")
        .build();
  }
}
