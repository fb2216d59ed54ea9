package io.muster.launcher.db.transfer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.schema.client.ClientId;
import io.muster.schema.json.WireJson;
import io.muster.schema.json.WireText;
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
public enum RowFormat {
  /**
   * RFC 4180 with a header line; a missing value is an empty field, and an empty text is a pair of
   * quotes. Each row is one line, and texts are encoded by {@link CsvText}.
   */
  CSV {
    @Override
    String header(List<Column> columns) {
      return String.join(",", columns.stream().map(Column::name).toList()) + CSV_LINE_END;
    }

    @Override
    void append(Buffer page, List<Column> columns, Row row) {
      var line = new StringJoiner(",", "", CSV_LINE_END);
      for (var i = 0; i < columns.size(); i++) {
        line.add(toField(toPlainValue(columns.get(i), row.getValue(i))));
      }
      page.appendString(line.toString());
    }
  },
  /** One JSON object in each line, keys in alphabetical order; a missing value is null. */
  NDJSON {
    @Override
    String header(List<Column> columns) {
      return "";
    }

    @Override
    void append(Buffer page, List<Column> columns, Row row) {
      var fields = new LinkedHashMap<String, @Nullable Object>();
      for (var i = 0; i < columns.size(); i++) {
        fields.put(columns.get(i).name(), toPlainValue(columns.get(i), row.getValue(i)));
      }
      // What JSON does not escape itself is in a text, where the escape means the same.
      page.appendString(WireText.escapeControls(new String(WireJson.bytes(fields), UTF_8)))
          .appendByte((byte) '\n');
    }
  };

  private static final String CSV_LINE_END = "\r\n";
  private static final Pattern NEEDS_QUOTES = Pattern.compile("[\",]|^ | $");

  abstract String header(List<Column> columns);

  abstract void append(Buffer page, List<Column> columns, Row row);

  private static String toField(@Nullable Object value) {
    if (value instanceof String text) {
      return quote(CsvText.encode(text));
    }
    return value instanceof List<?> names
        ? String.join(Column.NAME_SEPARATOR, names.stream().map(String::valueOf).toList())
        : value == null ? "" : value.toString();
  }

  private static String quote(String text) {
    return text.isEmpty() || NEEDS_QUOTES.matcher(text).find()
        ? '"' + text.replace("\"", "\"\"") + '"'
        : text;
  }

  private static @Nullable Object toPlainValue(Column column, @Nullable Object value) {
    if (value instanceof UUID id) {
      return ClientId.fromUuid(id);
    }
    if (value instanceof OffsetDateTime at) {
      return WireTime.utcMicros(at.toInstant());
    }
    if (value instanceof Numeric number) {
      return number.bigDecimalValue();
    }
    if (column.type() == ColumnType.NAMES && value instanceof Number mask) {
      return column.namesOf(mask.intValue());
    }
    return value == null || value instanceof Number || value instanceof Boolean
        ? value
        : value.toString();
  }
}
