package io.muster.aggregator.history;

import io.muster.bus.service.Pages;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.RowCursor;
import io.muster.runtime.database.RowPages;
import io.muster.schema.client.LimitOffset;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Opens the parts of an answer one after the other, and as much of them as a slice of the answer
 * takes. What is passed over is counted by the database, part by part, and not read. Confined to
 * one context.
 */
final class PartCursors implements Iterator<Supplier<Future<RowCursor>>> {
  private final Database database;
  private final Iterator<Part> parts;
  private final boolean sliced;
  private long passed;
  private long left;

  private PartCursors(Database database, Iterator<Part> parts, LimitOffset slice) {
    this.database = database;
    this.parts = parts;
    this.sliced = !slice.equals(LimitOffset.ALL);
    this.passed = slice.offset();
    this.left = slice.limit().map(Integer::longValue).orElse(Long.MAX_VALUE);
  }

  /**
   * A slice of the rows of all parts.
   *
   * @param entry the record that a row stands for
   */
  static <H> Pages<H> pages(
      Database database, H head, Iterator<Part> parts, LimitOffset slice, Function<Row, ?> entry) {
    var cursors = new PartCursors(database, parts, slice);
    return new RowPages<>(
        head,
        cursors,
        row -> {
          cursors.left--;
          return entry.apply(row);
        });
  }

  @Override
  public boolean hasNext() {
    return left > 0 && parts.hasNext();
  }

  @Override
  public Supplier<Future<RowCursor>> next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no part is left");
    }
    return this::open;
  }

  private Future<RowCursor> open() {
    var part = parts.next();
    return passed == 0 || !parts.hasNext()
        ? cursor(part)
        : rows(part).compose(rows -> rows <= passed ? passOver(rows) : cursor(part));
  }

  private Future<RowCursor> passOver(long rows) {
    passed -= rows;
    return open();
  }

  private Future<Long> rows(Part part) {
    return database
        .withConnection(sql -> sql.preparedQuery(part.count()).execute(part.parameters()))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  private Future<RowCursor> cursor(Part part) {
    var opened = sliced ? part.slice(left, passed) : part;
    passed = 0;
    return database.openCursor(opened.sql(), opened.parameters());
  }
}
