package io.muster.api.rest.contract;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** A strict parser of query strings in the format of HTML forms: rejects malformed text. */
final class QueryStringParser {
  private QueryStringParser() {}

  /** Returns the values of the known parameters; rejects a known parameter that is repeated. */
  static Map<String, String> parse(String query, Set<String> knownNames) {
    var values = new HashMap<String, String>();
    for (var pair : query.split("&", -1)) {
      var end = pair.indexOf('=');
      var name = decode(end < 0 ? pair : pair.substring(0, end));
      var value = end < 0 ? "" : decode(pair.substring(end + 1));
      if (knownNames.contains(name) && values.put(name, value) != null) {
        throw BadRequestException.of(name, "only once");
      }
    }
    return values;
  }

  /** Decodes UTF-8: each character of the request head is one byte (ISO 8859-1). */
  private static String decode(String text) {
    var encoded = text.getBytes(ISO_8859_1);
    var bytes = new ByteArrayOutputStream(encoded.length);
    for (int index = 0; index < encoded.length; index++) {
      switch (encoded[index]) {
        case '+' -> bytes.write(' ');
        case '%' -> {
          bytes.write(decodeEscape(encoded, index));
          index += 2;
        }
        default -> bytes.write(encoded[index]);
      }
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      throw malformedQuery();
    }
  }

  private static int decodeEscape(byte[] encoded, int index) {
    var high = index + 2 < encoded.length ? Character.digit(encoded[index + 1], 16) : -1;
    var low = high < 0 ? -1 : Character.digit(encoded[index + 2], 16);
    if (low < 0) {
      throw malformedQuery();
    }
    return high << 4 | low;
  }

  private static BadRequestException malformedQuery() {
    return BadRequestException.of("query", "UTF-8, with escapes as %XX");
  }
}
