package io.muster.aggregator.export;

import io.muster.aggregator.export.Slices.Slice;
import io.muster.runtime.database.Database;
import io.muster.runtime.database.RowCursor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of an export, made page by page as they are asked for: one slice of time after the
 * other, so that neither this program nor the server ever holds many. Each slice is read at one
 * instant; what is packed meanwhile is in it once. One call at a time.
 */
public final class Export {
  private static final int ROWS = 1000;

  private final Database database;
  private final ExportQuery query;
  private final ExportFormat format;
  private final String sql;
  private final Iterator<Slice> slices;
  private boolean begun;
  private boolean closed;
  private @Nullable RowCursor cursor;

  private Export(Database database, ExportQuery query, ExportFormat format, List<Slice> slices) {
    this.database = database;
    this.query = query;
    this.format = format;
    this.sql = query.table().sql(query.clients());
    this.slices = slices.iterator();
  }

  /** Begins an export. */
  public static Future<Export> open(Database database, ExportQuery query, ExportFormat format) {
    return database
        .withConnection(new Slices(query)::held)
        .map(slices -> new Export(database, query, format, slices));
  }

  /** The next rows, as text; an empty buffer after the last. */
  public Future<Buffer> next() {
    var page = Promise.<Buffer>promise();
    if (begun) {
      advance(page);
    } else {
      begun = true;
      var header = format.header(query.table().columns());
      if (header.isEmpty()) {
        advance(page);
      } else {
        page.complete(Buffer.buffer(header));
      }
    }
    return page.future();
  }

  /** Gives up what is left; may be called again. */
  public void close() {
    closed = true;
    release();
  }

  /** A loop, not a chain of futures: of thousands of slices none may have a row. */
  private void advance(Promise<Buffer> page) {
    var reading = cursor;
    if (closed || (reading == null && !slices.hasNext())) {
      page.complete(Buffer.buffer());
      return;
    }
    (reading == null ? opened(slices.next()) : Future.succeededFuture(reading))
        .compose(this::read)
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

  private Future<RowCursor> opened(Slice slice) {
    var time = Tuple.tuple();
    if (query.table().isTimed()) {
      time.addOffsetDateTime(slice.from().atOffset(ZoneOffset.UTC));
      time.addOffsetDateTime(slice.until().atOffset(ZoneOffset.UTC));
    }
    return database.openCursor(sql, query.parameters(time)).onSuccess(opened -> cursor = opened);
  }

  private Future<Buffer> read(RowCursor reading) {
    return reading
        .read(ROWS)
        .onFailure(cause -> close())
        .map(
            rows -> {
              if (!reading.hasMore()) {
                release();
              }
              return text(rows);
            });
  }

  private void release() {
    var last = cursor;
    cursor = null;
    if (last != null) {
      last.close();
    }
  }

  private Buffer text(RowSet<Row> rows) {
    var page = Buffer.buffer();
    rows.forEach(row -> format.append(page, query.table().columns(), row));
    return page;
  }
}
