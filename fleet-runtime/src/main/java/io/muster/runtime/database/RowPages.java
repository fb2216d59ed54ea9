package io.muster.runtime.database;

import io.muster.bus.service.Pages;
import io.muster.schema.json.WireJson;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import java.util.Collections;
import java.util.Iterator;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Rows of the database as pages of JSON: those of one statement, or of several, one after the
 * other. Never more than a page of them is in memory. Closed while a page is being made, it gives
 * its connection back as soon as that is done.
 */
public final class RowPages<H> implements Pages<H> {
  /** A page of long rows is some 200 KB. */
  private static final int ROWS = 500;

  private final H head;
  private final Iterator<Supplier<Future<RowCursor>>> statements;
  private final Function<Row, ?> entry;
  private @Nullable RowCursor cursor;
  private boolean closed;

  /**
   * @param statements each opens the next cursor
   * @param entry the record that a row stands for
   */
  public RowPages(
      H head, Iterator<Supplier<Future<RowCursor>>> statements, Function<Row, ?> entry) {
    this.head = head;
    this.statements = statements;
    this.entry = entry;
  }

  /** The rows of one statement. */
  public static <H> RowPages<H> of(H head, RowCursor cursor, Function<Row, ?> entry) {
    var pages = new RowPages<>(head, Collections.emptyIterator(), entry);
    pages.cursor = cursor;
    return pages;
  }

  /**
   * The rows of one statement whose first one is the head, and always there. On a failure the
   * cursor is closed.
   */
  public static <H> Future<Pages<H>> headed(
      RowCursor cursor, Function<Row, H> head, Function<Row, ?> entry) {
    return cursor
        .read(1)
        .<Pages<H>>map(first -> of(head.apply(first.iterator().next()), cursor, entry))
        .onFailure(cause -> cursor.close());
  }

  @Override
  public H head() {
    return head;
  }

  @Override
  public Future<Buffer> next() {
    // What a supplier or an entry throws is a failure like any other.
    return Future.<Void>succeededFuture().compose(begun -> page()).onFailure(cause -> close());
  }

  @Override
  public void close() {
    closed = true;
    release();
  }

  private Future<Buffer> page() {
    var reading = cursor;
    if (closed || (reading == null && !statements.hasNext())) {
      return Future.succeededFuture(Buffer.buffer());
    }
    return reading == null ? opened().compose(opened -> page()) : page(reading);
  }

  private Future<RowCursor> opened() {
    return statements
        .next()
        .get()
        .onSuccess(
            opened -> {
              cursor = opened;
              if (closed) {
                release();
              }
            });
  }

  private Future<Buffer> page(RowCursor reading) {
    if (!reading.hasMore()) {
      release();
      return page();
    }
    return reading
        .read(ROWS)
        .compose(
            rows -> {
              if (!reading.hasMore()) {
                release();
              }
              return rows.size() == 0 ? page() : Future.succeededFuture(json(rows));
            });
  }

  private void release() {
    var last = cursor;
    cursor = null;
    if (last != null) {
      last.close();
    }
  }

  private Buffer json(Iterable<Row> rows) {
    var page = Buffer.buffer();
    for (var row : rows) {
      if (page.length() > 0) {
        page.appendByte((byte) ',');
      }
      page.appendBytes(WireJson.bytes(entry.apply(row)));
    }
    return page;
  }
}
