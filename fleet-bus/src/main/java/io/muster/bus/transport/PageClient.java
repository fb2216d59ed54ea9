package io.muster.bus.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.schema.json.WireJson;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Pages received from a {@link PageServer}. Confined to the context of the caller. */
final class PageClient<H, R> implements Pages<H, R> {
  private static final Buffer EMPTY = Buffer.buffer();
  private static final DeliveryOptions CLOSE_OPTIONS =
      new DeliveryOptions().addHeader(PageServer.CLOSE_HEADER, PageServer.CLOSE_HEADER);

  private final H head;
  private final DeliveryOptions options;
  private final Function<Throwable, Throwable> causeMapper;
  private @Nullable Page<R> firstPage;
  private @Nullable Message<?> lastMessage;
  private boolean closed;

  private PageClient(
      H head, Message<?> reply, Duration timeout, Function<Throwable, Throwable> causeMapper) {
    this.head = head;
    this.options = new DeliveryOptions().setSendTimeout(timeout.toMillis());
    this.causeMapper = causeMapper;
    this.firstPage = receive(reply);
  }

  /**
   * Returns the pages that begin with a reply. Throws {@link IllegalArgumentException} if the reply
   * cannot be read; then the pages are closed.
   *
   * @param reply message with the head and the first page
   * @param timeout timeout of each further page
   * @param causeMapper converts a failure of the bus into a {@code FleetException}
   */
  static PageClient<?, ?> of(
      Message<?> reply,
      Type headType,
      Duration timeout,
      Function<Throwable, Throwable> causeMapper) {
    try {
      return new PageClient<>(readHead(reply, headType), reply, timeout, causeMapper);
    } catch (IllegalArgumentException e) {
      reply.reply(EMPTY, CLOSE_OPTIONS);
      throw e;
    }
  }

  @Override
  public H head() {
    return head;
  }

  @Override
  public Future<Page<R>> next() {
    var received = firstPage;
    if (received != null) {
      firstPage = null;
      return Future.succeededFuture(received);
    }
    var message = lastMessage;
    if (message == null || closed) {
      return Future.succeededFuture(Page.ofJson(EMPTY, true));
    }
    lastMessage = null;
    return message
        .replyAndRequest(EMPTY, options)
        .map(this::receive)
        .recover(cause -> Future.failedFuture(causeMapper.apply(cause)));
  }

  @Override
  public void close() {
    closed = true;
    firstPage = null;
    var message = lastMessage;
    lastMessage = null;
    if (message != null) {
      message.reply(EMPTY, CLOSE_OPTIONS);
    }
  }

  private Page<R> receive(Message<?> message) {
    var page =
        Page.<R>ofJson(
            ServiceMessage.from(message.body()).toJson(),
            message.headers().contains(PageServer.LAST_HEADER));
    if (!page.isLast()) {
      lastMessage = message;
    }
    if (closed) {
      close();
    }
    return page;
  }

  private static Object readHead(Message<?> reply, Type type) {
    var head = reply.headers().get(PageServer.HEAD_HEADER);
    if (head == null) {
      throw new IllegalArgumentException("the head is missing");
    }
    return WireJson.read(head.getBytes(UTF_8), type);
  }
}
