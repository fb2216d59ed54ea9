package io.muster.launcher.db.transfer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The records of RFC 4180 with a header line, each in one line: no value contains a line end. Also
 * those whose lines end without a carriage return. Confined to one thread.
 */
final class CsvRecordReader implements RecordReader {
  private final LineReader lines;
  private final List<String> header = new ArrayList<>();

  CsvRecordReader(LineReader lines, String firstLine) throws InvalidRowException {
    this.lines = lines;
    for (var name : new Fields(firstLine).split()) {
      header.add(String.valueOf(name));
    }
    if (new HashSet<>(header).size() < header.size()) {
      throw new InvalidRowException(lines.line(), "a column occurs twice");
    }
  }

  @Override
  public Collection<String> keys() {
    return header;
  }

  @Override
  public Optional<Map<String, @Nullable String>> next() throws IOException, InvalidRowException {
    var line = lines.next();
    return line.isEmpty() ? Optional.empty() : Optional.of(parse(line.get()));
  }

  @Override
  public String decode(String field) {
    return CsvText.decode(field);
  }

  private Map<String, @Nullable String> parse(String line) throws InvalidRowException {
    var fields = new Fields(line).split();
    if (fields.size() != header.size()) {
      throw new InvalidRowException(
          lines.line(), "%d fields: expected %d".formatted(fields.size(), header.size()));
    }
    var valuesByName = new LinkedHashMap<String, @Nullable String>();
    for (var i = 0; i < fields.size(); i++) {
      valuesByName.put(header.get(i), fields.get(i));
    }
    return valuesByName;
  }

  /** The fields of one record. */
  private final class Fields {
    private final String text;
    private int position;

    Fields(String text) {
      this.text = text;
    }

    List<@Nullable String> split() throws InvalidRowException {
      var fields = new ArrayList<@Nullable String>();
      fields.add(nextField());
      while (position < text.length()) {
        position++;
        fields.add(nextField());
      }
      return fields;
    }

    private @Nullable String nextField() throws InvalidRowException {
      if (text.startsWith("\"", position)) {
        return nextQuoted();
      }
      var end = text.indexOf(',', position);
      var field = text.substring(position, end < 0 ? text.length() : end);
      position += field.length();
      if (field.indexOf('"') >= 0) {
        throw invalid("a quote in a field without quotes");
      }
      return field.isEmpty() ? null : field;
    }

    private String nextQuoted() throws InvalidRowException {
      var start = position + 1;
      position = quoteAfter(position);
      while (text.startsWith("\"\"", position)) {
        position = quoteAfter(position + 1);
      }
      var field = text.substring(start, position).replace("\"\"", "\"");
      position++;
      if (position < text.length() && text.charAt(position) != ',') {
        throw invalid("a character after the closing quote of a field");
      }
      return field;
    }

    private int quoteAfter(int index) throws InvalidRowException {
      var quote = text.indexOf('"', index + 1);
      if (quote < 0) {
        throw invalid("a quote is not closed in its line");
      }
      return quote;
    }

    private InvalidRowException invalid(String problem) {
      return new InvalidRowException(lines.line(), problem);
    }
  }
}
