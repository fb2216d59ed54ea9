package io.muster.bus.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.bus.FleetException;
import io.muster.schema.json.WireJson;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Sends the pages of one result over the bus: the first with the head as the reply to the call,
 * each other one as the reply to a request for it. Such a request is itself the reply to the
 * previous page, and so reaches the node that has the pages without a separate address. The last
 * page has a header, and needs no answer: a short result is one reply. Confined to the context of
 * the pages.
 */
final class PageServer {
  /** Header of the first page: the head, as JSON. */
  static final String HEAD_HEADER = "head";

  /** Header of the last page. */
  static final String LAST_HEADER = "last";

  /** Header of the message with which a reader closes the pages. */
  static final String CLOSE_HEADER = "close";

  /**
   * Time within which a reader must request the next page; shorter than a minute, because the
   * database ends a transaction that is idle for so long.
   */
  static final Duration PAGE_TIMEOUT = Duration.ofSeconds(50);

  private final Pages<?, ?> pages;
  private final Duration pageTimeout;
  private final Function<Throwable, FleetException> causeMapper;

  private PageServer(
      Pages<?, ?> pages, Duration pageTimeout, Function<Throwable, FleetException> causeMapper) {
    this.pages = pages;
    this.pageTimeout = pageTimeout;
    this.causeMapper = causeMapper;
  }

  /**
   * Replies to a call with the head and the first page, and to the requests that follow with the
   * other pages.
   *
   * @param pageTimeout time within which the reader must request the next page
   * @param causeMapper converts a failure of the pages into one for the reader
   */
  static void serve(
      Message<?> call,
      Pages<?, ?> pages,
      Duration pageTimeout,
      Function<Throwable, FleetException> causeMapper) {
    var server = new PageServer(pages, pageTimeout, causeMapper);
    server.sendPage(
        call,
        () ->
            server
                .options()
                .addHeader(HEAD_HEADER, new String(WireJson.bytes(pages.head()), UTF_8)));
  }

  private void sendPage(Message<?> request, Supplier<DeliveryOptions> options) {
    if (request.replyAddress() == null) {
      pages.close(); // The sender does not expect a reply.
      return;
    }
    // An exception thrown by the source is handled like a failed future.
    Future.<Void>succeededFuture()
        .map(begun -> options.get())
        .compose(created -> pages.next().onSuccess(page -> reply(request, page, created)))
        .onFailure(
            cause -> {
              pages.close();
              BusService.replyFailure(request, causeMapper.apply(cause));
            });
  }

  /** Replies with a page. If the reader is gone or too slow, closes the pages. */
  private void reply(Message<?> request, Page<?> page, DeliveryOptions options) {
    var rows = ServiceMessage.from(page.json());
    if (page.isLast()) {
      pages.close();
      request.reply(rows, options.addHeader(LAST_HEADER, LAST_HEADER));
      return;
    }
    request
        .replyAndRequest(rows, options)
        .onSuccess(this::handlePageRequest)
        .onFailure(cause -> pages.close());
  }

  private void handlePageRequest(Message<?> request) {
    if (request.headers().contains(CLOSE_HEADER)) {
      pages.close();
    } else {
      sendPage(request, this::options);
    }
  }

  private DeliveryOptions options() {
    return new DeliveryOptions()
        .setCodecName(ServiceMessage.CODEC_NAME)
        .setSendTimeout(pageTimeout.toMillis());
  }
}
