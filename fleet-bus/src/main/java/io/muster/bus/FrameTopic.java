package io.muster.bus;

import io.muster.schema.frame.EncodedFrame;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topic of all frames. Publishing never waits: not for a subscriber, not for the network.
 * Subscribers get frames late, twice or out of order after a fault, and must keep the newest by
 * themselves.
 */
public final class FrameTopic {
  private static final Logger log = LoggerFactory.getLogger(FrameTopic.class);

  private final EventBus bus;
  private final LongAdder publishedCount = new LongAdder();
  private final LongAdder receivedCount = new LongAdder();
  private final LongAdder malformedCount = new LongAdder();

  private FrameTopic(EventBus bus) {
    this.bus = bus;
  }

  /** The topic on this node's bus. */
  public static FrameTopic on(Vertx vertx) {
    var bus = vertx.eventBus();
    try {
      bus.registerDefaultCodec(EncodedFrame.class, new FrameCodec());
    } catch (IllegalStateException alreadyRegistered) {
      log.debug("frame codec is registered already");
    }
    return new FrameTopic(bus);
  }

  /** Hands the frame to every subscriber of every node. */
  public void publish(EncodedFrame frame) {
    bus.publish(Address.FRAMES, frame);
    publishedCount.increment();
  }

  /**
   * Calls the handler with each frame; the handler must be quick. Completes when every node of the
   * cluster knows.
   */
  public Future<MessageConsumer<EncodedFrame>> subscribe(Consumer<EncodedFrame> handler) {
    MessageConsumer<EncodedFrame> consumer =
        bus.consumer(Address.FRAMES, message -> receive(message, handler));
    return consumer.completion().map(consumer);
  }

  /** Frames published by this node. */
  public long publishedCount() {
    return publishedCount.sum();
  }

  /** Messages received by this node: handed on + malformed. */
  public long receivedCount() {
    return receivedCount.sum();
  }

  /** Messages that held no sound frame, and were dropped. */
  public long malformedCount() {
    return malformedCount.sum();
  }

  private void receive(Message<EncodedFrame> message, Consumer<EncodedFrame> handler) {
    receivedCount.increment();
    EncodedFrame frame;
    try {
      frame = message.body();
    } catch (IllegalArgumentException | ClassCastException e) {
      malformedCount.increment();
      log.debug("frame is malformed reason={}", e.getMessage());
      return;
    }
    handler.accept(frame);
  }
}
