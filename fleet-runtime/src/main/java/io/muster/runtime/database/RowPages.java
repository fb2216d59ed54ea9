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
 * Rows of the database as pages of JSON, from one statement or from several in sequence. At most
 * one page is in memory. If the pages are closed while one is being read, the connection is
 * released after that read. Confined to the context of its cursors.
 */
public final class RowPages<H> implements Pages<H> {
  /** A page of long rows is about 200 KB. */
  private static final int ROWS_PER_PAGE = 500;

  private final H head;
  private final Iterator<Supplier<Future<RowCursor>>> cursorSuppliers;
  private final Function<Row, ?> rowMapper;
  private @Nullable RowCursor cursor;
  private boolean closed;

  /**
   * Creates pages over several statements.
   *
   * @param cursorSuppliers each opens the next cursor
   * @param rowMapper maps a row to the record that is serialized
   */
  public RowPages(
      H head, Iterator<Supplier<Future<RowCursor>>> cursorSuppliers, Function<Row, ?> rowMapper) {
    this.head = head;
    this.cursorSuppliers = cursorSuppliers;
    this.rowMapper = rowMapper;
  }

  /** Returns the rows of one statement. */
  public static <H> RowPages<H> of(H head, RowCursor cursor, Function<Row, ?> rowMapper) {
    var pages = new RowPages<>(head, Collections.emptyIterator(), rowMapper);
    pages.cursor = cursor;
    return pages;
  }

  /**
   * Returns the rows of one statement whose first row, which always exists, is the head. On a
   * failure the cursor is closed.
   */
  public static <H> Future<Pages<H>> fromHeadRow(
      RowCursor cursor, Function<Row, H> headMapper, Function<Row, ?> rowMapper) {
    return cursor
        .read(1)
        .<Pages<H>>map(first -> of(headMapper.apply(first.iterator().next()), cursor, rowMapper))
        .onFailure(cause -> cursor.close());
  }

  @Override
  public H head() {
    return head;
  }

  @Override
  public Future<Buffer> next() {
    // An exception from a supplier or from the row mapper becomes a failed future.
    return Future.<Void>succeededFuture().compose(begun -> nextPage()).onFailure(cause -> close());
  }

  @Override
  public void close() {
    closed = true;
    closeCursor();
  }

  private Future<Buffer> nextPage() {
    var current = cursor;
    if (closed || (current == null && !cursorSuppliers.hasNext())) {
      return Future.succeededFuture(Buffer.buffer());
    }
    return current == null ? openNext().compose(opened -> nextPage()) : readPage(current);
  }

  private Future<RowCursor> openNext() {
    return cursorSuppliers
        .next()
        .get()
        .onSuccess(
            opened -> {
              cursor = opened;
              if (closed) {
                closeCursor();
              }
            });
  }

  private Future<Buffer> readPage(RowCursor current) {
    if (!current.hasMore()) {
      closeCursor();
      return nextPage();
    }
    return current
        .read(ROWS_PER_PAGE)
        .compose(
            rows -> {
              if (!current.hasMore()) {
                closeCursor();
              }
              return rows.size() == 0 ? nextPage() : Future.succeededFuture(toJson(rows));
            });
  }

  private void closeCursor() {
    var current = cursor;
    cursor = null;
    if (current != null) {
      current.close();
    }
  }

  private Buffer toJson(Iterable<Row> rows) {
    var page = Buffer.buffer();
    for (var row : rows) {
      if (page.length() > 0) {
        page.appendByte((byte) ',');
      }
      page.appendBytes(WireJson.bytes(rowMapper.apply(row)));
    }
    return page;
  }
}
