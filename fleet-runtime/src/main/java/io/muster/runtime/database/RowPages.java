package io.muster.runtime.database;

import io.muster.bus.transport.Page;
import io.muster.bus.transport.Pages;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Rows of the database in pages, from one statement or from several in sequence. Every page but the
 * last is full, and at most one is in memory. The connection is released with the last row; if the
 * pages are closed while one is being read, after that read. Confined to the context of its
 * cursors.
 */
public final class RowPages<H, R> implements Pages<H, R> {
  /** A page of long rows is about 200 KB. */
  private static final int ROWS_PER_PAGE = 500;

  private final H head;
  private final Iterator<Supplier<Future<RowCursor>>> cursorSuppliers;
  private final Function<Row, R> rowMapper;
  private @Nullable RowCursor cursor;
  private boolean closed;

  /**
   * Creates pages over several statements.
   *
   * @param cursorSuppliers each opens the next cursor
   * @param rowMapper maps a row to the record that is serialized
   */
  public RowPages(
      H head, Iterator<Supplier<Future<RowCursor>>> cursorSuppliers, Function<Row, R> rowMapper) {
    this.head = head;
    this.cursorSuppliers = cursorSuppliers;
    this.rowMapper = rowMapper;
  }

  /** Returns the rows of one statement. */
  public static <H, R> RowPages<H, R> of(H head, RowCursor cursor, Function<Row, R> rowMapper) {
    var pages = new RowPages<>(head, Collections.emptyIterator(), rowMapper);
    pages.cursor = cursor;
    return pages;
  }

  /**
   * Returns the rows of one statement whose first row, which always exists, is the head. On a
   * failure the cursor is closed.
   */
  public static <H, R> Future<Pages<H, R>> fromHeadRow(
      RowCursor cursor, Function<Row, H> headMapper, Function<Row, R> rowMapper) {
    return cursor
        .read(1)
        .<Pages<H, R>>map(first -> of(headMapper.apply(first.iterator().next()), cursor, rowMapper))
        .onFailure(cause -> cursor.close());
  }

  @Override
  public H head() {
    return head;
  }

  @Override
  public Future<Page<R>> next() {
    // An exception from a supplier or from the row mapper becomes a failed future.
    return Future.<List<R>>succeededFuture(new ArrayList<>())
        .compose(this::fillPage)
        .onFailure(cause -> close());
  }

  @Override
  public void close() {
    closed = true;
    closeCursor();
  }

  private Future<Page<R>> fillPage(List<R> rows) {
    if (rows.size() == ROWS_PER_PAGE || isAtEnd()) {
      return Future.succeededFuture(Page.of(rows, isAtEnd()));
    }
    var current = cursor;
    return (current == null ? openNext() : readRows(current, rows)).compose(done -> fillPage(rows));
  }

  private boolean isAtEnd() {
    return closed || (cursor == null && !cursorSuppliers.hasNext());
  }

  private Future<?> openNext() {
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

  private Future<?> readRows(RowCursor current, List<R> rows) {
    if (!current.hasMore()) {
      closeCursor();
      return Future.succeededFuture();
    }
    return current
        .read(ROWS_PER_PAGE - rows.size())
        .map(
            read -> {
              read.forEach(row -> rows.add(rowMapper.apply(row)));
              if (!current.hasMore()) {
                closeCursor();
              }
              return read;
            });
  }

  private void closeCursor() {
    var current = cursor;
    cursor = null;
    if (current != null) {
      current.close();
    }
  }
}
