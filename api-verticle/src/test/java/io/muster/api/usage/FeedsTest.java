package io.muster.api.usage;

import static io.muster.api.usage.TestVitals.gpu;
import static io.muster.api.usage.TestVitals.silentGpu;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.usage.Stage.Client;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FeedsTest {
  private static final int CROWD = 500;

  private final Stage stage = new Stage();

  @Test
  void beat_fiveHundredClients_costOneSamplingAndOneMessage() {
    var crowd = crowd(CROWD, 5);
    assertThat(stage.collector().samplings()).isEqualTo(1);
    assertThat(distinctMessages(crowd)).isEqualTo(3);

    stage.advance(ofSeconds(5));

    assertThat(stage.collector().samplings()).isEqualTo(2);
    assertThat(stage.timers()).isEqualTo(1);
    assertThat(distinctMessages(crowd)).isEqualTo(1);
  }

  @Test
  void join_whileTheHostIsAsked_waitsForTheSameAnswer() {
    stage.collector().slow(true);
    var crowd = crowd(CROWD, 5);
    stage.advance(ofSeconds(1));

    stage.collector().answer();

    assertThat(stage.collector().samplings()).isEqualTo(1);
    assertThat(crowd)
        .allSatisfy(
            client ->
                assertThat(client.kinds())
                    .containsExactly("subscribed", "system_info", "usage_update"));
  }

  @Test
  void join_shortlyAfterAnother_getsTheSharedSampleAtOnce() {
    var first = stage.subscribe(Stage.HOST, 5);
    stage.advance(ofMillis(400));
    var second = stage.subscribe(Stage.HOST, 5);

    assertThat(stage.collector().samplings()).isEqualTo(1);
    assertThat(second.texts()).isEqualTo(first.texts());
  }

  @Test
  void join_atAnyTime_isInStepWithItsIntervalAfterTheFirstUpdate() {
    var early = stage.subscribe(Stage.HOST, 5);
    stage.advance(ofSeconds(3));
    var late = stage.subscribe(Stage.HOST, 5);
    early.texts();
    late.texts();
    stage.collector().says(TestVitals.of().cpuPercent(OptionalDouble.of(7)));

    stage.advance(ofMillis(1_800));
    assertThat(early.texts()).isEmpty();
    stage.advance(ofMillis(100));

    assertThat(early.texts()).singleElement().asString().contains("\"cpu_percent\":7.0,");
    assertThat(late.kinds()).containsExactly("usage_update");
  }

  @Test
  void beat_severalIntervals_shareTheSampling() {
    var each = stage.subscribe(Stage.HOST, 1);
    var fifth = stage.subscribe(Stage.HOST, 5);
    var minute = stage.subscribe(Stage.HOST, 60);
    List.of(each, fifth, minute).forEach(Client::texts);

    stage.advance(ofSeconds(60));

    assertThat(each.texts()).hasSize(60);
    assertThat(fifth.texts()).hasSize(12);
    assertThat(minute.texts()).hasSize(1);
    assertThat(stage.collector().samplings()).isEqualTo(61);
    assertThat(stage.timers()).isEqualTo(1);
  }

  @Test
  void beat_sampleThatAClientHas_isNotSentAgain() {
    stage.advance(ofMillis(700));
    var client = stage.subscribe(Stage.HOST, 1);
    client.texts();

    stage.advance(ofMillis(200));
    assertThat(client.texts()).isEmpty();
    stage.advance(ofSeconds(1));

    assertThat(client.kinds()).containsExactly("usage_update");
  }

  @Test
  void beat_otherHost_isAskedForItself() {
    stage.collector("b").says(TestVitals.of().cpus(2));
    var here = stage.subscribe(Stage.HOST, 5);
    var there = stage.subscribe("b", 5);

    assertThat(here.texts().get(1)).contains("\"cpu_count\":16,", "\"host\":\"gpu-server-01\"");
    assertThat(there.texts().get(1)).contains("\"cpu_count\":2,", "\"host\":\"b\"");
    assertThat(stage.watched()).isEqualTo(2);
    assertThat(stage.timers()).isEqualTo(1);
  }

  @Test
  void beat_nobodyWatches_asksNobody() {
    var client = stage.subscribe(Stage.HOST, 1);
    client.session().closed();

    stage.advance(ofSeconds(60));

    assertThat(stage.collector().samplings()).isEqualTo(1);
    assertThat(stage.timers()).isZero();
  }

  @Test
  void beat_hostGoesSilent_isToldOnceAndNoNumbersFollowUntilItIsBack() {
    var client = stage.subscribe(Stage.HOST, 5);
    client.texts();

    stage.collector().silent(true);
    stage.advance(ofSeconds(30));
    assertThat(client.texts())
        .containsExactly("{\"status\":\"stale\",\"host\":\"gpu-server-01\",\"since\":1678901220}");
    stage.collector().silent(false);
    stage.advance(ofSeconds(1));

    assertThat(client.texts())
        .singleElement()
        .asString()
        .startsWith("{\"type\":\"usage_update\"")
        .contains("\"timestamp\":" + stage.now().getEpochSecond() + ",");
    var newest = stage.now().getEpochSecond();
    stage.collector().silent(true);
    stage.advance(ofSeconds(10));
    assertThat(client.texts()).singleElement().asString().endsWith("\"since\":" + newest + "}");
  }

  @Test
  void join_silentHost_isConfirmedThenStale_andTheSystemComesBeforeTheFirstUpdate() {
    stage.hear(Stage.HOST, Instant.ofEpochSecond(1_678_900_000));
    stage.collector().silent(true);
    var client = stage.subscribe(Stage.HOST, 60);

    assertThat(client.texts())
        .containsExactly(
            "{\"status\":\"subscribed\"}",
            "{\"status\":\"stale\",\"host\":\"gpu-server-01\",\"since\":1678900000}");
    stage.advance(ofSeconds(10));
    assertThat(client.texts()).isEmpty();
    stage.collector().silent(false);
    stage.advance(ofSeconds(1));

    assertThat(client.kinds()).containsExactly("system_info", "usage_update");
  }

  @Test
  void join_hostThatWasNeverHeard_doesNotTellSinceWhen() {
    stage.collector().silent(true);

    assertThat(stage.subscribe(Stage.HOST, 5).texts())
        .endsWith("{\"status\":\"stale\",\"host\":\"gpu-server-01\"}");
  }

  @Test
  void join_whileTheHostIsKnownToBeSilent_isToldToo() {
    stage.collector().silent(true);
    stage.subscribe(Stage.HOST, 5);

    var another = stage.subscribe(Stage.HOST, 5);
    assertThat(another.kinds()).containsExactly("subscribed", "stale");
    another.says("subscribe:usage");

    assertThat(another.kinds()).containsExactly("subscribed", "stale");
  }

  @Test
  void beat_hostThatDoesNotAnswer_isAskedOnceAtATime() {
    var client = stage.subscribe(Stage.HOST, 1);
    client.texts();

    stage.collector().slow(true);
    stage.advance(ofSeconds(10));
    assertThat(stage.collector().samplings()).isEqualTo(2);
    stage.collector().answer();

    assertThat(client.kinds()).containsExactly("usage_update");
  }

  @Test
  void beat_vitalsWithoutCpuOrMemory_areSilence() {
    var client = stage.subscribe(Stage.HOST, 1);
    client.texts();

    stage.collector().says(TestVitals.of().cpuPercent(OptionalDouble.empty()));
    stage.advance(ofSeconds(1));
    assertThat(client.kinds()).containsExactly("stale");
    stage.collector().says(TestVitals.of().memory(0, 0));
    stage.advance(ofSeconds(5));

    assertThat(client.texts()).isEmpty();
  }

  @Test
  void beat_systemChanges_isToldOnceBeforeTheUpdate() {
    stage.collector().says(TestVitals.of().gpus(gpu("A", 1, 1, 10), gpu("B", 2, 2, 20)));
    var client = stage.subscribe(Stage.HOST, 1);
    client.texts();
    stage.advance(ofSeconds(3));
    assertThat(client.kinds()).hasSize(3).containsOnly("usage_update");

    stage.collector().says(TestVitals.of().gpus(gpu("A", 1, 1, 10), silentGpu("B")));
    stage.advance(ofSeconds(1));

    var texts = client.texts();
    assertThat(texts.get(0))
        .startsWith("{\"type\":\"system_info\"")
        .contains("{\"index\":0,\"name\":\"A\",\"memory_mb\":10},{\"index\":1,\"name\":\"B\"}");
    assertThat(texts.get(1)).startsWith("{\"type\":\"usage_update\"");
    stage.advance(ofSeconds(3));
    assertThat(client.kinds()).hasSize(3).containsOnly("usage_update");
    stage.collector().says(TestVitals.of().gpus());
    stage.advance(ofSeconds(1));
    assertThat(client.texts().get(0)).contains("\"gpu_count\":0,\"gpus\":[],");
  }

  @Test
  void beat_slowClientAcrossAChangeOfTheSystem_isToldItLater() {
    var client = stage.subscribe(Stage.HOST, 5);
    client.texts();

    client.socket().writable(false);
    stage.collector().says(TestVitals.of().cpus(8));
    stage.advance(ofSeconds(10));
    client.socket().writable(true);
    stage.advance(ofSeconds(5));

    assertThat(client.texts().get(0)).startsWith("{\"type\":\"system_info\",\"cpu_count\":8,");
  }

  @Test
  void beat_slowClientAcrossASilence_isToldItWhenItTakesSomething() {
    var client = stage.subscribe(Stage.HOST, 5);
    client.texts();

    client.socket().writable(false);
    stage.collector().silent(true);
    stage.advance(ofSeconds(10));
    assertThat(client.texts()).isEmpty();
    client.socket().writable(true);
    stage.advance(ofSeconds(10));

    assertThat(client.kinds()).containsExactly("stale");
  }

  @Test
  void leave_thousandsThatCameAndWent_leaveNothing() {
    for (var round = 0; round < 20; round++) {
      var crowd = crowd(250, 1 + round % 3);
      stage.advance(ofMillis(700));
      crowd.forEach(client -> client.session().closed());
      assertThat(stage.watched()).isZero();
      assertThat(stage.timers()).isZero();
    }
    assertThat(stage.collector().samplings()).isLessThanOrEqualTo(40);

    stage.collector().slow(true);
    crowd(1000, 1).forEach(client -> client.session().closed());
    stage.collector().answer();
    assertThat(stage.watched()).isZero();
    assertThat(stage.timers()).isZero();
  }

  @Test
  void beat_afterAStall_goesOnWithoutCatchingUp() {
    var client = stage.subscribe(Stage.HOST, 1);
    client.texts();

    stage.stall(ofSeconds(7));
    stage.advance(ofSeconds(2));

    assertThat(client.texts()).hasSizeBetween(2, 3);
  }

  /** What was sent to them since it was taken before, each buffer once. */
  private static int distinctMessages(List<Client> crowd) {
    var distinct = new IdentityHashMap<Object, Boolean>();
    crowd.forEach(client -> client.socket().buffers().forEach(sent -> distinct.put(sent, true)));
    return distinct.size();
  }

  private List<Client> crowd(int size, long intervalSeconds) {
    return IntStream.range(0, size)
        .mapToObj(place -> stage.subscribe(Stage.HOST, intervalSeconds))
        .toList();
  }
}
