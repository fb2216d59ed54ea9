package io.muster.api.rest.contract;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.schema.json.WireText;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A strict parser of query strings in the format of HTML forms: rejects malformed text.
 *
 * @param knownNames names of the parameters
 * @param listNames names of those that may be repeated
 * @param rejectsUnknown true if other parameters, except the token, are rejected
 */
record QueryStringParser(Set<String> knownNames, Set<String> listNames, boolean rejectsUnknown) {
  /** The part of a URI, for messages. */
  static final String QUERY = "query";

  /** The parameter that carries the token of a client that cannot send headers. */
  private static final String TOKEN = "token";

  private static final int MAX_EXCERPT_BYTES = 60;

  QueryStringParser {
    knownNames = Set.copyOf(knownNames);
    listNames = Set.copyOf(listNames);
  }

  /** Throws a {@link BadRequestException} if the path or the query of a URI cannot be decoded. */
  static void requireWellFormed(String part, String text) {
    decode(part, text);
  }

  /**
   * Returns the values of the known parameters, those of a list separated by commas; rejects
   * another known parameter that is repeated.
   */
  Map<String, String> parse(String query) {
    var values = new HashMap<String, String>();
    for (var pair : query.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      var end = pair.indexOf('=');
      var name = decode(QUERY, end < 0 ? pair : pair.substring(0, end));
      var value = end < 0 ? "" : decode(QUERY, pair.substring(end + 1));
      if (isKnown(name)) {
        values.merge(name, value, (earlier, later) -> join(name, earlier, later));
      }
    }
    return values;
  }

  /** Returns the known parameters among those that are decoded already. */
  Map<String, String> select(Map<String, String> decoded) {
    var values = new HashMap<>(decoded);
    values.keySet().removeIf(name -> !isKnown(name));
    return values;
  }

  private boolean isKnown(String name) {
    var isKnown = knownNames.contains(name);
    if (!isKnown && rejectsUnknown && !name.equals(TOKEN)) {
      throw unknownParameter(name);
    }
    return isKnown;
  }

  private String join(String name, String earlier, String later) {
    if (!listNames.contains(name)) {
      throw BadRequestException.of(name, "only once");
    }
    return earlier + "," + later;
  }

  private BadRequestException unknownParameter(String name) {
    return BadRequestException.of(
        "unknown parameter " + WireText.excerpt(name, MAX_EXCERPT_BYTES),
        knownNames.isEmpty() ? "none" : String.join(", ", new TreeSet<>(knownNames)));
  }

  /** Decodes UTF-8: each character of the request head is one byte (ISO 8859-1). */
  private static String decode(String part, String text) {
    var encoded = text.getBytes(ISO_8859_1);
    var bytes = new ByteArrayOutputStream(encoded.length);
    for (int index = 0; index < encoded.length; index++) {
      switch (encoded[index]) {
        case '+' -> bytes.write(' ');
        case '%' -> {
          bytes.write(decodeEscape(part, encoded, index));
          index += 2;
        }
        default -> bytes.write(encoded[index]);
      }
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      throw malformed(part);
    }
  }

  private static int decodeEscape(String part, byte[] encoded, int index) {
    var high = index + 2 < encoded.length ? Character.digit(encoded[index + 1], 16) : -1;
    var low = high < 0 ? -1 : Character.digit(encoded[index + 2], 16);
    if (low < 0) {
      throw malformed(part);
    }
    return high << 4 | low;
  }

  private static BadRequestException malformed(String part) {
    return BadRequestException.of(part, "UTF-8, with escapes as %XX");
  }
}
