package io.muster.bus.service;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * Hands the pages of one answer over the bus, each as the reply to a request for it. The reader's
 * requests are replies themselves: to the page before. So they reach the node that has the pages,
 * without an address of their own.
 */
final class PageTurner {
  /** Header of a reader's message: it wants no more. */
  static final String CLOSE = "close";

  /** How long a reader may take with one page; the database ends who idles for a minute. */
  static final Duration PATIENCE = Duration.ofSeconds(50);

  private final Pages<?> pages;
  private final DeliveryOptions options;
  private final BiConsumer<Message<?>, Throwable> refuse;

  private PageTurner(
      Pages<?> pages, DeliveryOptions options, BiConsumer<Message<?>, Throwable> refuse) {
    this.pages = pages;
    this.options = options;
    this.refuse = refuse;
  }

  /**
   * Answers a request with the head, and the requests that follow with the pages.
   *
   * @param patience how long a reader may take with one page
   * @param refuse answers a request with a failure
   */
  static void serve(
      Message<?> request,
      Pages<?> pages,
      Duration patience,
      BiConsumer<Message<?>, Throwable> refuse) {
    var page = new DeliveryOptions().setSendTimeout(patience.toMillis());
    var head = new DeliveryOptions(page).setCodecName(Parcel.CODEC);
    new PageTurner(pages, page, refuse).await(request, Parcel.of(pages.head()), head);
  }

  /** A reader that is gone, or too slow, gets nothing any more. */
  private void await(Message<?> request, Object page, DeliveryOptions how) {
    if (request.replyAddress() == null) {
      pages.close(); // Nobody waits for an answer.
      return;
    }
    request.replyAndRequest(page, how).onSuccess(this::turn).onFailure(gone -> pages.close());
  }

  private void turn(Message<?> request) {
    if (request.headers().contains(CLOSE)) {
      pages.close();
      return;
    }
    // What the source throws is a failure like any other.
    Future.<Void>succeededFuture()
        .compose(asked -> pages.next())
        .onSuccess(page -> give(request, page))
        .onFailure(
            cause -> {
              pages.close();
              refuse.accept(request, cause);
            });
  }

  private void give(Message<?> request, Buffer page) {
    if (page.length() > 0) {
      await(request, page, options);
    } else {
      pages.close();
      request.reply(page);
    }
  }
}
