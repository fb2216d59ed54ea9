package io.muster.bus;

import io.muster.schema.frame.Section;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Function;

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

  /** Calls the handler with the section of each renewed lease of this host. */
  public Future<MessageConsumer<Buffer>> subscribe(String hostId, Consumer<Section> demandHandler) {
    return consume(hostId, message -> deliver(message, demandHandler));
  }

  /**
   * Calls the demand handler with the section of each renewed lease, and the request handler with
   * each request at the same address: a published message renews a lease, a sent one is a request.
   * Completes when the registration has propagated to every node of the cluster.
   *
   * @param requestHandlerFactory creates the request handler on this node
   */
  public Future<MessageConsumer<Buffer>> subscribe(
      String hostId,
      Consumer<Section> demandHandler,
      Function<Vertx, Handler<Message<Buffer>>> requestHandlerFactory) {
    var requestHandler = requestHandlerFactory.apply(vertx);
    return consume(
        hostId,
        message -> {
          if (message.isSend()) {
            requestHandler.handle(message);
          } else {
            deliver(message, demandHandler);
          }
        });
  }

  private Future<MessageConsumer<Buffer>> consume(String hostId, Handler<Message<Buffer>> handler) {
    var consumer = vertx.eventBus().consumer(Address.collector(hostId), handler);
    return consumer.completion().map(consumer);
  }

  private static void deliver(Message<Buffer> message, Consumer<Section> demandHandler) {
    Arrays.stream(Section.values())
        .filter(section -> section.singularName().equals(message.body().toString()))
        .forEach(demandHandler);
  }
}
