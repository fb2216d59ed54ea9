package io.muster.bus;

import io.muster.schema.frame.Section;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Tells the collector of a host that somebody wants a costly section. A lease lapses by itself
 * unless it is renewed.
 */
public final class DemandTopic {
  /** How long one renewal lasts. Readers renew at every third of it. */
  public static final Duration LEASE = Duration.ofSeconds(15);

  private final EventBus bus;

  private DemandTopic(EventBus bus) {
    this.bus = bus;
  }

  /** The topic on this node's bus. */
  public static DemandTopic on(Vertx vertx) {
    return new DemandTopic(vertx.eventBus());
  }

  /** Asks the host's collector to collect the section for one more {@link #LEASE}. */
  public void renew(String hostId, Section section) {
    bus.publish(Address.demand(hostId), Buffer.buffer(section.singular()));
  }

  /** Calls the handler whenever somebody wants a section of this host. */
  public Future<MessageConsumer<Buffer>> listen(String hostId, Consumer<Section> handler) {
    MessageConsumer<Buffer> consumer =
        bus.consumer(
            Address.demand(hostId),
            message ->
                Arrays.stream(Section.values())
                    .filter(section -> section.singular().equals(message.body().toString()))
                    .forEach(handler));
    return consumer.completion().map(consumer);
  }
}
