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
final class PageServer {
  /** Header of a reader's message: it wants no more. */
  static final String CLOSE_HEADER = "close";

  /** How long a reader may take with one page; the database ends who idles for a minute. */
  static final Duration PAGE_TIMEOUT = Duration.ofSeconds(50);

  private final Pages<?> pages;
  private final DeliveryOptions pageOptions;
  private final BiConsumer<Message<?>, Throwable> failureReplier;

  private PageServer(
      Pages<?> pages,
      DeliveryOptions pageOptions,
      BiConsumer<Message<?>, Throwable> failureReplier) {
    this.pages = pages;
    this.pageOptions = pageOptions;
    this.failureReplier = failureReplier;
  }

  /**
   * Answers a request with the head, and the requests that follow with the pages.
   *
   * @param pageTimeout how long a reader may take with one page
   * @param failureReplier answers a request with a failure
   */
  static void serve(
      Message<?> request,
      Pages<?> pages,
      Duration pageTimeout,
      BiConsumer<Message<?>, Throwable> failureReplier) {
    var pageOptions = new DeliveryOptions().setSendTimeout(pageTimeout.toMillis());
    var headOptions = new DeliveryOptions(pageOptions).setCodecName(ServiceMessage.CODEC_NAME);
    new PageServer(pages, pageOptions, failureReplier)
        .replyAndAwaitRequest(request, ServiceMessage.of(pages.head()), headOptions);
  }

  /** A reader that is gone, or too slow, gets nothing any more. */
  private void replyAndAwaitRequest(Message<?> request, Object page, DeliveryOptions replyOptions) {
    if (request.replyAddress() == null) {
      pages.close(); // Nobody waits for an answer.
      return;
    }
    request
        .replyAndRequest(page, replyOptions)
        .onSuccess(this::handlePageRequest)
        .onFailure(cause -> pages.close());
  }

  private void handlePageRequest(Message<?> request) {
    if (request.headers().contains(CLOSE_HEADER)) {
      pages.close();
      return;
    }
    // What the source throws is a failure like any other.
    Future.<Void>succeededFuture()
        .compose(ignored -> pages.next())
        .onSuccess(page -> replyPage(request, page))
        .onFailure(
            cause -> {
              pages.close();
              failureReplier.accept(request, cause);
            });
  }

  private void replyPage(Message<?> request, Buffer page) {
    if (page.length() > 0) {
      replyAndAwaitRequest(request, page, pageOptions);
    } else {
      pages.close();
      request.reply(page);
    }
  }
}
