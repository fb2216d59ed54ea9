package io.muster.launcher.db.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The valid rows of an input, CSV or NDJSON, which its first character shows; its keys show the
 * table. Confined to one thread.
 */
public final class RowReader {
  private final LineReader lines;
  private final RecordReader records;
  private final TransferTable table;

  private RowReader(LineReader lines, RecordReader records, TransferTable table) {
    this.lines = lines;
    this.records = records;
    this.table = table;
  }

  /**
   * Reads the beginning of an input.
   *
   * @param expected table of the rows; empty: the keys show it, which an input without lines does
   *     not have
   */
  public static RowReader open(InputStream in, Optional<TransferTable> expected)
      throws IOException, InvalidRowException {
    var lines = new LineReader(in);
    var firstLine = lines.next();
    if (firstLine.isEmpty()) {
      var table =
          expected.orElseThrow(
              () -> new InvalidRowException(lines.line(), "empty: --table must name the table"));
      return new RowReader(lines, new NdjsonRecordReader(lines), table);
    }
    var text = firstLine.get();
    var records =
        text.startsWith("{")
            ? new NdjsonRecordReader(lines, text)
            : new CsvRecordReader(lines, text);
    return new RowReader(lines, records, findTable(lines, records.keys(), expected));
  }

  /** Returns the table of the rows. */
  public TransferTable table() {
    return table;
  }

  /** Reads the next row; empty after the last. */
  public Optional<ImportedRow> next() throws IOException, InvalidRowException {
    var fields = records.next();
    return fields.isEmpty() ? Optional.empty() : Optional.of(parse(fields.get()));
  }

  private static TransferTable findTable(
      LineReader lines, Collection<String> keys, Optional<TransferTable> expected)
      throws InvalidRowException {
    var tables =
        expected.map(Stream::of).orElseGet(() -> Arrays.stream(TransferTable.values())).toList();
    for (var table : tables) {
      if (problems(table, keys).isEmpty()) {
        return table;
      }
    }
    throw new InvalidRowException(
        lines.line(),
        tables.size() == 1
            ? String.join("; ", problems(tables.get(0), keys))
            : "the keys are those of no table; --table shows what is missing");
  }

  private static List<String> problems(TransferTable table, Collection<String> keys) {
    var names = table.columns().stream().map(Column::name).toList();
    var unknown =
        keys.stream()
            .filter(key -> !names.contains(key))
            .map(key -> "unknown column '" + CsvText.excerpt(key) + "'");
    var missing =
        table.columns().stream()
            .filter(column -> !column.isOptional() && !keys.contains(column.name()))
            .map(column -> column.name() + " is missing");
    return Stream.concat(unknown, missing).toList();
  }

  private ImportedRow parse(Map<String, @Nullable String> fields) throws InvalidRowException {
    try {
      var values = new ArrayList<@Nullable Object>();
      for (var column : table.columns()) {
        values.add(column.parse(fields.remove(column.name()), records::decode));
      }
      if (!fields.isEmpty()) {
        throw new IllegalArgumentException(
            "unknown column '" + CsvText.excerpt(fields.keySet().iterator().next()) + "'");
      }
      return ImportedRow.of(table, values);
    } catch (IllegalArgumentException e) {
      throw new InvalidRowException(lines.line(), String.valueOf(e.getMessage()));
    }
  }
}
