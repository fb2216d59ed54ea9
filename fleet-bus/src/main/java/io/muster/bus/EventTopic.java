package io.muster.bus;

import com.fasterxml.jackson.core.type.TypeReference;
import io.muster.schema.event.FleetEvent;
import io.muster.schema.json.WireJson;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topic of the fleet events that were stored. After a fault a message may be lost: the stored
 * events are complete. Safe for use by any thread.
 */
public final class EventTopic {
  private static final Logger log = LoggerFactory.getLogger(EventTopic.class);
  private static final TypeReference<List<FleetEvent>> EVENTS = new TypeReference<>() {};

  private final EventBus bus;

  private EventTopic(EventBus bus) {
    this.bus = bus;
  }

  /** Returns the topic on this node's event bus. */
  public static EventTopic on(Vertx vertx) {
    return new EventTopic(vertx.eventBus());
  }

  /** Publishes events to every subscriber on every node; none if the list is empty. */
  public void publish(List<FleetEvent> events) {
    if (!events.isEmpty()) {
      bus.publish(Address.STORED_EVENTS, Buffer.buffer(WireJson.bytes(events)));
    }
  }

  /**
   * Calls the handler with the events of each message. Completes when the registration has
   * propagated to every node of the cluster.
   */
  public Future<MessageConsumer<Buffer>> subscribe(Consumer<List<FleetEvent>> handler) {
    MessageConsumer<Buffer> consumer =
        bus.consumer(Address.STORED_EVENTS, message -> handler.accept(read(message)));
    return consumer.completion().map(consumer);
  }

  /** Returns no events if the message is malformed; one of another codec fails in its way. */
  private static List<FleetEvent> read(Message<Buffer> message) {
    try {
      return WireJson.read(message.body().getBytes(), EVENTS);
    } catch (RuntimeException malformed) {
      log.debug("malformed fleet events", malformed);
      return List.of();
    }
  }
}
