package io.muster.api.usage;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.usage.UsageSession.UsageOptions;
import io.muster.api.websocket.CloseCode;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageSessionTest {
  private static final String SUBSCRIBE = "subscribe:usage";
  private static final String EXPECTED =
      "{\"status\":\"error\",\"error\":\"expected subscribe:usage\"}";

  private final UsageTestbed testbed = new UsageTestbed();

  @Test
  void subscribe_unsubscribedClient_getsConfirmationSystemAndUsageAtOnce() {
    var client = testbed.connect();
    assertThat(client.takeTexts()).isEmpty();

    client.send(SUBSCRIBE);

    var texts = client.takeTexts();
    assertThat(texts.get(0)).isEqualTo("{\"status\":\"subscribed\"}");
    assertThat(texts.get(1)).startsWith("{\"type\":\"system_info\",");
    assertThat(texts.get(2)).startsWith("{\"type\":\"usage_update\",\"cpu_percent\":45.3,");
    assertThat(texts).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "subscribe:usage\n",
        " \tsubscribe:usage\r\n",
        "{\"type\":\"subscribe\",\"topic\":\"usage\"}",
        " {\"topic\" : \"usage\", \"type\" : \"subscribe\", \"more\":[1]}\n"
      })
  void subscribe_withBlanksOrAsJson_isAccepted(String message) {
    var client = testbed.connect();

    client.send(message);

    assertThat(client.takeKinds()).containsExactly("subscribed", "system_info", "usage_update");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "SUBSCRIBE:USAGE",
        "subscribe: usage",
        "subscribe:usage subscribe:usage",
        "{\"type\":\"subscribe\"}",
        "{\"type\":\"subscribe\",\"topic\":\"weather\"}",
        "{\"type\":{}}",
        "{",
        "null"
      })
  void text_unknownBeforeTheSubscription_isRejectedAndTheClientMayStillSubscribe(String message) {
    var client = testbed.connect();

    client.send(message);

    assertThat(client.takeTexts()).containsExactly(EXPECTED);
    assertThat(client.connection().closeCode()).isEmpty();
    client.send(SUBSCRIBE);
    assertThat(client.takeKinds()).containsExactly("subscribed", "system_info", "usage_update");
  }

  @Test
  void text_fiveUnknownBeforeTheSubscription_closes() {
    var client = testbed.connect();

    IntStream.range(0, 4).forEach(ignored -> client.send("hello"));
    assertThat(client.connection().closeCode()).isEmpty();
    client.send("hello");

    assertThat(client.takeTexts()).hasSize(5).containsOnly(EXPECTED);
    assertThat(client.connection().closeCode()).contains(CloseCode.POLICY_VIOLATION);
    client.send(SUBSCRIBE);
    assertThat(client.takeTexts()).isEmpty();
  }

  @Test
  void onSecondElapsed_thirtySecondsWithoutSubscription_closes() {
    var client = testbed.connect();

    testbed.advance(ofMillis(29_900));
    assertThat(client.connection().closeCode()).isEmpty();
    testbed.advance(ofMillis(100));

    assertThat(client.connection().closeCode()).contains(CloseCode.POLICY_VIOLATION);
  }

  @Test
  void onSecondElapsed_subscribed_neverCloses() {
    var client = testbed.subscribe(UsageTestbed.HOST, 5);

    testbed.advance(ofMinutes(10));

    assertThat(client.connection().closeCode()).isEmpty();
  }

  @Test
  void binary_beforeOrAfterTheSubscription_closes() {
    var waiting = testbed.connect();
    var subscribed = testbed.subscribe(UsageTestbed.HOST, 5);
    subscribed.takeTexts();

    waiting.session().onBinary();
    subscribed.session().onBinary();
    testbed.advance(ofSeconds(10));

    assertThat(waiting.connection().closeCode()).contains(CloseCode.UNSUPPORTED_DATA);
    assertThat(subscribed.connection().closeCode()).contains(CloseCode.UNSUPPORTED_DATA);
    assertThat(subscribed.takeTexts()).isEmpty();
  }

  @Test
  void subscribe_again_isConfirmedWithTheSystemAgain_andUpdatesComeNoOftener() {
    var client = testbed.subscribe(UsageTestbed.HOST, 5);
    client.takeTexts();

    testbed.advance(ofMillis(200));
    client.send(SUBSCRIBE);
    assertThat(client.takeKinds()).containsExactly("subscribed", "system_info");
    testbed.advance(ofSeconds(20));

    assertThat(client.takeKinds()).hasSize(4).containsOnly("usage_update");
    assertThat(testbed.timerCount()).isEqualTo(1);
  }

  @Test
  void text_unknownAfterTheSubscription_isRejectedAndNothingElseHappens() {
    var client = testbed.subscribe(UsageTestbed.HOST, 5);
    client.takeTexts();

    IntStream.range(0, 20).forEach(ignored -> client.send("hello"));

    assertThat(client.takeTexts())
        .hasSize(20)
        .containsOnly("{\"status\":\"error\",\"error\":\"unknown message\"}");
    assertThat(client.connection().closeCode()).isEmpty();
    testbed.advance(ofSeconds(5));
    assertThat(client.takeKinds()).containsExactly("usage_update");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ping", "ping\n", "{\"type\":\"ping\"}"})
  void ping_isAnsweredAndIsNoSubscription(String message) {
    var client = testbed.connect();

    IntStream.range(0, 9).forEach(ignored -> client.send(message));
    assertThat(client.takeTexts()).hasSize(9).containsOnly("{\"type\":\"pong\"}");
    testbed.advance(ofSeconds(30));

    assertThat(client.connection().closeCode()).contains(CloseCode.POLICY_VIOLATION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unsubscribe:usage", "{\"type\":\"unsubscribe\",\"topic\":\"usage\"}"})
  void unsubscribe_endsTheUpdates_untilItSubscribesAgain(String message) {
    var client = testbed.subscribe(UsageTestbed.HOST, 1);
    client.takeTexts();

    client.send(message);
    testbed.advance(ofSeconds(5));
    assertThat(client.takeTexts()).containsExactly("{\"status\":\"unsubscribed\"}");
    client.send(SUBSCRIBE);

    assertThat(client.takeKinds()).containsExactly("subscribed", "system_info", "usage_update");
    testbed.advance(ofSeconds(3));
    assertThat(client.takeKinds()).hasSize(3).containsOnly("usage_update");
  }

  @Test
  void unsubscribe_whileTheHostIsSampled_getsNothingMore() {
    testbed.collector().setSlow(true);
    var client = testbed.subscribe(UsageTestbed.HOST, 5);

    client.send("unsubscribe:usage");
    testbed.collector().completePending();

    assertThat(client.takeKinds()).containsExactly("subscribed", "unsubscribed");
  }

  @Test
  void open_withASubscription_getsUpdatesWithoutAMessage_andMaySubscribeToo() {
    var client = testbed.connect(new UsageOptions(UsageTestbed.HOST, 5, true));

    assertThat(client.takeKinds()).containsExactly("subscribed", "system_info", "usage_update");
    client.send(SUBSCRIBE);
    assertThat(client.takeKinds()).containsExactly("subscribed", "system_info");
    testbed.advance(ofSeconds(10));
    assertThat(client.takeKinds()).containsExactly("usage_update", "usage_update");
  }

  @Test
  void sendSample_slowClient_missesUpdatesAndGetsTheNewestLater() {
    var slow = testbed.subscribe(UsageTestbed.HOST, 5);
    var fast = testbed.subscribe(UsageTestbed.HOST, 5);
    slow.takeTexts();
    fast.takeTexts();

    slow.connection().setWritable(false);
    testbed.advance(ofSeconds(60));
    assertThat(slow.takeTexts()).isEmpty();
    assertThat(fast.takeTexts()).hasSize(12);
    slow.connection().setWritable(true);
    testbed.advance(ofSeconds(5));

    assertThat(slow.takeTexts()).containsExactlyElementsOf(fast.takeTexts()).hasSize(1);
    assertThat(slow.connection().closeCode()).isEmpty();
  }

  @Test
  void onSecondElapsed_notWritableForTwoMinutes_closes() {
    var client = testbed.subscribe(UsageTestbed.HOST, 60);
    client.takeTexts();

    client.connection().setWritable(false);
    testbed.advance(ofMillis(119_900));
    assertThat(client.connection().closeCode()).isEmpty();
    testbed.advance(ofMillis(100));

    assertThat(client.connection().closeCode()).contains(CloseCode.POLICY_VIOLATION);
    assertThat(client.takeTexts()).isEmpty();
    assertThat(testbed.hostCount()).isZero();
  }

  @Test
  void sendReply_notWritable_pausesUntilWritable() {
    var client = testbed.connect();

    client.connection().setWritable(false);
    client.send("ping");
    assertThat(client.connection().isPaused()).isTrue();
    client.connection().setWritable(true);
    client.session().onWritable();

    assertThat(client.connection().isPaused()).isFalse();
    assertThat(client.takeTexts()).hasSize(1);
  }

  @Test
  void subscribe_notWritable_getsTheSystemFirstWhenWritable() {
    var client = testbed.connect();

    client.connection().setWritable(false);
    client.send(SUBSCRIBE);
    assertThat(client.takeKinds()).containsExactly("subscribed");
    testbed.advance(ofSeconds(3));
    assertThat(client.takeTexts()).isEmpty();
    client.connection().setWritable(true);
    testbed.advance(ofSeconds(1));

    assertThat(client.takeKinds()).containsExactly("system_info", "usage_update");
  }

  @Test
  void onClosed_whileTheHostIsSampled_getsNothing() {
    testbed.collector().setSlow(true);
    var client = testbed.subscribe(UsageTestbed.HOST, 5);
    client.takeTexts();

    client.session().onClosed();
    testbed.collector().completePending();

    assertThat(client.takeTexts()).isEmpty();
    assertThat(testbed.hostCount()).isZero();
    assertThat(testbed.timerCount()).isZero();
  }
}
