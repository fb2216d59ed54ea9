package io.muster.api.allsmi;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.muster.api.ApiNode;
import io.muster.api.EventReader;
import io.muster.api.Exchange;
import io.muster.api.fleet.TestFrame;
import io.muster.runtime.config.HostPort;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.Section;
import io.muster.testkit.AssertionPoller;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class EventsEndpointIT {
  private final ApiNode node = ApiNode.start(ApiNode.config(Optional.empty(), 2));

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void get_streamsEachFrameAsOneEvent() throws IOException {
    try (var reader = node.openEvents("/events")) {
      assertThat(reader.head())
          .startsWith("http/1.1 200 ok\n")
          .contains(
              "content-type: text/event-stream\n",
              "cache-control: no-store\n",
              "x-accel-buffering: no\n",
              "transfer-encoding: chunked\n");

      node.publish(frame("gpu-01", 1));
      node.publish(frame("gpu-01", 2));
      node.publish(frame("gpu-01", 2));
      node.publish(frame("gpu-01", 3));

      assertThat(reader.next()).contains(event("gpu-01", "12:34:56Z"));
      assertThat(reader.next()).contains(event("gpu-01", "12:34:59Z"));
      assertThat(reader.next()).contains(event("gpu-01", "12:35:02Z"));
    }
  }

  @Test
  void get_include_streamsTheNamedSections() throws IOException {
    try (var reader = node.openEvents("/events?include=disk%2C+cpus")) {
      node.publish(frame("gpu-01", 1));

      assertThat(reader.next().orElseThrow())
          .endsWith(
              "data: {\"hostname\":\"gpu-01\",\"schema\":1,\"storage\":[],"
                  + "\"timestamp\":\"2026-08-08T12:34:56Z\"}\n\n");
    }
  }

  @Test
  void get_sameAsSnapshot_isTheSameJson() throws IOException {
    try (var reader = node.openEvents("/events")) {
      node.publish(frame("gpu-01", 1));

      assertThat(reader.next().orElseThrow())
          .contains("data: " + node.get("/snapshot").body() + "\n");
    }
  }

  @Test
  void get_ofOneHost_streamsThatHostOnly() throws IOException {
    node.publish(frame("a", 1));
    node.publish(frame("b", 1));
    try (var reader = node.openEvents("/events?host=b")) {
      node.publish(frame("a", 2));
      node.publish(frame("b", 2));

      assertThat(reader.next()).contains(event("b", "12:34:59Z"));
    }
  }

  @Test
  void get_fleet_streamsOneEventForATickOfAllHosts() throws IOException {
    node.publish(frame("a", 1));
    node.publish(frame("b", 1));
    try (var reader = node.openEvents("/events?include=gpu")) {
      node.publish(frame("a", 2));
      node.publish(frame("b", 2));
      node.publish(frame("a", 3));
      node.publish(frame("b", 3));

      assertThat(reader.next().orElseThrow()).contains("\"fleet-1\"", "id: 2026-08-08T12:34:59Z");
      assertThat(reader.next().orElseThrow()).contains("\"fleet-1\"", "id: 2026-08-08T12:35:02Z");
    }
  }

  @Test
  void get_throttle_skipsFrames() throws IOException {
    try (var reader = node.openEvents("/events?throttle=6")) {
      for (int sequence = 1; sequence <= 5; sequence++) {
        node.publish(frame("a", sequence));
        node.nanos().advance(Duration.ofMillis(2_990));
      }

      assertThat(reader.next()).contains(event("a", "12:34:56Z"));
      assertThat(reader.next()).contains(event("a", "12:35:02Z"));
      assertThat(reader.next()).contains(event("a", "12:35:08Z"));
    }
  }

  @Test
  void get_noFrames_sendsAComment() throws IOException {
    try (var reader = node.openEvents("/events?heartbeat=7")) {
      node.nanos().advance(Duration.ofSeconds(7));

      assertThat(reader.next()).contains(": keep-alive\n\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "throttle=-1",
        "throttle=1.5",
        "throttle=abc",
        "throttle=",
        "throttle=18446744073709551616",
        "heartbeat=x"
      })
  void get_unparsableNumber_is400(String query) {
    var response = node.get("/events?" + query);

    assertThat(response.status()).isEqualTo(400);
    assertThat(response.header("content-type")).contains("text/plain; charset=utf-8");
    assertThat(response.body())
        .isEqualTo(
            "Failed to deserialize query string: "
                + query.substring(0, query.indexOf('='))
                + ": invalid digit found in string");
    assertThat(node.sampleValue("muster_api_subscribers")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"throttle=1&throttle=1", "heartbeat=1&heartbeat=2", "include=&include="})
  void get_knownParameterTwice_is400(String query) {
    assertThat(node.get("/events?" + query).status()).isEqualTo(400);
    assertThat(node.get("/events?" + query).body())
        .isEqualTo(
            "Failed to deserialize query string: duplicate field `"
                + query.substring(0, query.indexOf('='))
                + "`");
  }

  @ParameterizedTest
  @ValueSource(strings = {"throttle=18446744073709551615", "heartbeat=0", "throttle=0&x=1&x=2"})
  void get_extremeNumber_isClamped(String query) throws IOException {
    try (var reader = node.openEvents("/events?" + query)) {
      node.publish(frame("a", 1));

      assertThat(reader.next()).contains(event("a", "12:34:56Z"));
    }
  }

  @Test
  void get_unknownHost_is404() {
    var response = node.get("/events?host=missing");

    assertThat(response.status()).isEqualTo(404);
    assertThat(response.body()).isEqualTo("unknown host 'missing'");
  }

  @Test
  void get_overTheLimit_is503UntilASubscriberDisconnects() throws IOException {
    var first = node.openEvents("/events");
    try (var second = node.openEvents("/events")) {
      var rejected = node.get("/events");

      assertThat(rejected.status()).isEqualTo(503);
      assertThat(rejected.header("content-type")).contains("application/json");
      assertThat(rejected.header("cache-control")).contains("no-store");
      assertThat(rejected.header("retry-after")).contains("5");
      assertThat(rejected.header("x-accel-buffering")).isEmpty();
      assertThat(rejected.json().getString("error")).isEqualTo("subscriber_cap_exceeded");
      assertThat(rejected.json().getString("message")).startsWith("SSE subscriber cap 2 reached; ");
      assertThat(node.get("/events?throttle=x").status()).as("checked first").isEqualTo(400);

      first.close();
      try (var third = openWhenFree()) {
        node.publish(frame("a", 1));
        assertThat(third.next()).contains(event("a", "12:34:56Z"));
        assertThat(second.next()).contains(event("a", "12:34:56Z"));
      }
    }
  }

  @Test
  void get_manyAtOnceOnAllEventLoops_admitsExactlyTheLimit() throws IOException {
    var settings = Map.of("api.event_loops", "4", "api.max_subscribers", "5");
    try (var manyLoops = ApiNode.start(ApiNode.config(settings))) {
      for (int round = 0; round < 20; round++) {
        assertThat(statusesOfConcurrentRequests(manyLoops.mainAddress(), 40))
            .containsOnly(entry(200, 5L), entry(503, 35L));
        AssertionPoller.awaitAssertion(
            Duration.ofMinutes(1),
            () -> assertThat(manyLoops.sampleValue("muster_api_subscribers")).isZero());
      }
    }
  }

  @Test
  void head_returnsTheHeadAndAddsNoSubscriber() {
    for (int i = 0; i < 3; i++) {
      var response = node.send("HEAD", "/events");
      assertThat(response.status()).isEqualTo(200);
      assertThat(response.header("content-type")).contains("text/event-stream");
      assertThat(response.body()).isEmpty();
    }
    assertThat(node.sampleValue("muster_api_subscribers")).isZero();
  }

  /** Returns the number of responses by status. */
  private static Map<Integer, Long> statusesOfConcurrentRequests(HostPort server, int number)
      throws IOException {
    var sockets = new ArrayList<Socket>();
    try {
      for (int client = 0; client < number; client++) {
        sockets.add(Exchange.connect(server));
      }
      for (var socket : sockets) {
        var request = "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(US_ASCII));
      }
      var statuses = new HashMap<Integer, Long>();
      for (var socket : sockets) {
        var head = new String(socket.getInputStream().readNBytes(12), US_ASCII);
        statuses.merge(Integer.parseInt(head.substring(9)), 1L, Long::sum);
      }
      return statuses;
    } finally {
      for (var socket : sockets) {
        socket.close();
      }
    }
  }

  /** Retries until the server has closed a stream: each request makes it process events. */
  private EventReader openWhenFree() throws IOException {
    for (int attempt = 0; attempt < 1_000; attempt++) {
      var reader = node.openEvents("/events");
      if (reader.head().startsWith("http/1.1 200")) {
        return reader;
      }
      reader.close();
    }
    throw new AssertionError("the stream of a disconnected client was never released");
  }

  private static String event(String host, String time) {
    return "event: snapshot\nid: 2026-08-08T"
        + time
        + "\ndata: {\"gpus\":[{\"host_id\":\""
        + host
        + "\"}],\"hostname\":\""
        + host
        + "\",\"schema\":1,\"timestamp\":\"2026-08-08T"
        + time
        + "\"}\n\n";
  }

  private static EncodedFrame frame(String host, long sequence) {
    return TestFrame.of(host)
        .sequence(sequence)
        .section(Section.GPU, "[{\"host_id\":\"" + host + "\"}]")
        .section(Section.STORAGE, "[]")
        .build();
  }
}
