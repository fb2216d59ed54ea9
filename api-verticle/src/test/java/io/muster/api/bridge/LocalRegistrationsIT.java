package io.muster.api.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.fleet.TestFrame;
import io.vertx.core.VertxOptions;
import io.vertx.core.spi.VertxMetricsFactory;
import io.vertx.core.spi.metrics.EventBusMetrics;
import io.vertx.core.spi.metrics.VertxMetrics;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Browsers register nothing on the event bus, and so nothing in the cluster. */
@Timeout(120)
class LocalRegistrationsIT {
  @Test
  void register_anyTransport_registersNothingOnTheEventBus() throws IOException {
    var handlers = new RecordedHandlers();
    try (var node = ApiNode.start(handlers)) {
      node.publish(TestFrame.of("a").build());
      assertThat(handlers.addresses).isNotEmpty();
      handlers.addresses.clear();

      try (var client = BridgeClient.open(node);
          var stream = new SockJsSession(node)) {
        client.register("muster.host.a").register("muster.summary");
        assertThat(List.of(client.next().getString("address"), client.next().getString("address")))
            .containsExactlyInAnyOrder("muster.host.a", "muster.summary");
        client.unregister("muster.summary").assertNothingElse();
        stream.openStream("GET", "eventsource");
        stream.send("{\"type\":\"register\",\"address\":\"muster.summary\"}");
        for (var line = stream.nextLine(); !line.contains("muster.summary"); ) {
          line = stream.nextLine();
        }
        new SockJsSession(node).poll();
      }
    }

    assertThat(handlers.addresses).isEmpty();
  }

  /** The addresses of all handlers that were registered. Safe for use by any thread. */
  private static final class RecordedHandlers implements VertxMetricsFactory {
    private final Queue<String> addresses = new ConcurrentLinkedQueue<>();

    @Override
    public VertxMetrics metrics(VertxOptions options) {
      return new VertxMetrics() {
        @Override
        public EventBusMetrics<?> createEventBusMetrics() {
          return new EventBusMetrics<String>() {
            @Override
            public String handlerRegistered(String address) {
              addresses.add(address);
              return address;
            }
          };
        }
      };
    }
  }
}
