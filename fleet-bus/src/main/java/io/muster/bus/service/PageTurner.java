package io.muster.bus.service;

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

  /** How long a reader may take with one page. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final DeliveryOptions PAGE =
      new DeliveryOptions().setSendTimeout(PATIENCE.toMillis());
  private static final DeliveryOptions HEAD = new DeliveryOptions(PAGE).setCodecName(Parcel.CODEC);

  private final Pages<?> pages;
  private final BiConsumer<Message<?>, Throwable> refuse;

  private PageTurner(Pages<?> pages, BiConsumer<Message<?>, Throwable> refuse) {
    this.pages = pages;
    this.refuse = refuse;
  }

  /**
   * Answers a request with the head, and the requests that follow with the pages.
   *
   * @param refuse answers a request with a failure
   */
  static void serve(Message<?> request, Pages<?> pages, BiConsumer<Message<?>, Throwable> refuse) {
    var turner = new PageTurner(pages, refuse);
    turner.await(request, Parcel.of(pages.head()), HEAD);
  }

  /** A reader that is gone, or too slow, gets nothing any more. */
  private void await(Message<?> request, Object page, DeliveryOptions options) {
    request
        .<Object>replyAndRequest(page, options)
        .onSuccess(this::turn)
        .onFailure(gone -> pages.close());
  }

  private void turn(Message<?> request) {
    if (request.headers().contains(CLOSE)) {
      pages.close();
      return;
    }
    pages
        .next()
        .onSuccess(page -> give(request, page))
        .onFailure(
            cause -> {
              pages.close();
              refuse.accept(request, cause);
            });
  }

  private void give(Message<?> request, Buffer page) {
    if (page.length() > 0) {
      await(request, page, PAGE);
    } else {
      pages.close();
      request.reply(page);
    }
  }
}
