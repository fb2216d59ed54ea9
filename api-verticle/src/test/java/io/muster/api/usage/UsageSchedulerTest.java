package io.muster.api.usage;

import static io.muster.api.usage.VitalsFixture.gpu;
import static io.muster.api.usage.VitalsFixture.gpuWithoutReadings;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.usage.UsageTestbed.UsageTestClient;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UsageSchedulerTest {
  private static final int CLIENTS = 500;

  private final UsageTestbed testbed = new UsageTestbed();

  @Test
  void tick_fiveHundredClients_costOneSamplingAndOneMessage() {
    var clients = subscribeMany(CLIENTS, 5);
    assertThat(testbed.collector().samplingCount()).isEqualTo(1);
    assertThat(distinctMessages(clients)).isEqualTo(3);

    testbed.advance(ofSeconds(5));

    assertThat(testbed.collector().samplingCount()).isEqualTo(2);
    assertThat(testbed.timerCount()).isEqualTo(1);
    assertThat(distinctMessages(clients)).isEqualTo(1);
  }

  @Test
  void add_whileTheHostIsSampled_sharesTheSample() {
    testbed.collector().setSlow(true);
    var clients = subscribeMany(CLIENTS, 5);
    testbed.advance(ofSeconds(1));

    testbed.collector().completePending();

    assertThat(testbed.collector().samplingCount()).isEqualTo(1);
    assertThat(clients)
        .allSatisfy(
            client ->
                assertThat(client.takeKinds())
                    .containsExactly("subscribed", "system_info", "usage_update"));
  }

  @Test
  void add_shortlyAfterAnother_getsTheSharedSampleAtOnce() {
    var first = testbed.subscribe(UsageTestbed.HOST, 5);
    testbed.advance(ofMillis(400));
    var second = testbed.subscribe(UsageTestbed.HOST, 5);

    assertThat(testbed.collector().samplingCount()).isEqualTo(1);
    assertThat(second.takeTexts()).isEqualTo(first.takeTexts());
  }

  @Test
  void add_atAnyTime_isInStepWithItsIntervalAfterTheFirstUpdate() {
    var early = testbed.subscribe(UsageTestbed.HOST, 5);
    testbed.advance(ofSeconds(3));
    var late = testbed.subscribe(UsageTestbed.HOST, 5);
    early.takeTexts();
    late.takeTexts();
    testbed.collector().setVitals(VitalsFixture.of().cpuPercent(OptionalDouble.of(7)));

    testbed.advance(ofMillis(1_800));
    assertThat(early.takeTexts()).isEmpty();
    testbed.advance(ofMillis(100));

    assertThat(early.takeTexts()).singleElement().asString().contains("\"cpu_percent\":7.0,");
    assertThat(late.takeKinds()).containsExactly("usage_update");
  }

  @Test
  void tick_severalIntervals_shareTheSampling() {
    var each = testbed.subscribe(UsageTestbed.HOST, 1);
    var fifth = testbed.subscribe(UsageTestbed.HOST, 5);
    var minute = testbed.subscribe(UsageTestbed.HOST, 60);
    List.of(each, fifth, minute).forEach(UsageTestClient::takeTexts);

    testbed.advance(ofSeconds(60));

    assertThat(each.takeTexts()).hasSize(60);
    assertThat(fifth.takeTexts()).hasSize(12);
    assertThat(minute.takeTexts()).hasSize(1);
    assertThat(testbed.collector().samplingCount()).isEqualTo(61);
    assertThat(testbed.timerCount()).isEqualTo(1);
  }

  @Test
  void tick_sampleAlreadySent_isNotSentAgain() {
    testbed.advance(ofMillis(700));
    var client = testbed.subscribe(UsageTestbed.HOST, 1);
    client.takeTexts();

    testbed.advance(ofMillis(200));
    assertThat(client.takeTexts()).isEmpty();
    testbed.advance(ofSeconds(1));

    assertThat(client.takeKinds()).containsExactly("usage_update");
  }

  @Test
  void tick_otherHost_isSampledSeparately() {
    testbed.collector("b").setVitals(VitalsFixture.of().cpus(2));
    var firstClient = testbed.subscribe(UsageTestbed.HOST, 5);
    var secondClient = testbed.subscribe("b", 5);

    assertThat(firstClient.takeTexts().get(1))
        .contains("\"cpu_count\":16,", "\"host\":\"gpu-server-01\"");
    assertThat(secondClient.takeTexts().get(1)).contains("\"cpu_count\":2,", "\"host\":\"b\"");
    assertThat(testbed.hostCount()).isEqualTo(2);
    assertThat(testbed.timerCount()).isEqualTo(1);
  }

  @Test
  void tick_noSubscribers_samplesNothing() {
    var client = testbed.subscribe(UsageTestbed.HOST, 1);
    client.session().onClosed();

    testbed.advance(ofSeconds(60));

    assertThat(testbed.collector().samplingCount()).isEqualTo(1);
    assertThat(testbed.timerCount()).isZero();
  }

  @Test
  void tick_hostTurnsSilent_sendsStaleOnceAndNoUpdatesUntilItRecovers() {
    var client = testbed.subscribe(UsageTestbed.HOST, 5);
    client.takeTexts();

    testbed.collector().setSilent(true);
    testbed.advance(ofSeconds(30));
    assertThat(client.takeTexts())
        .containsExactly("{\"status\":\"stale\",\"host\":\"gpu-server-01\",\"since\":1678901220}");
    testbed.collector().setSilent(false);
    testbed.advance(ofSeconds(1));

    assertThat(client.takeTexts())
        .singleElement()
        .asString()
        .startsWith("{\"type\":\"usage_update\"")
        .contains("\"timestamp\":" + testbed.now().getEpochSecond() + ",");
    var newest = testbed.now().getEpochSecond();
    testbed.collector().setSilent(true);
    testbed.advance(ofSeconds(10));
    assertThat(client.takeTexts()).singleElement().asString().endsWith("\"since\":" + newest + "}");
  }

  @Test
  void add_silentHost_isConfirmedThenStale_andTheSystemPrecedesTheFirstUpdate() {
    testbed.receiveFrame(UsageTestbed.HOST, Instant.ofEpochSecond(1_678_900_000));
    testbed.collector().setSilent(true);
    var client = testbed.subscribe(UsageTestbed.HOST, 60);

    assertThat(client.takeTexts())
        .containsExactly(
            "{\"status\":\"subscribed\"}",
            "{\"status\":\"stale\",\"host\":\"gpu-server-01\",\"since\":1678900000}");
    testbed.advance(ofSeconds(10));
    assertThat(client.takeTexts()).isEmpty();
    testbed.collector().setSilent(false);
    testbed.advance(ofSeconds(1));

    assertThat(client.takeKinds()).containsExactly("system_info", "usage_update");
  }

  @Test
  void add_hostWithoutFrames_sendsStaleWithoutSince() {
    testbed.collector().setSilent(true);

    assertThat(testbed.subscribe(UsageTestbed.HOST, 5).takeTexts())
        .endsWith("{\"status\":\"stale\",\"host\":\"gpu-server-01\"}");
  }

  @Test
  void add_hostKnownToBeSilent_sendsStaleToo() {
    testbed.collector().setSilent(true);
    testbed.subscribe(UsageTestbed.HOST, 5);

    var another = testbed.subscribe(UsageTestbed.HOST, 5);
    assertThat(another.takeKinds()).containsExactly("subscribed", "stale");
    another.send("subscribe:usage");

    assertThat(another.takeKinds()).containsExactly("subscribed", "stale");
  }

  @Test
  void tick_hostThatDoesNotReply_hasOneRequestAtATime() {
    var client = testbed.subscribe(UsageTestbed.HOST, 1);
    client.takeTexts();

    testbed.collector().setSlow(true);
    testbed.advance(ofSeconds(10));
    assertThat(testbed.collector().samplingCount()).isEqualTo(2);
    testbed.collector().completePending();

    assertThat(client.takeKinds()).containsExactly("usage_update");
  }

  @Test
  void tick_vitalsWithoutCpuOrMemory_areStale() {
    var client = testbed.subscribe(UsageTestbed.HOST, 1);
    client.takeTexts();

    testbed.collector().setVitals(VitalsFixture.of().cpuPercent(OptionalDouble.empty()));
    testbed.advance(ofSeconds(1));
    assertThat(client.takeKinds()).containsExactly("stale");
    testbed.collector().setVitals(VitalsFixture.of().memory(0, 0));
    testbed.advance(ofSeconds(5));

    assertThat(client.takeTexts()).isEmpty();
  }

  @Test
  void tick_systemChanges_isSentOnceBeforeTheUpdate() {
    testbed.collector().setVitals(VitalsFixture.of().gpus(gpu("A", 1, 1, 10), gpu("B", 2, 2, 20)));
    var client = testbed.subscribe(UsageTestbed.HOST, 1);
    client.takeTexts();
    testbed.advance(ofSeconds(3));
    assertThat(client.takeKinds()).hasSize(3).containsOnly("usage_update");

    testbed
        .collector()
        .setVitals(VitalsFixture.of().gpus(gpu("A", 1, 1, 10), gpuWithoutReadings("B")));
    testbed.advance(ofSeconds(1));

    var texts = client.takeTexts();
    assertThat(texts.get(0))
        .startsWith("{\"type\":\"system_info\"")
        .contains("{\"index\":0,\"name\":\"A\",\"memory_mb\":10},{\"index\":1,\"name\":\"B\"}");
    assertThat(texts.get(1)).startsWith("{\"type\":\"usage_update\"");
    testbed.advance(ofSeconds(3));
    assertThat(client.takeKinds()).hasSize(3).containsOnly("usage_update");
    testbed.collector().setVitals(VitalsFixture.of().gpus());
    testbed.advance(ofSeconds(1));
    assertThat(client.takeTexts().get(0)).contains("\"gpu_count\":0,\"gpus\":[],");
  }

  @Test
  void tick_slowClientDuringSystemChange_getsItLater() {
    var client = testbed.subscribe(UsageTestbed.HOST, 5);
    client.takeTexts();

    client.connection().setWritable(false);
    testbed.collector().setVitals(VitalsFixture.of().cpus(8));
    testbed.advance(ofSeconds(10));
    client.connection().setWritable(true);
    testbed.advance(ofSeconds(5));

    assertThat(client.takeTexts().get(0)).startsWith("{\"type\":\"system_info\",\"cpu_count\":8,");
  }

  @Test
  void tick_slowClientOfSilentHost_getsStaleWhenWritable() {
    var client = testbed.subscribe(UsageTestbed.HOST, 5);
    client.takeTexts();

    client.connection().setWritable(false);
    testbed.collector().setSilent(true);
    testbed.advance(ofSeconds(10));
    assertThat(client.takeTexts()).isEmpty();
    client.connection().setWritable(true);
    testbed.advance(ofSeconds(10));

    assertThat(client.takeKinds()).containsExactly("stale");
  }

  @Test
  void remove_thousandsOfClients_leavesNothing() {
    for (var round = 0; round < 20; round++) {
      var clients = subscribeMany(250, 1 + round % 3);
      testbed.advance(ofMillis(700));
      clients.forEach(client -> client.session().onClosed());
      assertThat(testbed.hostCount()).isZero();
      assertThat(testbed.timerCount()).isZero();
    }
    assertThat(testbed.collector().samplingCount()).isLessThanOrEqualTo(40);

    testbed.collector().setSlow(true);
    subscribeMany(1000, 1).forEach(client -> client.session().onClosed());
    testbed.collector().completePending();
    assertThat(testbed.hostCount()).isZero();
    assertThat(testbed.timerCount()).isZero();
  }

  @Test
  void tick_afterAStall_continuesWithoutCatchingUp() {
    var client = testbed.subscribe(UsageTestbed.HOST, 1);
    client.takeTexts();

    testbed.stall(ofSeconds(7));
    testbed.advance(ofSeconds(2));

    assertThat(client.takeTexts()).hasSizeBetween(2, 3);
  }

  /** Counts the distinct buffers sent to the clients since the previous call. */
  private static int distinctMessages(List<UsageTestClient> clients) {
    var distinct = new IdentityHashMap<Object, Boolean>();
    clients.forEach(
        client -> client.connection().takeBuffers().forEach(sent -> distinct.put(sent, true)));
    return distinct.size();
  }

  private List<UsageTestClient> subscribeMany(int size, long intervalSeconds) {
    return IntStream.range(0, size)
        .mapToObj(index -> testbed.subscribe(UsageTestbed.HOST, intervalSeconds))
        .toList();
  }
}
