package io.muster.api.allsmi;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.FrameHub;
import io.muster.api.fleet.ManualNanos;
import io.muster.api.fleet.TestFrame;
import io.muster.bus.DemandTopic;
import io.muster.schema.frame.Include;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventStreamTest {
  private static final Duration NO_HEARTBEAT = Duration.ofDays(1);

  private final Vertx vertx = Vertx.vertx();
  private final ManualNanos nanos = new ManualNanos();
  private final FleetView view = new FleetView("fleet-1", nanos);
  private final FrameHub hub = new FrameHub(vertx, view, DemandTopic.on(vertx));
  private final FakeResponse response = new FakeResponse();
  private long sequence;

  @AfterEach
  void closeVertx() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void drain_noThrottle_writesEachFrame() {
    open(Duration.ZERO, NO_HEARTBEAT);

    frame();
    frame();

    assertThat(response.ids()).containsExactly("12:34:56Z", "12:34:59Z");
  }

  @Test
  void drain_throttleUpToTheInterval_writesEachFrame() {
    open(Duration.ofSeconds(3), NO_HEARTBEAT);

    frame();
    nanos.advance(Duration.ofMillis(2_600)); // A late frame, then one that is early after it.
    frame();
    nanos.advance(Duration.ofMillis(1_500));
    frame();

    assertThat(response.ids()).hasSize(3);
  }

  @Test
  void drain_throttle_leavesFramesOutWithinATenthOfAnInterval() {
    open(Duration.ofSeconds(6), NO_HEARTBEAT);

    frame(); // The first is never throttled.
    nanos.advance(Duration.ofSeconds(3));
    frame();
    nanos.advance(Duration.ofMillis(2_700).minusNanos(1));
    frame();
    assertThat(response.ids()).as("too early").containsExactly("12:34:56Z");
    nanos.advanceNanos(1);
    frame();
    assertThat(response.ids()).as("0.3 s early is not too early").hasSize(2);
  }

  @Test
  void drain_subscribedBeforeTheFirstFrame_stillToleratesEarlyFrames() {
    open(Duration.ofSeconds(6), NO_HEARTBEAT); // The interval is not known yet.

    for (int i = 0; i < 5; i++) {
      frame();
      nanos.advance(Duration.ofMillis(2_990));
    }

    assertThat(response.ids()).containsExactly("12:34:56Z", "12:35:02Z", "12:35:08Z");
  }

  @Test
  void drain_writeQueueFull_writesNothingAndTellsTheLossBeforeTheNextFrame() {
    var stream = open(Duration.ZERO, NO_HEARTBEAT);
    response.full = true;

    for (int i = 0; i < 18; i++) {
      frame();
    }
    assertThat(response.written).isEmpty();
    response.full = false;
    hub.resume(stream);

    assertThat(response.written).hasSize(1 + 16);
    assertThat(response.written.get(0)).isEqualTo("event: lag\ndata: {\"dropped\":2}\n\n");
    assertThat(response.ids()).hasSize(16).startsWith("12:35:02Z");
    frame();
    assertThat(response.lags()).as("the loss is told once").isEqualTo(1);
  }

  @Test
  void drain_writeQueueFillsUp_keepsTheRest() {
    var stream = open(Duration.ZERO, NO_HEARTBEAT);
    response.full = true;
    frame();
    frame();
    frame();

    response.full = false;
    response.fullAfter = 1;
    hub.resume(stream);
    assertThat(response.ids()).containsExactly("12:34:56Z");
    response.fullAfter = Integer.MAX_VALUE;
    response.full = false;
    hub.resume(stream);
    assertThat(response.ids()).containsExactly("12:34:56Z", "12:34:59Z", "12:35:02Z");
    assertThat(response.lags()).isZero();
  }

  @Test
  void tick_afterSilence_writesAComment() {
    var stream = open(Duration.ZERO, Duration.ofSeconds(5));

    nanos.advance(Duration.ofSeconds(5).minusNanos(1));
    stream.tick();
    assertThat(response.written).isEmpty();
    nanos.advanceNanos(1);
    stream.tick();
    stream.tick();
    assertThat(response.written).as("once").containsExactly(": keep-alive\n\n");

    nanos.advance(Duration.ofSeconds(4));
    frame();
    nanos.advance(Duration.ofSeconds(4));
    stream.tick();
    assertThat(response.written).as("a frame is a sign of life").hasSize(2);
    nanos.advance(Duration.ofSeconds(1));
    stream.tick();
    assertThat(response.written).hasSize(3).last().isEqualTo(": keep-alive\n\n");
  }

  @Test
  void tick_writeQueueFull_writesNothing() {
    var stream = open(Duration.ZERO, Duration.ofSeconds(5));
    response.full = true;
    nanos.advance(Duration.ofMinutes(1));

    stream.tick();

    assertThat(response.written).isEmpty();
  }

  @Test
  void drain_include_writesTheAskedSectionsOnly() {
    hub.subscribe(
        new EventStream(
            response.asResponse(),
            new EventStream.Wish(
                Optional.empty(), Include.parse("disk"), Duration.ZERO, NO_HEARTBEAT),
            nanos));

    frame();

    assertThat(response.written.get(0)).contains("data: {\"hostname\":\"a\",\"schema\":1,");
  }

  @Test
  void close_endsTheResponse() {
    open(Duration.ZERO, NO_HEARTBEAT).close();

    assertThat(response.ends).isEqualTo(1);
  }

  private EventStream open(Duration throttle, Duration heartbeat) {
    var wish = new EventStream.Wish(Optional.empty(), Include.DEFAULT, throttle, heartbeat);
    var stream = new EventStream(response.asResponse(), wish, nanos);
    hub.subscribe(stream);
    return stream;
  }

  private void frame() {
    sequence++;
    hub.offer(TestFrame.of("a").sequence(sequence).build());
  }

  /** A response that keeps what is written, and is full when it is told. */
  private static final class FakeResponse {
    private final List<String> written = new ArrayList<>();
    private boolean full;
    private int fullAfter = Integer.MAX_VALUE;
    private int ends;

    HttpServerResponse asResponse() {
      return (HttpServerResponse)
          Proxy.newProxyInstance(
              HttpServerResponse.class.getClassLoader(),
              new Class<?>[] {HttpServerResponse.class},
              (self, method, arguments) -> call(method, arguments));
    }

    /** Times of the snapshot events. */
    List<String> ids() {
      return written.stream()
          .filter(event -> event.startsWith("event: snapshot\n"))
          .map(event -> event.substring(event.indexOf("T") + 1, event.indexOf("\ndata")))
          .toList();
    }

    long lags() {
      return written.stream().filter(event -> event.startsWith("event: lag\n")).count();
    }

    private Object call(Method method, Object[] arguments) {
      return switch (method.getName()) {
        case "writeQueueFull" -> full;
        case "write" -> write((Buffer) arguments[0]);
        case "end" -> end();
        default -> throw new UnsupportedOperationException(method.getName());
      };
    }

    private Future<Void> write(Buffer bytes) {
      assertThat(full).as("written although the queue is full").isFalse();
      written.add(bytes.toString());
      fullAfter--;
      full = fullAfter <= 0;
      return Future.succeededFuture();
    }

    private Future<Void> end() {
      ends++;
      return Future.succeededFuture();
    }
  }
}
