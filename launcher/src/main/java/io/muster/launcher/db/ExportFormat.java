package io.muster.launcher.db;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.schema.client.ClientId;
import io.muster.schema.json.WireJson;
import io.muster.schema.json.WireTime;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.data.Numeric;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The format of exported rows. Instants are UTC with six fraction digits, dates are UTC days. */
enum ExportFormat {
  /**
   * RFC 4180 with a header line; a missing value is an empty field, and an empty text is a pair of
   * quotes.
   */
  CSV {
    @Override
    String header(List<String> columns) {
      return String.join(",", columns) + CSV_LINE_END;
    }

    @Override
    void append(Buffer page, List<String> columns, Row row) {
      var line = new StringJoiner(",", "", CSV_LINE_END);
      for (var i = 0; i < columns.size(); i++) {
        line.add(quote(toPlainValue(row.getValue(i))));
      }
      page.appendString(line.toString());
    }
  },
  /** One JSON object in each line, keys in alphabetical order; a missing value is null. */
  NDJSON {
    @Override
    String header(List<String> columns) {
      return "";
    }

    @Override
    void append(Buffer page, List<String> columns, Row row) {
      var fields = new LinkedHashMap<String, @Nullable Object>();
      for (var i = 0; i < columns.size(); i++) {
        fields.put(columns.get(i), toPlainValue(row.getValue(i)));
      }
      page.appendString(new String(WireJson.bytes(fields), UTF_8)).appendByte((byte) '\n');
    }
  };

  private static final String CSV_LINE_END = "\r\n";
  private static final Pattern NEEDS_QUOTES = Pattern.compile("[\",\r\n]");

  abstract String header(List<String> columns);

  abstract void append(Buffer page, List<String> columns, Row row);

  private static String quote(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    var text = value.toString();
    return text.isEmpty() || NEEDS_QUOTES.matcher(text).find()
        ? '"' + text.replace("\"", "\"\"") + '"'
        : text;
  }

  private static @Nullable Object toPlainValue(@Nullable Object value) {
    if (value instanceof UUID id) {
      return ClientId.fromUuid(id);
    }
    if (value instanceof OffsetDateTime at) {
      return WireTime.utcMicros(at.toInstant());
    }
    if (value instanceof Numeric number) {
      return number.bigDecimalValue();
    }
    return value == null || value instanceof Number || value instanceof Boolean
        ? value
        : value.toString();
  }
}
