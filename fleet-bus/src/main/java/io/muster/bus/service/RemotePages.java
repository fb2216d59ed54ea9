package io.muster.bus.service;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.lang.reflect.Type;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Pages that a {@link PageTurner} hands over. Confined to the context of the caller. */
final class RemotePages<H> implements Pages<H> {
  private static final Buffer NOTHING = Buffer.buffer();
  private static final DeliveryOptions FAREWELL =
      new DeliveryOptions().addHeader(PageTurner.CLOSE, PageTurner.CLOSE);

  private final H head;
  private final DeliveryOptions options;
  private final Function<Throwable, Throwable> translate;
  private @Nullable Message<?> newest;
  private boolean closed;

  private RemotePages(
      H head, Message<?> first, long timeoutMillis, Function<Throwable, Throwable> translate) {
    this.head = head;
    this.newest = first;
    this.options = new DeliveryOptions().setSendTimeout(timeoutMillis);
    this.translate = translate;
  }

  /**
   * The pages behind a head. Throws {@link IllegalArgumentException} when the head cannot be read;
   * then the pages are given up.
   *
   * @param first carries the head
   * @param timeoutMillis for each page
   * @param translate makes a {@code FleetException} of what the bus says
   */
  static RemotePages<?> of(
      Message<?> first,
      Type headType,
      long timeoutMillis,
      Function<Throwable, Throwable> translate) {
    try {
      var head = Parcel.from(first.body()).open(headType);
      if (head == null) {
        throw new IllegalArgumentException("the head is missing");
      }
      return new RemotePages<>(head, first, timeoutMillis, translate);
    } catch (IllegalArgumentException e) {
      first.reply(NOTHING, FAREWELL);
      throw e;
    }
  }

  @Override
  public H head() {
    return head;
  }

  @Override
  public Future<Buffer> next() {
    var page = newest;
    if (page == null || closed) {
      return Future.succeededFuture(NOTHING);
    }
    newest = null;
    return page.<Buffer>replyAndRequest(NOTHING, options)
        .map(this::turned)
        .recover(cause -> Future.failedFuture(translate.apply(cause)));
  }

  @Override
  public void close() {
    closed = true;
    var page = newest;
    newest = null;
    if (page != null) {
      page.reply(NOTHING, FAREWELL);
    }
  }

  private Buffer turned(Message<Buffer> page) {
    var rows = page.body();
    if (rows.length() > 0) {
      newest = page;
    }
    if (closed) {
      close();
    }
    return rows;
  }
}
