package io.muster.api.fanout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.EventReader;
import io.muster.api.Exchange;
import io.muster.api.fleet.TestFrame;
import io.muster.bus.FrameTopic;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.Section;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(180)
class ReplayIT {
  private static final int RING_BYTES = 1 << 20;

  private final ApiNode node = ApiNode.start();

  @AfterEach
  void close() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/events?replay=1", "/events?replay=true&host=a"})
  void get_lastEventOfAReplayStream_continuesAfterIt(String target) throws IOException {
    publish(frame("a", 1), frame("a", 2), frame("a", 3));

    try (var reader = open(target, "2026-08-08T12:34:56.789000Z")) {
      publish(frame("a", 4));

      assertThat(ids(reader, 3)).containsExactly(id(2), id(3), id(4));
    }
  }

  @Test
  void get_lastEventOfAPlainStream_continuesAfterIt() throws IOException {
    publish(frame("a", 1), frame("a", 2), frame("a", 3));

    try (var reader = open("/events?replay=1", "2026-08-08T12:34:59Z")) {
      assertThat(ids(reader, 1)).containsExactly(id(3));
    }
  }

  @Test
  void get_lastEventIsTheNewest_waitsForTheNext() throws IOException {
    publish(frame("a", 1), frame("a", 2));

    try (var reader = open("/events?replay=1", "2026-08-08T12:34:59.789000Z")) {
      publish(frame("a", 3));
      assertThat(ids(reader, 1)).containsExactly(id(3));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "nonsense, not an id",
    "42, an integer",
    "2020-01-01T00:00:00Z, in the past",
    "2099-01-01T00:00:00Z, in the future",
    "2026-08-08T12:34:57Z, between two frames",
    "+999999999-12-31T23:59:59.999999999Z, the last instant"
  })
  void get_unknownLastEvent_sendsResetAndTheNewest(String lastEvent, String description)
      throws IOException {
    publish(frame("a", 1), frame("a", 2));

    try (var reader = open("/events?replay=1", lastEvent)) {
      assertThat(reader.next().orElseThrow()).as(description).startsWith("event: reset\ndata: {");
      assertThat(ids(reader, 1)).containsExactly(id(2));
      publish(frame("a", 3));
      assertThat(ids(reader, 1)).containsExactly(id(3));
    }
  }

  @Test
  void get_noReplayRequested_ignoresTheLastEvent() throws IOException {
    publish(frame("a", 1), frame("a", 2));

    try (var reader = open("/events", "2026-08-08T12:34:56.789000Z")) {
      publish(frame("a", 3));
      assertThat(reader.next().orElseThrow()).contains("id: 2026-08-08T12:35:02Z\n");
    }
  }

  @Test
  void get_moreMissedThanTheRingStores_sendsReset() throws IOException {
    publish(frame("a", 1), frame("a", 2));
    for (int sequence = 3; sequence <= 12; sequence++) {
      publish(largeFrame("a", sequence, RING_BYTES / 8));
    }

    try (var reader = open("/events?replay=1&include=cpu", "2026-08-08T12:34:59.789000Z")) {
      assertThat(reader.next().orElseThrow()).startsWith("event: reset\n");
      assertThat(ids(reader, 1)).containsExactly(id(12));
    }
    try (var reader = open("/events?replay=1&include=cpu", id(11))) {
      assertThat(ids(reader, 1)).as("the last frames are still stored").containsExactly(id(12));
    }
  }

  @Test
  void get_afterARestartOfTheNode_sendsResetWhateverItsClock() throws IOException {
    publish(frame("a", 1));
    try (var another = ApiNode.start()) {
      another.publish(frame("a", 500)); // its clock is ahead of the other node's
      another.publish(frame("a", 503));

      try (var reader = open(another, "/events?replay=1", id(499))) {
        assertThat(reader.next().orElseThrow()).startsWith("event: reset\n");
        assertThat(ids(reader, 1)).containsExactly(id(503));
      }
    }
  }

  @Test
  void get_collectorWhoseClockWasSetBack_missesNothing() throws IOException {
    publish(frame("a", 100), frame("a", 101));
    publish(TestFrame.of("a").boot(2_000).at(TestFrame.AT).build());

    try (var reader = open("/events?replay=1&host=a", id(101))) {
      assertThat(ids(reader, 1)).containsExactly(id(1));
    }
  }

  @Test
  void get_fleetWhoseLateHostCompletesATick_missesNothing() throws IOException {
    publish(frame("a", 1), frame("b", 1));
    try (var live = open("/events?replay=1", "")) {
      publish(frame("a", 2));
      var first = nextSnapshot(live);
      assertThat(first).contains("\"a2\"", "\"b1\"");
      publish(frame("b", 2));
      var second = nextSnapshot(live);
      assertThat(second).contains("\"a2\"", "\"b2\"").contains(idOf(first));

      try (var back = open("/events?replay=1", idOf(first))) {
        assertThat(nextSnapshot(back)).isEqualTo(second);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void reconnect_atRandomMoments_missesNothingAndGetsNothingTwice(long seed) throws IOException {
    var random = new Random(seed);
    try (var many = ApiNode.start(ApiNode.configWithEventLoops(3))) {
      many.publish(frame("a", 1));
      var received = new ArrayList<String>();
      received.add(id(1));
      var sequence = 1;
      while (sequence < 120) {
        try (var reader = open(many, "/events?replay=1", received.get(received.size() - 1))) {
          var burst = random.nextInt(6);
          for (int i = 0; i < burst; i++) {
            sequence++;
            publishWithoutWaiting(many, frame("a", sequence));
          }
          received.addAll(ids(reader, Math.min(random.nextInt(6), sequence - received.size())));
        }
      }
      try (var reader = open(many, "/events?replay=1", received.get(received.size() - 1))) {
        received.addAll(ids(reader, sequence - received.size()));
      }

      assertThat(received).hasSize(sequence).doesNotHaveDuplicates().isSorted();
    }
  }

  @Test
  void disconnect_beforeTheReplayIsRead_countsItAsLost() throws IOException {
    for (int sequence = 1; sequence <= 7; sequence++) {
      publish(largeFrame("a", sequence, RING_BYTES / 20));
    }
    try (var socket = new Socket()) {
      socket.setReceiveBufferSize(4 * 1024);
      socket.connect(new InetSocketAddress(node.mainAddress().host(), node.mainAddress().port()));
      request(socket, "/events?replay=1&include=process", id(1));
      awaitGauge("muster.api.subscribers", 1);
    }
    awaitGauge("muster.api.subscribers", 0);

    assertThat(node.sampleValue("muster_api_events_held")).isZero();
    assertThat(node.sampleValue("muster_api_events_offered_total")).isEqualTo(6);
  }

  private void awaitGauge(String gauge, double expected) {
    var value = node.meters().get(gauge).gauge();
    for (int attempt = 0; attempt < 10_000 && value.value() != expected; attempt++) {
      node.get("/-/ready");
    }
    assertThat(value.value()).isEqualTo(expected);
  }

  private void publish(EncodedFrame... frames) {
    for (var frame : frames) {
      node.publish(frame);
    }
  }

  /** Publishes a frame without waiting until the node has stored it. */
  private static void publishWithoutWaiting(ApiNode node, EncodedFrame frame) {
    FrameTopic.on(node.vertx()).publish(frame);
  }

  private EventReader open(String target, String lastEvent) throws IOException {
    return open(node, target, lastEvent);
  }

  private static EventReader open(ApiNode node, String target, String lastEvent)
      throws IOException {
    var socket = Exchange.connect(node.mainAddress());
    request(socket, target, lastEvent);
    return EventReader.of(socket);
  }

  private static void request(Socket socket, String target, String lastEvent) throws IOException {
    var header = lastEvent.isEmpty() ? "" : "Last-Event-ID: " + lastEvent + "\r\n";
    socket
        .getOutputStream()
        .write(
            ("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n")
                .getBytes(UTF_8));
  }

  private static List<String> ids(EventReader reader, int number) throws IOException {
    var ids = new ArrayList<String>();
    for (int i = 0; i < number; i++) {
      ids.add(idOf(nextSnapshot(reader)));
    }
    return ids;
  }

  private static String nextSnapshot(EventReader reader) throws IOException {
    var event = reader.next().orElseThrow();
    assertThat(event).startsWith("event: snapshot\n");
    return event;
  }

  private static String idOf(String event) {
    return event.substring(event.indexOf("\nid: ") + 5, event.indexOf("\ndata: "));
  }

  private static String id(int sequence) {
    Instant at = TestFrame.AT.plus(Duration.ofSeconds(3L * (sequence - 1)));
    return at.toString().replace("789Z", "789000Z");
  }

  private static EncodedFrame frame(String host, int sequence) {
    return TestFrame.of(host)
        .sequence(sequence)
        .section(Section.GPU, "[{\"n\":\"" + host + sequence + "\"}]")
        .build();
  }

  private static EncodedFrame largeFrame(String host, int sequence, int bytes) {
    return TestFrame.of(host)
        .sequence(sequence)
        .section(Section.PROCESS, "[{\"text\":\"" + "x".repeat(bytes) + "\"}]")
        .build();
  }
}
