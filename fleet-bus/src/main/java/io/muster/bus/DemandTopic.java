package io.muster.bus;

import io.muster.schema.frame.Section;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Demand leases: requests to the collector of a host to collect a costly section. A lease expires
 * unless it is renewed.
 */
public final class DemandTopic {
  /** Duration of a lease. Api nodes renew it after every third of this duration. */
  public static final Duration LEASE_DURATION = Duration.ofSeconds(15);

  private final Vertx vertx;

  private DemandTopic(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Returns the topic on this node's event bus. */
  public static DemandTopic on(Vertx vertx) {
    return new DemandTopic(vertx);
  }

  /** Requests the host's collector to collect the section for one more {@link #LEASE_DURATION}. */
  public void renew(String hostId, Section section) {
    vertx.eventBus().publish(Address.collector(hostId), Buffer.buffer(section.singularName()));
  }

  /**
   * Returns a handler of the messages published at {@link Address#collector}, which passes on the
   * section of each renewed lease. Other messages are ignored.
   */
  public static Handler<Message<Buffer>> demandHandler(Consumer<Section> sectionHandler) {
    return message -> {
      if (body(message) instanceof Buffer name) {
        Arrays.stream(Section.values())
            .filter(section -> section.singularName().equals(name.toString()))
            .forEach(sectionHandler);
      }
    };
  }

  /** Returns null for a body that cannot be decoded, which may fail in any way. */
  private static @Nullable Object body(Message<?> message) {
    try {
      return message.body();
    } catch (RuntimeException undecodable) {
      return null;
    }
  }
}
