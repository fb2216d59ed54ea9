package io.muster.api.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.api.bridge.address.HostFrames;
import io.muster.api.fleet.FleetFrame;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.TestFrame;
import io.muster.api.websocket.CloseCode;
import io.muster.bus.metrics.MeterFactory;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BridgeSessionTest {
  private static final String REGISTER = "{\"type\":\"register\",\"address\":\"muster.host.%s\"}";
  private static final String PING = "{\"type\":\"ping\"}";
  private static final String QUERY =
      "{\"type\":\"send\",\"address\":\"slow\",\"replyAddress\":\"%d\"}";

  private final Vertx vertx = Vertx.vertx();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final MeterFactory meters = new MeterFactory(registry, "");
  private final BridgeMetrics metrics = BridgeMetrics.create(meters);
  private final FleetView view =
      new FleetView("fleet", TestFrame.FLEET_LIMITS, System::nanoTime, meters);
  private final BridgeLoop loop =
      new BridgeLoop(
          vertx,
          new BridgeConfig(10, Duration.ofSeconds(10), 1000),
          metrics,
          List.of(new HostFrames(view, metrics)),
          System::nanoTime);
  private final FakeBridgeSocket socket = new FakeBridgeSocket();
  private final List<Promise<Buffer>> replies = new ArrayList<>();
  private final BridgeSession session =
      loop.open(socket, List.of(new InboundQuery("slow", this::reply)));

  @AfterEach
  void close() {
    vertx.close();
  }

  @Test
  void broadcast_slowClient_getsTheNewestFrameWithTheNumberOfSkippedOnes() {
    register("a");
    socket.setCapacity(1);
    IntStream.rangeClosed(1, 5).forEach(sequence -> publish("a", sequence));
    assertThat(socket.takeSent()).singleElement().asString().doesNotContain("skipped");

    read(10);

    assertThat(socket.takeSent())
        .containsExactly(
            "{\"type\":\"rec\",\"address\":\"muster.host.a\",\"headers\":{\"skipped\":\"3\"},"
                + "\"body\":"
                + body("a", 5)
                + "}");
    assertThat(metrics.skipped().count()).isEqualTo(3);
    publish("a", 6);
    assertThat(socket.takeSent()).singleElement().asString().doesNotContain("skipped");
  }

  @Test
  void broadcast_clientThatTakesOneMessageAtATime_getsAllAddressesInTurn() {
    List.of("a", "b", "c").forEach(this::register);
    socket.setCapacity(0);
    for (int sequence = 1; sequence <= 3; sequence++) {
      publish("a", sequence);
    }
    publish("b", 1);
    publish("c", 1);

    read(1);
    publish("a", 4);
    read(1);
    read(1);

    assertThat(socket.takeSent())
        .extracting(message -> message.replaceAll(".*muster.host.(.).*", "$1"))
        .containsExactly("a", "b", "c");
  }

  @Test
  void onClosed_registeredSession_getsNothingAndIsForgotten() {
    register("a");
    session.onClosed();
    session.onClosed();
    publish("a", 1);
    session.onMessage(PING);

    assertThat(socket.takeSent()).isEmpty();
    assertThat(metrics.closed().count()).isEqualTo(1);
  }

  @Test
  void onSecondElapsed_silentClient_isClosedUnlessItPings() {
    elapseSeconds(9);
    session.onMessage(PING);
    elapseSeconds(9);
    assertThat(socket.closeCode()).isEmpty();

    elapseSeconds(1);
    assertThat(socket.closeCode()).contains(CloseCode.GOING_AWAY);
  }

  @Test
  void onSecondElapsed_clientThatReadsNothing_isClosedAfterTwoMinutes() {
    socket.setCapacity(0);
    for (int second = 0; second < 119; second++) {
      session.onMessage(PING);
      session.onSecondElapsed();
    }
    assertThat(socket.closeCode()).isEmpty();

    session.onMessage(PING);
    session.onSecondElapsed();
    assertThat(socket.closeCode()).contains(CloseCode.POLICY_VIOLATION);
  }

  @Test
  void onMessage_repliesThatAreNotRead_pauseAndThenCloseTheConnection() {
    socket.setCapacity(0);
    session.onMessage("x");
    assertThat(socket.isPaused()).isTrue();
    read(1);
    assertThat(socket.isPaused()).isFalse();

    IntStream.range(0, 256).forEach(number -> session.onMessage("x"));
    assertThat(socket.closeCode()).isEmpty();
    session.onMessage("x");
    assertThat(socket.closeCode()).contains(CloseCode.POLICY_VIOLATION);
  }

  @Test
  void onMessage_manyQueries_runFourAtATimeAndAreLimited() {
    IntStream.rangeClosed(1, 69).forEach(number -> session.onMessage(QUERY.formatted(number)));
    assertThat(replies).hasSize(4);
    assertThat(socket.takeSent())
        .containsExactly(
            "{\"address\":\"69\",\"failureCode\":429,\"failureType\":\"RECIPIENT_FAILURE\","
                + "\"message\":\"too many queries: await replies first\",\"type\":\"err\"}");

    replies.get(2).complete(Buffer.buffer("[1]"));
    assertThat(socket.takeSent())
        .containsExactly("{\"type\":\"rec\",\"address\":\"3\",\"body\":[1]}");
    assertThat(replies).hasSize(5);
  }

  @Test
  void onMessage_clientThatReadsNothing_startsNoQueries() {
    socket.setCapacity(0);
    session.onMessage(QUERY.formatted(1));
    assertThat(replies).isEmpty();

    read(1);
    assertThat(replies).hasSize(1);
  }

  @Test
  void drain_clientThatIsSlowerThanItsAddress_startsItsQueries() {
    register("a");
    socket.setCapacity(0);
    publish("a", 1);
    session.onMessage(QUERY.formatted(1));

    read(1);
    publish("a", 2);
    assertThat(replies).hasSize(1);
    replies.get(0).complete(Buffer.buffer("[1]"));
    read(1);
    assertThat(socket.takeSent().get(1)).contains("\"body\":[1]");
  }

  @Test
  void onMessage_moreMessagesASecondThanAllowed_closesTheConnection() {
    var limitedLoop =
        new BridgeLoop(
            vertx, new BridgeConfig(10, Duration.ofSeconds(10), 5), metrics, List.of(), () -> 0);
    var limited = limitedLoop.open(socket, List.of());
    IntStream.range(0, 10).forEach(number -> limited.onMessage(PING));
    assertThat(socket.closeCode()).isEmpty();

    limited.onMessage(PING);
    assertThat(socket.closeCode()).contains(CloseCode.POLICY_VIOLATION);
  }

  @Test
  void onMessage_queryThatFailsUnexpectedly_repliesWithoutDetails() {
    session.onMessage(QUERY.formatted(1));
    replies.get(0).fail(new IllegalStateException("secret"));

    assertThat(socket.takeSent()).singleElement().asString().contains("500", "internal error");
  }

  @Test
  void close_loop_closesItsSessionsAndEachNewOne() {
    loop.close();
    var late = new FakeBridgeSocket();
    loop.open(late, List.of());

    assertThat(socket.closeCode()).contains(CloseCode.GOING_AWAY);
    assertThat(late.closeCode()).contains(CloseCode.GOING_AWAY);
  }

  private Future<Buffer> reply(Map<String, String> parameters) {
    var promise = Promise.<Buffer>promise();
    replies.add(promise);
    return promise.future();
  }

  private void register(String host) {
    session.onMessage(REGISTER.formatted(host));
  }

  private void publish(String host, long sequence) {
    loop.broadcast(Optional.of(host), frame(host, sequence));
  }

  private static FleetFrame frame(String host, long sequence) {
    var frame = TestFrame.of(host).sequence(sequence).build();
    return new FleetFrame(host, frame.header().sampledAt(), List.of(frame), List.of(), List.of());
  }

  private static String body(String host, long sequence) {
    return "{\"hostname\":\""
        + host
        + "\",\"schema\":1,\"timestamp\":\""
        + TestFrame.AT.plusSeconds(3 * (sequence - 1)).toString().replaceAll("\\.\\d+", "")
        + "\"}";
  }

  /** The client reads what was sent, and takes this number of messages more. */
  private void read(int messages) {
    socket.setCapacity(messages);
    session.drain();
  }

  private void elapseSeconds(int seconds) {
    for (int second = 0; second < seconds; second++) {
      session.onSecondElapsed();
    }
  }
}
