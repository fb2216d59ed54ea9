package io.muster.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.testkit.AssertionPoller;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Clients that follow one host on all endpoints of its node, and stay connected. Confined to one
 * test, except for the events, which a thread of their own receives.
 */
final class HostClients implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final String DATA = "data: ";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final MusterProcess node;
  private final String host;
  private final NodeWebSocket socktop;
  private final NodeWebSocket usage;
  private final InputStream stream;
  private final List<String> events = new CopyOnWriteArrayList<>();

  private HostClients(MusterProcess node, String host) throws Exception {
    this.node = node;
    this.host = host;
    socktop = NodeWebSocket.open(node, "/ws/" + host);
    usage = NodeWebSocket.open(node, "/usage/" + host + "?interval=1");
    stream = URI.create(node.baseUrl("main") + "/events").toURL().openStream();
  }

  static HostClients connect(MusterProcess node, String host) throws Exception {
    var clients = new HostClients(node, host);
    var receiver = new Thread(clients::receiveEvents, "events");
    receiver.setDaemon(true);
    receiver.start();
    assertThat(clients.usage.request("subscribe:usage").path("status").asText())
        .isEqualTo("subscribed");
    assertThat(clients.usage.nextJson().path("hostname").asText()).isEqualTo(host);
    return clients;
  }

  /** Asserts that requests for the host are answered. */
  void assertAnswered() throws Exception {
    assertThat(socktop.request("get_metrics").path("hostname").asText()).isEqualTo(host);
    AssertionPoller.awaitAssertion(TIMEOUT, this::assertOnline);
  }

  /** Asserts that new events and updates of the host arrive, and none named another host. */
  void assertFollowed(List<String> otherHosts) throws Exception {
    var before = eventsOfHost();
    AssertionPoller.awaitAssertion(
        TIMEOUT, () -> assertThat(eventsOfHost()).isGreaterThan(before + 1));
    for (var event : events) {
      assertThat(hostNames(event)).allMatch(name -> name.equals(host) || otherHosts.contains(name));
    }
    assertThat(usage.nextJson().path("type").asText()).isEqualTo("usage_update");
  }

  @Override
  public void close() throws IOException {
    socktop.close();
    usage.close();
    stream.close();
  }

  private void assertOnline() throws IOException, InterruptedException {
    var clients = node.json("/api/user/client_list?user_id=default&name=" + host);
    assertThat(clients.at("/data/devices/0/client_status").asText())
        .as("%s", clients)
        .isEqualTo("online");
  }

  private long eventsOfHost() {
    return events.stream().filter(event -> hostNames(event).contains(host)).count();
  }

  private static List<String> hostNames(String event) {
    try {
      return JSON.readTree(event).findValuesAsText("host_id");
    } catch (IOException e) {
      throw new UncheckedIOException(event, e);
    }
  }

  private void receiveEvents() {
    try (var lines = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
      lines
          .lines()
          .filter(line -> line.startsWith(DATA))
          .map(line -> line.substring(DATA.length()))
          .forEach(events::add);
    } catch (IOException | UncheckedIOException closed) {
      // No event follows, which the test notices if it did not close the stream.
    }
  }
}
