package io.muster.aggregator.history;

import io.muster.bus.transport.Pages;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.RowCursor;
import io.muster.runtime.database.RowPages;
import io.muster.runtime.database.SqlStatement;
import io.muster.schema.client.LimitOffset;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Opens the statements of a result one after the other, limited to the requested part of their
 * rows. A statement that is skipped as a whole is counted by the database and not opened, except
 * for the last one, which is never counted. Within a statement rows are skipped by OFFSET. Confined
 * to one context.
 */
final class StatementCursors implements Iterator<Supplier<Future<RowCursor>>> {
  private final Database database;
  private final Iterator<SqlStatement.Binding> statements;
  private final boolean isLimited;
  private long rowsToSkip;
  private long rowsLeft;

  private StatementCursors(
      Database database, Iterator<SqlStatement.Binding> statements, LimitOffset limitOffset) {
    this.database = database;
    this.statements = statements;
    this.isLimited = !limitOffset.equals(LimitOffset.ALL);
    this.rowsToSkip = limitOffset.offset();
    this.rowsLeft = limitOffset.limit().map(Integer::longValue).orElse(Long.MAX_VALUE);
  }

  /**
   * Returns a part of the rows of all statements.
   *
   * @param statements each ends with its ORDER BY clause
   * @param mapper maps a row to its record
   */
  static <H, R> Pages<H, R> pages(
      Database database,
      H head,
      Iterator<SqlStatement.Binding> statements,
      LimitOffset limitOffset,
      Function<Row, R> mapper) {
    var cursors = new StatementCursors(database, statements, limitOffset);
    return new RowPages<>(
        head,
        cursors,
        row -> {
          cursors.rowsLeft--;
          return mapper.apply(row);
        });
  }

  @Override
  public boolean hasNext() {
    return rowsLeft > 0 && statements.hasNext();
  }

  @Override
  public Supplier<Future<RowCursor>> next() {
    if (!hasNext()) {
      throw new NoSuchElementException("no statement is left");
    }
    return this::openNext;
  }

  private Future<RowCursor> openNext() {
    var statement = statements.next();
    return rowsToSkip == 0 || !statements.hasNext()
        ? openCursor(statement)
        : countRows(statement)
            .compose(rows -> rows <= rowsToSkip ? skip(rows) : openCursor(statement));
  }

  private Future<RowCursor> skip(long rows) {
    rowsToSkip -= rows;
    return openNext();
  }

  private Future<Long> countRows(SqlStatement.Binding statement) {
    var sql = "SELECT count(*) FROM (" + statement.sql() + ") x";
    return database
        .withConnection(connection -> connection.preparedQuery(sql).execute(statement.values()))
        .map(rows -> rows.iterator().next().getLong(0));
  }

  private Future<RowCursor> openCursor(SqlStatement.Binding statement) {
    var sql = statement.sql();
    var parameters = statement.values();
    if (isLimited) {
      sql += " LIMIT $" + (parameters.size() + 1) + " OFFSET $" + (parameters.size() + 2);
      parameters.addLong(rowsLeft).addLong(rowsToSkip);
    }
    rowsToSkip = 0;
    return database.openCursor(sql, parameters);
  }
}
