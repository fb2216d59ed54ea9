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
 * The topic of all frames. Publishing never waits for a subscriber or for the network. After a
 * fault, subscribers may receive frames late, twice or out of order, and must select the newest
 * themselves. Safe for use by any thread.
 */
public final class FrameTopic {
  private static final Logger log = LoggerFactory.getLogger(FrameTopic.class);

  private final EventBus bus;
  private final LongAdder publishedFrames = new LongAdder();
  private final LongAdder receivedMessages = new LongAdder();
  private final LongAdder malformedMessages = new LongAdder();

  private FrameTopic(EventBus bus) {
    this.bus = bus;
  }

  /** Returns the topic on this node's event bus. */
  public static FrameTopic on(Vertx vertx) {
    var bus = vertx.eventBus();
    try {
      bus.registerDefaultCodec(EncodedFrame.class, new FrameCodec());
    } catch (IllegalStateException alreadyRegistered) {
      log.debug("frame codec is already registered");
    }
    return new FrameTopic(bus);
  }

  /** Publishes the frame to every subscriber on every node. */
  public void publish(EncodedFrame frame) {
    bus.publish(Address.FRAMES, frame);
    publishedFrames.increment();
  }

  /**
   * Calls the handler with each frame; the handler must return quickly. Completes when the
   * registration has propagated to every node of the cluster.
   */
  public Future<MessageConsumer<EncodedFrame>> subscribe(Consumer<EncodedFrame> handler) {
    MessageConsumer<EncodedFrame> consumer =
        bus.consumer(Address.FRAMES, message -> receive(message, handler));
    return consumer.completion().map(consumer);
  }

  /** Returns the number of frames published through this topic. */
  public long publishedFrames() {
    return publishedFrames.sum();
  }

  /** Returns the number of messages received: delivered + malformed. */
  public long receivedMessages() {
    return receivedMessages.sum();
  }

  /** Returns the number of messages that contained no valid frame, and were dropped. */
  public long malformedMessages() {
    return malformedMessages.sum();
  }

  private void receive(Message<EncodedFrame> message, Consumer<EncodedFrame> handler) {
    receivedMessages.increment();
    EncodedFrame frame;
    try {
      frame = message.body();
    } catch (IllegalArgumentException | ClassCastException e) {
      malformedMessages.increment();
      log.debug("frame is malformed reason={}", e.getMessage());
      return;
    }
    handler.accept(frame);
  }
}
