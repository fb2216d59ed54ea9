package io.muster.api.allsmi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.EventReader;
import io.muster.api.Exchange;
import io.muster.api.fleet.TestFrame;
import io.muster.bus.EventTopic;
import io.muster.schema.event.EventKind;
import io.muster.schema.event.EventPhase;
import io.muster.schema.event.EventSubject;
import io.muster.schema.event.FleetEvent;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameSummary;
import io.muster.schema.json.WireJson;
import io.muster.testkit.AssertionPoller;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class StateStreamsIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final String TARGET = "/events?view=fleet";

  private final ApiNode node = ApiNode.start(ApiNode.config(Optional.empty(), 2));

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void get_streamsTheStateThenItsChanges() throws IOException {
    node.publish(frame("a", 1, 10));
    try (var reader = node.openEvents(TARGET)) {
      assertThat(reader.head()).startsWith("http/1.1 200 ok\n").contains("text/event-stream\n");
      node.publish(frame("a", 2, 20));
      node.publish(frame("b", 1, 30));

      var state = data(reader.next(), "state");
      assertThat(state.getInteger("v")).isEqualTo(1);
      assertThat(state.getJsonArray("hosts").getJsonObject(0).getString("host")).isEqualTo("a");
      assertThat(state.getJsonArray("values")).hasToString("[[1,[0,10,null],[]]]");
      var change = data(reader.next(), "tick");
      assertThat(change.getLong("seq")).isEqualTo(state.getLong("seq") + 1);
      assertThat(change.getJsonArray("values")).hasToString("[[1,[0,20,null],[]]]");
    }
  }

  @Test
  void get_fleetEvents_areStreamedWithoutAnId() throws IOException {
    var event =
        new FleetEvent(
            Optional.of(7L),
            "2026-08-08T12:34:56.789000Z",
            EventKind.GPU_LOST,
            EventPhase.BEGIN,
            Optional.empty(),
            EventSubject.ofGpu("a", "6e1131b4b9cc454aa6ce3294ab860b2d", "GPU-0"),
            Map.of());
    try (var reader = node.openEvents(TARGET)) {
      data(reader.next(), "state");
      EventTopic.on(node.vertx()).publish(List.of(event));

      assertThat(reader.next())
          .contains("event: change\ndata: " + new String(WireJson.bytes(event), UTF_8) + "\n\n");
    }
    assertThat(node.get("/metrics").body())
        .contains("muster_fleet_events_total{kind=\"gpu_lost\",phase=\"begin\"} 1.0\n");
  }

  @Test
  void get_beforeTheFirstFrame_streamsAStateWithoutHosts() throws IOException {
    try (var reader = node.openEvents(TARGET)) {
      assertThat(data(reader.next(), "state").getJsonArray("hosts")).isEmpty();
    }
  }

  @Test
  void get_lastEvent_continuesWithWhatWasMissed() throws IOException {
    node.publish(frame("a", 1, 10));
    String first;
    try (var reader = node.openEvents(TARGET)) {
      first = id(reader.next());
    }
    node.publish(frame("a", 2, 20));
    node.publish(frame("a", 3, 30));

    try (var reader = reopen(TARGET + "&replay=1", first)) {
      var missed = data(reader.next(), "tick");
      assertThat(missed.getLong("from") + 2).isEqualTo(missed.getLong("seq"));
      assertThat(missed.getJsonArray("values")).hasToString("[[1,[0,30,null],[]]]");
      node.publish(frame("a", 4, 40));
      assertThat(data(reader.next(), "tick").getJsonArray("values"))
          .hasToString("[[1,[0,40,null],[]]]");
    }
  }

  @Test
  void get_lastEventIsTheNewest_waitsForTheNext() throws IOException {
    node.publish(frame("a", 1, 10));
    String newest;
    try (var reader = node.openEvents(TARGET)) {
      newest = id(reader.next());
    }

    try (var reader = reopen(TARGET + "&replay=1", newest)) {
      node.publish(frame("a", 2, 20));
      assertThat(data(reader.next(), "tick").getJsonArray("values"))
          .hasToString("[[1,[0,20,null],[]]]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "2026-08-08T12:34:56Z", "0123456789abcdef-1"})
  void get_unknownLastEvent_sendsResetAndTheState(String lastEvent) throws IOException {
    node.publish(frame("a", 1, 10));

    try (var reader = reopen(TARGET + "&replay=1", lastEvent)) {
      assertThat(reader.next().orElseThrow()).startsWith("event: reset\ndata: {\"reason\":");
      assertThat(data(reader.next(), "state").getJsonArray("hosts")).hasSize(1);
    }
  }

  @Test
  void get_noReplayRequested_ignoresTheLastEvent() throws IOException {
    try (var reader = reopen(TARGET, "nonsense")) {
      assertThat(data(reader.next(), "state").getLong("seq")).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"&host=a", "&include=gpu", "&throttle=x", "&view=fleet"})
  void get_invalidParameter_isRejected(String parameter) {
    node.publish(frame("a", 1, 10));

    assertThat(node.get(TARGET + parameter).status()).isEqualTo(400);
    assertThat(node.get("/events?view=frames").status()).isEqualTo(400);
  }

  @Test
  void head_opensNoStream() {
    var response = node.send("HEAD", TARGET);

    assertThat(response.status()).isEqualTo(200);
    assertThat(node.sampleValue("muster_api_subscribers")).isZero();
  }

  @Test
  void get_overTheLimit_isRejectedUntilAStreamEnds() throws IOException {
    try (var first = node.openEvents(TARGET)) {
      data(first.next(), "state");
      try (var second = node.openEvents("/events")) {
        assertThat(second.head()).startsWith("http/1.1 200 ok\n");
        assertThat(node.get(TARGET).status()).isEqualTo(503);
      }
      awaitSubscribers(1);
    }
    awaitSubscribers(0);
  }

  @Test
  void get_stalledSubscriber_isSentOneChange() throws IOException {
    node.publish(frame("a", 1, 10));
    try (var reader = node.openEvents(TARGET)) {
      data(reader.next(), "state");
      for (int sequence = 2; sequence <= 20; sequence++) {
        node.publish(frame("a", sequence, sequence));
      }
      var last = data(reader.next(), "tick");
      while (!last.getJsonArray("values").toString().equals("[[1,[0,20,null],[]]]")) {
        last = data(reader.next(), "tick");
      }
    }
    AssertionPoller.awaitAssertion(
        TIMEOUT, () -> assertThat(node.sampleValue("muster_api_states_held")).isZero());
    assertThat(node.sampleValue("muster_api_states_offered_total")).isEqualTo(20);
  }

  private void awaitSubscribers(int number) {
    AssertionPoller.awaitAssertion(
        TIMEOUT, () -> assertThat(node.sampleValue("muster_api_subscribers")).isEqualTo(number));
  }

  private EventReader reopen(String target, String lastEvent) throws IOException {
    var socket = Exchange.connect(node.mainAddress());
    var request = "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: " + lastEvent;
    socket.getOutputStream().write((request + "\r\n\r\n").getBytes(UTF_8));
    return EventReader.of(socket);
  }

  private static JsonObject data(Optional<String> event, String name) {
    var text = event.orElseThrow();
    assertThat(text).startsWith("event: " + name + "\nid: ");
    return new JsonObject(text.substring(text.indexOf("\ndata: ") + 7));
  }

  private static String id(Optional<String> event) {
    var text = event.orElseThrow();
    return text.substring(text.indexOf("\nid: ") + 5, text.indexOf("\ndata: "));
  }

  private static EncodedFrame frame(String host, int sequence, double cpuPercent) {
    return TestFrame.of(host)
        .sequence(sequence)
        .summary(
            new FrameSummary(
                0,
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.of(cpuPercent),
                OptionalDouble.empty()))
        .build();
  }
}
