package io.muster.launcher.db.transfer;

import io.muster.launcher.db.transfer.ExportRanges.ExportRange;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.RowCursor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of an export, read page by page on request: one time range after the other, so that
 * neither this process nor the server has many rows in memory. Each range is read at one instant;
 * heartbeats that are compacted during the export appear once. May be used by any thread, one call
 * at a time.
 */
public final class Export {
  private static final int PAGE_ROWS = 1000;

  private final Database database;
  private final ExportQuery query;
  private final RowFormat format;
  private final Iterator<ExportRange> ranges;
  private boolean started;
  private boolean closed;
  private @Nullable RowCursor cursor;

  private Export(Database database, ExportQuery query, RowFormat format, List<ExportRange> ranges) {
    this.database = database;
    this.query = query;
    this.format = format;
    this.ranges = ranges.iterator();
  }

  /** Opens an export. */
  public static Future<Export> open(Database database, ExportQuery query, RowFormat format) {
    return database
        .withConnection(new ExportRanges(query)::load)
        .map(ranges -> new Export(database, query, format, ranges));
  }

  /** Reads the next rows as text; an empty buffer after the last. */
  public Future<Buffer> next() {
    var page = Promise.<Buffer>promise();
    if (started) {
      advance(page);
    } else {
      started = true;
      var header = format.header(query.table().columns());
      if (header.isEmpty()) {
        advance(page);
      } else {
        page.complete(Buffer.buffer(header));
      }
    }
    return page.future();
  }

  /** Releases the connection and ends the export; may be called again. */
  public void close() {
    closed = true;
    releaseCursor();
  }

  /**
   * A loop instead of a chain of futures, because thousands of ranges in sequence may have no row.
   */
  private void advance(Promise<Buffer> page) {
    var current = cursor;
    if (closed || (current == null && !ranges.hasNext())) {
      page.complete(Buffer.buffer());
      return;
    }
    (current == null ? openCursor(ranges.next()) : Future.succeededFuture(current))
        .compose(this::readPage)
        .onComplete(
            text -> {
              if (text.length() > 0) {
                page.complete(text);
              } else {
                advance(page);
              }
            },
            page::fail);
  }

  private Future<RowCursor> openCursor(ExportRange range) {
    var statement = query.bind();
    if (query.table().hasTimestamps()) {
      statement
          .bind("from", range.from().atOffset(ZoneOffset.UTC))
          .bind("until", range.until().atOffset(ZoneOffset.UTC));
    }
    return database
        .openCursor(statement.sql(), statement.values())
        .onSuccess(opened -> cursor = opened);
  }

  private Future<Buffer> readPage(RowCursor current) {
    return current
        .read(PAGE_ROWS)
        .onFailure(cause -> close())
        .map(
            rows -> {
              if (!current.hasMore()) {
                releaseCursor();
              }
              return toText(rows);
            });
  }

  private void releaseCursor() {
    var current = cursor;
    cursor = null;
    if (current != null) {
      current.close();
    }
  }

  private Buffer toText(RowSet<Row> rows) {
    var page = Buffer.buffer();
    rows.forEach(row -> format.append(page, query.table().columns(), row));
    return page;
  }
}
