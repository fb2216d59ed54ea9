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

@Timeout(60)
class CrowdIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int EVENT_LOOPS = 3;
  private static final String BIG = "/events?include=process";

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
  void publish_toManyOfWhomSomeDoNotRead_reachesAllOthersInOrderAndOnce(int readers, int frames)
      throws IOException {
    node.get("/snapshot");
    var filesBefore = openFiles();
    try (var crowd = new Crowd(node.main())) {
      var reading = members(crowd, readers);
      var silent = List.of(crowd.joinIdle(BIG), crowd.joinIdle(BIG));
      var slow = crowd.joinIdle(BIG);
      assertThat(crowd.readUntil(() -> open() == readers + 3, PATIENCE)).isTrue();

      for (int sequence = 1; sequence <= frames; sequence++) {
        publish(frame(sequence));
        crowd.read(slow, 4096);
        var told = sequence;
        assertThat(crowd.readUntil(() -> all(reading, told), PATIENCE)).isTrue();
      }

      var expected = ids(1, frames);
      assertThat(reading).allSatisfy(member -> assertThat(member.events()).isEqualTo(expected));
      assertThat(silent).allSatisfy(member -> assertThat(member.events()).isEmpty());
      assertThat(slow.events())
          .as("reads slowly")
          .isSubsetOf(with(expected, "event: lag"))
          .isNotEmpty();
      assertThat(count("delivered")).isGreaterThanOrEqualTo((double) readers * frames);
    }
    assertThat(untilGone()).as("subscribers that never leave").isZero();
    assertThat(gauge("held")).as("offered = delivered + throttled + dropped + held").isZero();
    assertThat(count("offered")).isEqualTo((readers + 3.0) * frames);
    assertThat(untilFiles(filesBefore)).as("open files").isLessThanOrEqualTo(filesBefore);
  }

  @Test
  void publish_onEveryEventLoop_throttlesAndKeepsAlive() throws IOException {
    try (var crowd = new Crowd(node.main())) {
      var all = members(crowd, EVENT_LOOPS * 3, "/events?heartbeat=7");
      var throttled = members(crowd, EVENT_LOOPS * 3, "/events?throttle=6");
      assertThat(crowd.readUntil(() -> open() == EVENT_LOOPS * 6, PATIENCE)).isTrue();
      for (int sequence = 1; sequence <= 5; sequence++) {
        publish(frame(sequence));
        var told = sequence;
        assertThat(crowd.readUntil(() -> all(all, told), PATIENCE)).isTrue();
        assertThat(crowd.readUntil(() -> all(throttled, (told + 1) / 2), PATIENCE)).isTrue();
        assertThat(crowd.readUntil(() -> gauge("held") == 0, PATIENCE)).isTrue();
        node.nanos().advance(Duration.ofMillis(2_990));
      }

      assertThat(throttled)
          .allSatisfy(member -> assertThat(member.events()).containsExactly(id(1), id(3), id(5)));
      node.nanos().advance(Duration.ofSeconds(7));
      assertThat(crowd.readUntil(() -> all(all, 6), PATIENCE)).isTrue();
      assertThat(all)
          .allSatisfy(member -> assertThat(member.events()).last().isEqualTo(": keep-alive"));
    }
  }

  @Test
  void publish_isSeenBySnapshotOnEveryEventLoopAtOnce() {
    for (int sequence = 1; sequence <= 20; sequence++) {
      publish(frame(sequence));
      for (int connection = 0; connection < EVENT_LOOPS; connection++) {
        assertThat(node.get("/snapshot").json().getString("timestamp")).isEqualTo(id(sequence));
      }
    }
  }

  private static List<Crowd.Member> members(Crowd crowd, int number) throws IOException {
    return members(crowd, number, "/events?include=gpu");
  }

  private static List<Crowd.Member> members(Crowd crowd, int number, String target)
      throws IOException {
    var members = new ArrayList<Crowd.Member>();
    for (int i = 0; i < number; i++) {
      members.add(crowd.join(target));
    }
    return members;
  }

  private static boolean all(List<Crowd.Member> members, int events) {
    return members.stream().allMatch(member -> member.events().size() >= events);
  }

  private double open() {
    return node.meters().get("muster.api.subscribers").gauge().value();
  }

  private double gauge(String name) {
    return node.meters().get("muster.api.events." + name).gauge().value();
  }

  private double count(String name) {
    return node.meters().get("muster.api.events." + name).functionCounter().count();
  }

  /** Returns when the one context that takes frames in has taken this one. */
  private void publish(EncodedFrame frame) {
    var accepted = node.meters().get("muster.api.frames.accepted").functionCounter();
    var before = accepted.count();
    node.publish(frame);
    for (int attempt = 0; attempt < 10_000 && accepted.count() == before; attempt++) {
      node.get("/-/ready");
    }
    assertThat(accepted.count()).isEqualTo(before + 1);
  }

  private double untilGone() {
    for (int attempt = 0; attempt < 10_000 && open() > 0; attempt++) {
      node.get("/-/ready");
    }
    return open();
  }

  private long untilFiles(long wanted) {
    for (int attempt = 0; attempt < 10_000 && openFiles() > wanted; attempt++) {
      node.get("/-/ready");
    }
    return openFiles();
  }

  private static long openFiles() {
    var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getOpenFileDescriptorCount();
  }

  private static List<String> ids(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(CrowdIT::id).toList();
  }

  private static List<String> with(List<String> events, String another) {
    return Stream.concat(events.stream(), Stream.of(another)).toList();
  }

  private static String id(int sequence) {
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
