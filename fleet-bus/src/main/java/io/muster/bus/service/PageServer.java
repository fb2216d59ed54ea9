package io.muster.bus.service;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * Sends the pages of one result over the bus, each as the reply to a request for it. A request for
 * a page is itself the reply to the previous page, and so reaches the node that has the pages
 * without a separate address.
 */
final class PageServer {
  /** Header of the message with which a reader closes the pages. */
  static final String CLOSE_HEADER = "close";

  /**
   * Time within which a reader must request the next page; shorter than a minute, because the
   * database ends a transaction that is idle for so long.
   */
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
   * Replies to a request with the head, and to the requests that follow with the pages.
   *
   * @param pageTimeout time within which the reader must request the next page
   * @param failureReplier replies to a request with a failure
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

  /** Sends a page. If the reader is gone or too slow, closes the pages. */
  private void replyAndAwaitRequest(Message<?> request, Object page, DeliveryOptions replyOptions) {
    if (request.replyAddress() == null) {
      pages.close(); // The sender does not expect a reply.
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
    // An exception thrown by the source is handled like a failed future.
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
