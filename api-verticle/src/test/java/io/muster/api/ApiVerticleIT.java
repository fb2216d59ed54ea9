package io.muster.api;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.muster.api.fleet.TestFrame;
import io.muster.api.listener.ListenConfig;
import io.muster.api.listener.Listeners;
import io.muster.runtime.config.HostPort;
import io.muster.schema.frame.ReservedPort;
import io.muster.schema.frame.Section;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class ApiVerticleIT {
  /** Far longer than a stop takes on a loaded machine, and shorter than any idle timeout. */
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);

  private static final String LARGE_SECTION = "[{\"text\":\"" + "x".repeat(64 * 1024) + "\"}]";

  private final LinkedHashMap<String, HostPort> listeners = new LinkedHashMap<>();

  @Test
  void start_severalListeners_allServeAllRoutes() {
    listeners.put(ApiNode.MAIN, new HostPort("127.0.0.1", 0));
    listeners.put("api.listen.rest", new HostPort("127.0.0.1", 0));
    try (var node = ApiNode.start(ApiNode.configListeningOn(listeners))) {
      node.publish(TestFrame.of("a").build());

      assertThat(node.boundAddresses()).containsOnlyKeys(ApiNode.MAIN, "api.listen.rest");
      for (var address : node.boundAddresses().values()) {
        assertThat(Exchange.send(address, "GET", "/snapshot").status()).isEqualTo(200);
        assertThat(Exchange.send(address, "GET", "/api/user/client_stat").status()).isEqualTo(400);
      }
    }
  }

  @Test
  void start_portIsTaken_failsWithKeyAndRemedyAndLeavesNothingOpen() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var free = new ReservedPort()) {
      var freeAddress = new HostPort("127.0.0.1", free.number());
      listeners.put(ApiNode.MAIN, freeAddress);
      listeners.put("api.listen.rest", new HostPort("127.0.0.1", taken.getLocalPort()));
      try (var node = ApiNode.deploy(ApiNode.configListeningOn(listeners))) {
        var failure =
            catchThrowable(
                () -> node.deployed().toCompletionStage().toCompletableFuture().get(60, SECONDS));

        assertThat(failure).isInstanceOf(ExecutionException.class);
        assertThat(failure.getCause())
            .isInstanceOf(Listeners.ListenException.class)
            .hasMessageStartingWith(
                "api.listen.rest: cannot listen on 127.0.0.1:" + taken.getLocalPort() + ": ")
            .hasMessageEndingWith(
                "; stop the process that uses it, or choose another with --set"
                    + " api.listen.rest=127.0.0.1:PORT");
        assertThat(node.boundAddresses()).isEmpty();
        assertThatThrownBy(() -> Exchange.connect(freeAddress))
            .isInstanceOf(ConnectException.class);
      }
    }
  }

  @Test
  void start_optionalPortIsTaken_isSkippedOnAllEventLoops() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var socktop = new HostPort("127.0.0.1", taken.getLocalPort());
      listeners.put(ListenConfig.SOCKTOP, socktop);
      listeners.put(ApiNode.MAIN, new HostPort("127.0.0.1", 0));
      var config = ApiNode.configListeningOn(listeners);
      var listen =
          new ListenConfig(
              listeners,
              Set.of(ListenConfig.SOCKTOP),
              Optional.empty(),
              config.listen().tls(),
              config.listen().limits());
      try (var node = ApiNode.start(withListeners(config, listen))) {
        assertThat(node.boundAddresses()).containsOnlyKeys(ApiNode.MAIN);
        assertThat(node.skippedListeners()).isEqualTo(Map.of(ListenConfig.SOCKTOP, socktop));
        assertThat(node.get("/healthz").body()).isEqualTo("ok");
      }
    }
  }

  @Test
  void stop_withOpenStreams_endsThem() throws IOException {
    try (var node = ApiNode.start();
        var one = node.openEvents("/events");
        var another = node.openEvents("/events?include=process")) {
      node.publish(TestFrame.of("a").build());
      assertThat(one.next()).isPresent();
      assertThat(another.next()).isPresent();
      var address = node.mainAddress();

      var began = System.nanoTime();
      node.undeploy();

      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(STOP_TIMEOUT);
      assertThat(one.next()).as("the last chunk has arrived").isEmpty();
      assertThat(another.next()).isEmpty();
      assertThatThrownBy(() -> Exchange.connect(address)).isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void stop_withAClientThatNeverReads_isNotDelayed() throws IOException {
    try (var node = ApiNode.start();
        var stuck = new Socket()) {
      connectWithoutReading(stuck, node);
      fillMailbox(node);

      var began = System.nanoTime();
      node.undeploy();

      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(STOP_TIMEOUT);
    }
  }

  @Test
  void publish_withAClientThatNeverReads_reachesOthersAndCountsItsLosses() throws IOException {
    var frames = 200;
    try (var node = ApiNode.start();
        var socket = new Socket()) {
      connectWithoutReading(socket, node);
      var reader = node.openEvents("/events");
      for (int sequence = 1; sequence <= frames; sequence++) {
        publish(node, sequence);
        assertThat(reader.next().orElseThrow()).startsWith("event: snapshot\n");
      }

      var dropped = (long) node.sampleValue("muster_api_events_dropped_total");
      // Frames that are neither dropped nor in the mailbox of 16 are in buffers of 64 KiB.
      assertThat(dropped).isBetween(frames - 16L - 40L, frames - 17L);

      var schemas = AsyncApiSchemas.of(node);
      var late = EventReader.of(socket);
      var reported = 0L;
      var received = 0L;
      var last = "";
      while (!last.contains(eventId(frames))) {
        last = late.next().orElseThrow();
        reported += last.startsWith("event: lag\n") ? droppedFrames(last, schemas) : 0;
        received += last.startsWith("event: snapshot\n") ? 1 : 0;
      }
      assertThat(reported)
          .as("the client receives the number of losses, and continues with the newest")
          .isBetween(dropped, dropped + 16);
      assertThat(received + reported).as("offered = received + dropped").isEqualTo(frames);
    }
  }

  private static void connectWithoutReading(Socket socket, ApiNode node) throws IOException {
    socket.setReceiveBufferSize(4 * 1024);
    socket.setSoTimeout(60_000);
    socket.connect(new InetSocketAddress(node.mainAddress().host(), node.mainAddress().port()));
    EventReader.request(socket, "/events?include=process");
    var open = 0.0;
    for (int attempt = 0; attempt < 10_000 && open < 1; attempt++) {
      open = node.sampleValue("muster_api_subscribers");
    }
    assertThat(open).isEqualTo(1);
  }

  private static void fillMailbox(ApiNode node) {
    for (int sequence = 1; sequence <= 100; sequence++) {
      publish(node, sequence);
    }
    assertThat(node.sampleValue("muster_api_events_dropped_total")).isPositive();
  }

  private static void publish(ApiNode node, int sequence) {
    node.publish(
        TestFrame.of("a").sequence(sequence).section(Section.PROCESS, LARGE_SECTION).build());
  }

  private static String eventId(int sequence) {
    return "id: " + TestFrame.AT.plusSeconds(3L * (sequence - 1)).truncatedTo(ChronoUnit.SECONDS);
  }

  private static long droppedFrames(String event, AsyncApiSchemas schemas) {
    schemas.assertValid("Lag", event.substring(event.indexOf("\ndata: ") + 7));
    return Long.parseLong(event.replaceAll("\\D", ""));
  }

  private static ApiConfig withListeners(ApiConfig config, ListenConfig listen) {
    return new ApiConfig(
        listen,
        config.access(),
        2,
        config.streams(),
        config.fleet(),
        config.metricsMaxAge(),
        config.forgetAfter(),
        config.callTimeout(),
        config.webSockets());
  }
}
