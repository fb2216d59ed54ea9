package io.muster.bus;

import io.muster.bus.metrics.MeterFactory;
import io.muster.schema.frame.EncodedFrame;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.InstantSource;
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

  private FrameTopic(EventBus bus) {
    this.bus = bus;
  }

  /** Returns the topic on this node's event bus. */
  public static FrameTopic on(Vertx vertx) {
    var bus = vertx.eventBus();
    try {
      bus.registerDefaultCodec(EncodedFrame.class, new FrameCodec(InstantSource.system()));
    } catch (IllegalStateException alreadyRegistered) {
      log.debug("frame codec is already registered");
    }
    return new FrameTopic(bus);
  }

  /** Publishes the frame to every subscriber on every node. */
  public void publish(EncodedFrame frame) {
    bus.publish(Address.FRAMES, frame);
  }

  /**
   * Calls the handler with each valid frame; the handler must return quickly, and may throw {@link
   * FrameRejectedException}. Completes when the registration has propagated to every node of the
   * cluster.
   *
   * @param meters for the counters of this subscription: received = rejected + delivered
   */
  public Future<MessageConsumer<EncodedFrame>> subscribe(
      Consumer<EncodedFrame> handler, MeterFactory meters) {
    var received = meters.counter("frames.received", "Frames received from the event bus");
    var rejections = FrameRejections.create(meters);
    MessageConsumer<EncodedFrame> consumer =
        bus.consumer(
            Address.FRAMES,
            message -> {
              received.increment();
              deliver(message, handler, rejections);
            });
    return consumer.completion().map(consumer);
  }

  private static void deliver(
      Message<EncodedFrame> message, Consumer<EncodedFrame> handler, FrameRejections rejections) {
    try {
      handler.accept(body(message));
    } catch (FrameRejectedException e) {
      rejections.record(e);
    }
  }

  /** Returns the frame. A message of another codec fails in the way of that codec. */
  private static EncodedFrame body(Message<EncodedFrame> message) {
    Object body;
    try {
      body = message.body();
    } catch (FrameRejectedException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new FrameRejectedException(FrameRejection.MALFORMED, "", e.toString());
    }
    if (body instanceof EncodedFrame frame) {
      return frame;
    }
    throw new FrameRejectedException(FrameRejection.MALFORMED, "", "not a frame");
  }
}
