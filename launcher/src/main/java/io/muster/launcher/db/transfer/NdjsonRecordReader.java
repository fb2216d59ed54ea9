package io.muster.launcher.db.transfer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The records of one JSON object in each line. Confined to one thread. */
final class NdjsonRecordReader implements RecordReader {
  private static final JsonFactory JSON = new JsonFactory();

  private final LineReader lines;
  private final Set<String> keys;
  private Optional<Map<String, @Nullable String>> first;

  /** Creates a reader of an input without lines, as the export of an empty table is. */
  NdjsonRecordReader(LineReader lines) {
    this.lines = lines;
    this.first = Optional.empty();
    this.keys = Set.of();
  }

  NdjsonRecordReader(LineReader lines, String firstLine) throws IOException, InvalidRowException {
    this.lines = lines;
    this.first = Optional.of(parse(firstLine));
    this.keys = Set.copyOf(first.get().keySet());
  }

  @Override
  public Collection<String> keys() {
    return keys;
  }

  @Override
  public Optional<Map<String, @Nullable String>> next() throws IOException, InvalidRowException {
    if (first.isPresent()) {
      var record = first;
      first = Optional.empty();
      return record;
    }
    var line = lines.next();
    return line.isEmpty() ? Optional.empty() : Optional.of(parse(line.get()));
  }

  @Override
  public String decode(String field) {
    return field;
  }

  private Map<String, @Nullable String> parse(String line) throws IOException, InvalidRowException {
    try (var parser = JSON.createParser(line)) {
      var values = new LinkedHashMap<String, @Nullable String>();
      require(parser.nextToken() == JsonToken.START_OBJECT, "not a JSON object");
      for (var key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
        require(!values.containsKey(key), "a key occurs twice");
        values.put(key, nextValue(parser));
      }
      require(
          parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null,
          "text after the JSON object");
      return values;
    } catch (JsonProcessingException e) {
      throw new InvalidRowException(
          lines.line(), "not JSON: " + CsvText.excerpt(e.getOriginalMessage()));
    }
  }

  private @Nullable String nextValue(JsonParser parser) throws IOException, InvalidRowException {
    var token = parser.nextToken();
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    if (token != JsonToken.START_ARRAY) {
      require(token.isScalarValue(), "an object within the object");
      return parser.getText();
    }
    var names = new ArrayList<String>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      require(parser.currentToken() == JsonToken.VALUE_STRING, "an array of other than texts");
      names.add(parser.getText());
    }
    return String.join(Column.NAME_SEPARATOR, names);
  }

  private void require(boolean condition, String problem) throws InvalidRowException {
    if (!condition) {
      throw new InvalidRowException(lines.line(), problem);
    }
  }
}
