package io.muster.launcher.db.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/** A reader of RFC 4180 that is independent of the program. Confined to one thread. */
final class Rfc4180Reader {
  private final String text;
  private int position;

  private Rfc4180Reader(String text) {
    this.text = text;
  }

  static List<List<String>> parse(String text) {
    var reader = new Rfc4180Reader(text);
    var lines = new ArrayList<List<String>>();
    while (reader.position < text.length()) {
      lines.add(reader.readLine());
    }
    return lines;
  }

  private List<String> readLine() {
    var fields = new ArrayList<>(List.of(readField()));
    while (text.charAt(position) == ',') {
      position++;
      fields.add(readField());
    }
    assertThat(text.substring(position, position + 2)).isEqualTo("\r\n");
    position += 2;
    return fields;
  }

  private String readField() {
    if (text.charAt(position) != '"') {
      var begin = position;
      while (",\r".indexOf(text.charAt(position)) < 0) {
        position++;
      }
      return text.substring(begin, position);
    }
    var field = new StringBuilder();
    position++;
    while (text.charAt(position) != '"' || text.charAt(position + 1) == '"') {
      position += text.charAt(position) == '"' ? 1 : 0;
      field.append(text.charAt(position++));
    }
    position++;
    return field.toString();
  }
}
