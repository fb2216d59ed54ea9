package io.muster.bus.service;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.lang.reflect.Type;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Pages received from a {@link PageServer}. Confined to the context of the caller. */
final class PageClient<H> implements Pages<H> {
  private static final Buffer EMPTY = Buffer.buffer();
  private static final DeliveryOptions CLOSE_OPTIONS =
      new DeliveryOptions().addHeader(PageServer.CLOSE_HEADER, PageServer.CLOSE_HEADER);

  private final H head;
  private final DeliveryOptions options;
  private final Function<Throwable, Throwable> causeMapper;
  private @Nullable Message<?> lastMessage;
  private boolean closed;

  private PageClient(
      H head,
      Message<?> headMessage,
      long timeoutMillis,
      Function<Throwable, Throwable> causeMapper) {
    this.head = head;
    this.lastMessage = headMessage;
    this.options = new DeliveryOptions().setSendTimeout(timeoutMillis);
    this.causeMapper = causeMapper;
  }

  /**
   * Returns the pages after a head. Throws {@link IllegalArgumentException} if the head cannot be
   * read; then the pages are closed.
   *
   * @param headMessage message with the head
   * @param timeoutMillis timeout of each page
   * @param causeMapper converts a failure of the bus into a {@code FleetException}
   */
  static PageClient<?> of(
      Message<?> headMessage,
      Type headType,
      long timeoutMillis,
      Function<Throwable, Throwable> causeMapper) {
    try {
      var head = ServiceMessage.from(headMessage.body()).decode(headType);
      if (head == null) {
        throw new IllegalArgumentException("the head is missing");
      }
      return new PageClient<>(head, headMessage, timeoutMillis, causeMapper);
    } catch (IllegalArgumentException e) {
      headMessage.reply(EMPTY, CLOSE_OPTIONS);
      throw e;
    }
  }

  @Override
  public H head() {
    return head;
  }

  @Override
  public Future<Buffer> next() {
    var message = lastMessage;
    if (message == null || closed) {
      return Future.succeededFuture(EMPTY);
    }
    lastMessage = null;
    return message
        .<Buffer>replyAndRequest(EMPTY, options)
        .map(this::acceptPage)
        .recover(cause -> Future.failedFuture(causeMapper.apply(cause)));
  }

  @Override
  public void close() {
    closed = true;
    var message = lastMessage;
    lastMessage = null;
    if (message != null) {
      message.reply(EMPTY, CLOSE_OPTIONS);
    }
  }

  private Buffer acceptPage(Message<Buffer> message) {
    var rows = message.body();
    if (rows.length() > 0) {
      lastMessage = message;
    }
    if (closed) {
      close();
    }
    return rows;
  }
}
