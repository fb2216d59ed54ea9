package io.muster.api.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.muster.api.ApiNode;
import io.muster.api.fleet.TestFrame;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.Section;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(180)
class ManySubscribersIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int EVENT_LOOPS = 3;
  private static final String WITH_PROCESSES = "/events?include=process";

  private final ApiNode node =
      ApiNode.start(
          ApiNode.config(
              Map.of(
                  "api.event_loops", Integer.toString(EVENT_LOOPS), "api.max_subscribers", "0")));

  @AfterEach
  void close() {
    node.close();
  }

  @ParameterizedTest
  @CsvSource({"50, 120", "1000, 30"})
  void publish_someSubscribersDoNotRead_reachesOthersInOrderAndOnce(int readers, int frames)
      throws IOException {
    node.get("/snapshot");
    var filesBefore = openFiles();
    try (var clients = new EventClients(node.mainAddress())) {
      var reading = connect(clients, readers);
      var silent =
          List.of(clients.connectIdle(WITH_PROCESSES), clients.connectIdle(WITH_PROCESSES));
      var slow = clients.connectIdle(WITH_PROCESSES);
      assertThat(clients.readUntil(() -> openSubscribers() == readers + 3, TIMEOUT)).isTrue();

      for (int sequence = 1; sequence <= frames; sequence++) {
        publish(frame(sequence));
        clients.read(slow, 4096);
        var published = sequence;
        assertThat(clients.readUntil(() -> haveReceived(reading, published), TIMEOUT)).isTrue();
      }

      var expected = ids(1, frames);
      assertThat(reading).allSatisfy(client -> assertThat(client.events()).isEqualTo(expected));
      assertThat(silent).allSatisfy(client -> assertThat(client.events()).isEmpty());
      assertThat(slow.events())
          .as("reads slowly")
          .isSubsetOf(append(expected, "event: lag"))
          .isNotEmpty();
      assertThat(count("delivered")).isGreaterThanOrEqualTo((double) readers * frames);
    }
    assertThat(awaitNoSubscribers()).as("subscribers that remain").isZero();
    assertThat(gauge("held")).as("offered = delivered + throttled + dropped + held").isZero();
    assertThat(count("offered")).isEqualTo((readers + 3.0) * frames);
    assertThat(awaitOpenFiles(filesBefore)).as("open files").isLessThanOrEqualTo(filesBefore);
  }

  @Test
  void publish_onEveryEventLoop_throttlesAndKeepsAlive() throws IOException {
    try (var clients = new EventClients(node.mainAddress())) {
      var all = connect(clients, EVENT_LOOPS * 3, "/events?heartbeat=7");
      var throttled = connect(clients, EVENT_LOOPS * 3, "/events?throttle=6");
      assertThat(clients.readUntil(() -> openSubscribers() == EVENT_LOOPS * 6, TIMEOUT)).isTrue();
      for (int sequence = 1; sequence <= 5; sequence++) {
        publish(frame(sequence));
        var published = sequence;
        assertThat(clients.readUntil(() -> haveReceived(all, published), TIMEOUT)).isTrue();
        assertThat(clients.readUntil(() -> haveReceived(throttled, (published + 1) / 2), TIMEOUT))
            .isTrue();
        assertThat(clients.readUntil(() -> gauge("held") == 0, TIMEOUT)).isTrue();
        node.nanos().advance(Duration.ofMillis(2_990));
      }

      assertThat(throttled)
          .allSatisfy(
              client ->
                  assertThat(client.events()).containsExactly(eventId(1), eventId(3), eventId(5)));
      node.nanos().advance(Duration.ofSeconds(7));
      assertThat(clients.readUntil(() -> haveReceived(all, 6), TIMEOUT)).isTrue();
      assertThat(all)
          .allSatisfy(client -> assertThat(client.events()).last().isEqualTo(": keep-alive"));
    }
  }

  @Test
  void publish_newFrame_isInSnapshotsOfEveryEventLoopAtOnce() {
    for (int sequence = 1; sequence <= 20; sequence++) {
      publish(frame(sequence));
      for (int connection = 0; connection < EVENT_LOOPS; connection++) {
        assertThat(node.get("/snapshot").json().getString("timestamp"))
            .isEqualTo(eventId(sequence));
      }
    }
  }

  private static List<EventClients.EventClient> connect(EventClients clients, int number)
      throws IOException {
    return connect(clients, number, "/events?include=gpu");
  }

  private static List<EventClients.EventClient> connect(
      EventClients clients, int number, String target) throws IOException {
    var connected = new ArrayList<EventClients.EventClient>();
    for (int i = 0; i < number; i++) {
      connected.add(clients.connect(target));
    }
    return connected;
  }

  private static boolean haveReceived(List<EventClients.EventClient> members, int events) {
    return members.stream().allMatch(client -> client.events().size() >= events);
  }

  private double openSubscribers() {
    return node.meters().get("muster.api.subscribers").gauge().value();
  }

  private double gauge(String name) {
    return node.meters().get("muster.api.events." + name).gauge().value();
  }

  private double count(String name) {
    return node.meters().get("muster.api.events." + name).counter().count();
  }

  /** Publishes a frame; returns when the owner context has stored it. */
  private void publish(EncodedFrame frame) {
    var accepted = node.meters().get("muster.api.frames.accepted").counter();
    var before = accepted.count();
    node.publish(frame);
    for (int attempt = 0; attempt < 10_000 && accepted.count() == before; attempt++) {
      node.get("/-/ready");
    }
    assertThat(accepted.count()).isEqualTo(before + 1);
  }

  private double awaitNoSubscribers() {
    for (int attempt = 0; attempt < 10_000 && openSubscribers() > 0; attempt++) {
      node.get("/-/ready");
    }
    return openSubscribers();
  }

  private long awaitOpenFiles(long maxFiles) {
    for (int attempt = 0; attempt < 10_000 && openFiles() > maxFiles; attempt++) {
      node.get("/-/ready");
    }
    return openFiles();
  }

  private static long openFiles() {
    var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getOpenFileDescriptorCount();
  }

  private static List<String> ids(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(ManySubscribersIT::eventId).toList();
  }

  private static List<String> append(List<String> events, String another) {
    return Stream.concat(events.stream(), Stream.of(another)).toList();
  }

  private static String eventId(int sequence) {
    return TestFrame.AT.plusSeconds(3L * (sequence - 1)).toString().substring(0, 19) + "Z";
  }

  private static EncodedFrame frame(int sequence) {
    return TestFrame.of("a")
        .sequence(sequence)
        .section(Section.GPU, "[{\"n\":" + sequence + "}]")
        .section(Section.PROCESS, "[{\"text\":\"" + "x".repeat(64 * 1024) + "\"}]")
        .build();
  }
}
