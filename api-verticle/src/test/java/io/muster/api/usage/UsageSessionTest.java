package io.muster.api.usage;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.usage.UsageSession.Wish;
import io.muster.api.websocket.CloseCode;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageSessionTest {
  private static final String SUBSCRIBE = "subscribe:usage";
  private static final String EXPECTED =
      "{\"status\":\"error\",\"error\":\"expected subscribe:usage\"}";

  private final Stage stage = new Stage();

  @Test
  void subscribe_isConfirmedThenToldTheSystemThenTheUsage_atOnce() {
    var client = stage.connect();
    assertThat(client.texts()).isEmpty();

    client.says(SUBSCRIBE);

    var texts = client.texts();
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
  void subscribe_withBlanksOrAsJson_isTaken(String message) {
    var client = stage.connect();

    client.says(message);

    assertThat(client.kinds()).containsExactly("subscribed", "system_info", "usage_update");
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
  void text_unknownBeforeTheSubscription_isRefusedAndTheClientMayStillSubscribe(String message) {
    var client = stage.connect();

    client.says(message);

    assertThat(client.texts()).containsExactly(EXPECTED);
    assertThat(client.socket().closed()).isEmpty();
    client.says(SUBSCRIBE);
    assertThat(client.kinds()).containsExactly("subscribed", "system_info", "usage_update");
  }

  @Test
  void text_fiveUnknownBeforeTheSubscription_ends() {
    var client = stage.connect();

    IntStream.range(0, 4).forEach(time -> client.says("hello"));
    assertThat(client.socket().closed()).isEmpty();
    client.says("hello");

    assertThat(client.texts()).hasSize(5).containsOnly(EXPECTED);
    assertThat(client.socket().closed()).contains(CloseCode.POLICY_VIOLATION);
    client.says(SUBSCRIBE);
    assertThat(client.texts()).isEmpty();
  }

  @Test
  void tick_thirtySecondsWithoutSubscription_ends() {
    var client = stage.connect();

    stage.advance(ofMillis(29_900));
    assertThat(client.socket().closed()).isEmpty();
    stage.advance(ofMillis(100));

    assertThat(client.socket().closed()).contains(CloseCode.POLICY_VIOLATION);
  }

  @Test
  void tick_subscribed_neverEnds() {
    var client = stage.subscribe(Stage.HOST, 5);

    stage.advance(ofMinutes(10));

    assertThat(client.socket().closed()).isEmpty();
  }

  @Test
  void binary_beforeOrAfterTheSubscription_ends() {
    var waiting = stage.connect();
    var subscribed = stage.subscribe(Stage.HOST, 5);
    subscribed.texts();

    waiting.session().binary();
    subscribed.session().binary();
    stage.advance(ofSeconds(10));

    assertThat(waiting.socket().closed()).contains(CloseCode.UNSUPPORTED_DATA);
    assertThat(subscribed.socket().closed()).contains(CloseCode.UNSUPPORTED_DATA);
    assertThat(subscribed.texts()).isEmpty();
  }

  @Test
  void subscribe_again_isConfirmedWithTheSystemAgain_andUpdatesComeNoOftener() {
    var client = stage.subscribe(Stage.HOST, 5);
    client.texts();

    stage.advance(ofMillis(200));
    client.says(SUBSCRIBE);
    assertThat(client.kinds()).containsExactly("subscribed", "system_info");
    stage.advance(ofSeconds(20));

    assertThat(client.kinds()).hasSize(4).containsOnly("usage_update");
    assertThat(stage.timers()).isEqualTo(1);
  }

  @Test
  void text_unknownAfterTheSubscription_isRefusedAndNothingElseHappens() {
    var client = stage.subscribe(Stage.HOST, 5);
    client.texts();

    IntStream.range(0, 20).forEach(time -> client.says("hello"));

    assertThat(client.texts())
        .hasSize(20)
        .containsOnly("{\"status\":\"error\",\"error\":\"unknown message\"}");
    assertThat(client.socket().closed()).isEmpty();
    stage.advance(ofSeconds(5));
    assertThat(client.kinds()).containsExactly("usage_update");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ping", "ping\n", "{\"type\":\"ping\"}"})
  void ping_isAnsweredAndIsNoSubscription(String message) {
    var client = stage.connect();

    IntStream.range(0, 9).forEach(time -> client.says(message));
    assertThat(client.texts()).hasSize(9).containsOnly("{\"type\":\"pong\"}");
    stage.advance(ofSeconds(30));

    assertThat(client.socket().closed()).contains(CloseCode.POLICY_VIOLATION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"unsubscribe:usage", "{\"type\":\"unsubscribe\",\"topic\":\"usage\"}"})
  void unsubscribe_endsTheUpdates_untilItSubscribesAgain(String message) {
    var client = stage.subscribe(Stage.HOST, 1);
    client.texts();

    client.says(message);
    stage.advance(ofSeconds(5));
    assertThat(client.texts()).containsExactly("{\"status\":\"unsubscribed\"}");
    client.says(SUBSCRIBE);

    assertThat(client.kinds()).containsExactly("subscribed", "system_info", "usage_update");
    stage.advance(ofSeconds(3));
    assertThat(client.kinds()).hasSize(3).containsOnly("usage_update");
  }

  @Test
  void unsubscribe_whileTheHostIsAsked_isToldNothingMore() {
    stage.collector().slow(true);
    var client = stage.subscribe(Stage.HOST, 5);

    client.says("unsubscribe:usage");
    stage.collector().answer();

    assertThat(client.kinds()).containsExactly("subscribed", "unsubscribed");
  }

  @Test
  void open_withASubscription_isToldWithoutASound_andMaySubscribeToo() {
    var client = stage.connect(new Wish(Stage.HOST, 5, true));

    assertThat(client.kinds()).containsExactly("subscribed", "system_info", "usage_update");
    client.says(SUBSCRIBE);
    assertThat(client.kinds()).containsExactly("subscribed", "system_info");
    stage.advance(ofSeconds(10));
    assertThat(client.kinds()).containsExactly("usage_update", "usage_update");
  }

  @Test
  void beat_slowClient_missesUpdatesAndGetsTheNewestLater() {
    var slow = stage.subscribe(Stage.HOST, 5);
    var quick = stage.subscribe(Stage.HOST, 5);
    slow.texts();
    quick.texts();

    slow.socket().writable(false);
    stage.advance(ofSeconds(60));
    assertThat(slow.texts()).isEmpty();
    assertThat(quick.texts()).hasSize(12);
    slow.socket().writable(true);
    stage.advance(ofSeconds(5));

    assertThat(slow.texts()).containsExactlyElementsOf(quick.texts()).hasSize(1);
    assertThat(slow.socket().closed()).isEmpty();
  }

  @Test
  void tick_clientThatTakesNothingForTwoMinutes_ends() {
    var client = stage.subscribe(Stage.HOST, 60);
    client.texts();

    client.socket().writable(false);
    stage.advance(ofMillis(119_900));
    assertThat(client.socket().closed()).isEmpty();
    stage.advance(ofMillis(100));

    assertThat(client.socket().closed()).contains(CloseCode.POLICY_VIOLATION);
    assertThat(client.texts()).isEmpty();
    assertThat(stage.watched()).isZero();
  }

  @Test
  void reply_toAClientThatTakesNothing_isTheLastUntilItDoes() {
    var client = stage.connect();

    client.socket().writable(false);
    client.says("ping");
    assertThat(client.socket().paused()).isTrue();
    client.socket().writable(true);
    client.session().drained();

    assertThat(client.socket().paused()).isFalse();
    assertThat(client.texts()).hasSize(1);
  }

  @Test
  void subscribe_byAClientThatTakesNothing_isToldTheSystemFirstWhenItDoes() {
    var client = stage.connect();

    client.socket().writable(false);
    client.says(SUBSCRIBE);
    assertThat(client.kinds()).containsExactly("subscribed");
    stage.advance(ofSeconds(3));
    assertThat(client.texts()).isEmpty();
    client.socket().writable(true);
    stage.advance(ofSeconds(1));

    assertThat(client.kinds()).containsExactly("system_info", "usage_update");
  }

  @Test
  void closed_whileTheHostIsAsked_isToldNothing() {
    stage.collector().slow(true);
    var client = stage.subscribe(Stage.HOST, 5);
    client.texts();

    client.session().closed();
    stage.collector().answer();

    assertThat(client.texts()).isEmpty();
    assertThat(stage.watched()).isZero();
    assertThat(stage.timers()).isZero();
  }
}
