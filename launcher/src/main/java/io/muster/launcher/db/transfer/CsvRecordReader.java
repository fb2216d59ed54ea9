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
 * The records of RFC 4180 with a header line, also those whose lines end without a carriage return.
 * Confined to one thread.
 */
final class CsvRecordReader implements RecordReader {
  private static final int MAX_RECORD_CHARS = 65_536;

  private final LineReader lines;
  private final List<String> header = new ArrayList<>();

  CsvRecordReader(LineReader lines, String firstLine) throws IOException, InvalidRowException {
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
    while (line.isPresent() && line.get().isEmpty()) {
      line = lines.next();
    }
    return line.isEmpty() ? Optional.empty() : Optional.of(parse(line.get()));
  }

  @Override
  public String decode(String field) {
    return CsvText.decode(field);
  }

  private Map<String, @Nullable String> parse(String line) throws IOException, InvalidRowException {
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

  /** The fields of one record, which continues in the next line within quotes. */
  private final class Fields {
    private final long firstLine = lines.line();
    private String text;
    private int position;

    Fields(String text) {
      this.text = text;
    }

    List<@Nullable String> split() throws IOException, InvalidRowException {
      var fields = new ArrayList<@Nullable String>();
      fields.add(nextField());
      while (position < text.length()) {
        position++;
        fields.add(nextField());
      }
      return fields;
    }

    private @Nullable String nextField() throws IOException, InvalidRowException {
      if (text.startsWith("\"", position)) {
        return nextQuoted();
      }
      var end = text.indexOf(',', position);
      var field = text.substring(position, end < 0 ? text.length() : end);
      position += field.length();
      if (field.indexOf('"') >= 0) {
        throw new InvalidRowException(firstLine, "a quote in a field without quotes");
      }
      return field.isEmpty() ? null : field;
    }

    private String nextQuoted() throws IOException, InvalidRowException {
      var field = new StringBuilder();
      position++;
      for (var quote = nextQuote(field); ; quote = nextQuote(field)) {
        field.append(text, position, quote);
        position = quote + 1;
        if (!text.startsWith("\"", position)) {
          break;
        }
        field.append('"');
        position++;
      }
      if (position < text.length() && text.charAt(position) != ',') {
        throw new InvalidRowException(firstLine, "a character after the closing quote of a field");
      }
      return field.toString();
    }

    /** Returns the position of the next quote, in this line or in a further one. */
    private int nextQuote(StringBuilder field) throws IOException, InvalidRowException {
      var quote = text.indexOf('"', position);
      while (quote < 0) {
        field.append(text, position, text.length()).append('\n');
        text = nextLine(field.length());
        position = 0;
        quote = text.indexOf('"');
      }
      return quote;
    }

    private String nextLine(int length) throws IOException, InvalidRowException {
      var next = lines.next();
      if (next.isEmpty() || length > MAX_RECORD_CHARS) {
        throw new InvalidRowException(firstLine, "a quote is not closed");
      }
      return next.get();
    }
  }
}
