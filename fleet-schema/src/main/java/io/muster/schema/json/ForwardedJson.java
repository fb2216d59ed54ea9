package io.muster.schema.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.List;

/**
 * JSON arrays that other nodes have sent, and that are spliced into responses unchanged. They are
 * read more strictly than other JSON, unknown keys included, so that every parser of a client reads
 * the same in them: a part that one client rejects would make the whole response unreadable to it.
 * Safe for use by any thread.
 */
public final class ForwardedJson {
  /** The deepest object in a frame has four levels. */
  private static final int MAX_DEPTH = 32;

  private static final int MAX_TEXT_CHARACTERS = 16 * 1024;

  private static final int PIECE_CHARACTERS = 4096;

  /** The size of an escape with four digits. */
  private static final int ESCAPE_BYTES = 6;

  private static final ObjectReader READER =
      WireJson.builder(
              JsonFactory.builder()
                  // The table of the JVM is slow for new keys with one hash code.
                  .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(MAX_TEXT_CHARACTERS)
                          .build())
                  .build())
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build()
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private ForwardedJson() {}

  /**
   * Reads an array. Throws {@link IllegalArgumentException} with the reason, and no other
   * exception, if the bytes do not fit the type, or are not JSON that every parser accepts: in
   * UTF-8, without line breaks, which would end an event of a stream, without a key twice in an
   * object, with whole pairs of surrogates, and all numbers within the range of a {@code long} or a
   * {@code double}.
   */
  public static <T> List<T> readArray(byte[] json, TypeReference<List<T>> type) {
    requireStrict(json);
    try (var parser = new StrictParser(READER.createParser(json))) {
      return READER.forType(type).readValue(parser);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Checks what parsers tolerate, and the texts that they skip. */
  private static void requireStrict(byte[] json) {
    if (json.length < 2 || json[0] != '[' || json[json.length - 1] != ']') {
      throw new IllegalArgumentException("not an array");
    }
    for (int i = 0; i < json.length; i++) {
      if (json[i] >= 0 && json[i] < ' ') {
        throw new IllegalArgumentException("control character at byte " + i);
      }
      if (json[i] == '\\') {
        i += escapeBytes(json, i) - 1;
      }
    }
    requireUtf8(json);
  }

  /** Decodes in pieces, so that this needs no memory of the size of the array. */
  private static void requireUtf8(byte[] json) {
    var decoder = UTF_8.newDecoder();
    var bytes = ByteBuffer.wrap(json);
    var characters = CharBuffer.allocate(PIECE_CHARACTERS);
    while (!decoder.decode(bytes, characters.clear(), true).isUnderflow()) {
      if (characters.position() == 0) {
        throw new IllegalArgumentException("not UTF-8 at byte " + bytes.position());
      }
    }
  }

  /** Returns the size of the escape at a position; a high surrogate and a low one are together. */
  private static int escapeBytes(byte[] json, int at) {
    var unit = escapedUnit(json, at);
    if (!isSurrogate(unit)) {
      return unit < 0 ? 2 : ESCAPE_BYTES; // The parser checks both.
    }
    var next = escapedUnit(json, at + ESCAPE_BYTES);
    if (next < 0 || !Character.isSurrogatePair((char) unit, (char) next)) {
      throw new IllegalArgumentException("half of a pair of surrogates at byte " + at);
    }
    return 2 * ESCAPE_BYTES;
  }

  private static boolean isSurrogate(int unit) {
    return unit >= Character.MIN_SURROGATE && unit <= Character.MAX_SURROGATE;
  }

  /** Returns the UTF-16 unit that an escape with four digits stands for; -1 if there is none. */
  private static int escapedUnit(byte[] json, int at) {
    if (at + ESCAPE_BYTES > json.length || json[at] != '\\' || json[at + 1] != 'u') {
      return -1;
    }
    var unit = 0;
    for (int i = at + 2; i < at + ESCAPE_BYTES; i++) {
      var digit = Character.digit(json[i], 16);
      unit = digit < 0 || unit < 0 ? -1 : unit << 4 | digit;
    }
    return unit;
  }

  /** Checks each number, also in values that are skipped. Confined to one call. */
  private static final class StrictParser extends JsonParserDelegate {
    StrictParser(JsonParser parser) {
      super(parser);
    }

    @Override
    public JsonToken nextToken() throws IOException {
      var token = delegate.nextToken();
      if ((token == JsonToken.VALUE_NUMBER_FLOAT && !Double.isFinite(delegate.getDoubleValue()))
          || (token == JsonToken.VALUE_NUMBER_INT
              && delegate.getNumberType() == NumberType.BIG_INTEGER)) {
        throw new JsonParseException(this, "number out of range");
      }
      return token;
    }

    @Override
    public JsonToken nextValue() throws IOException {
      var token = nextToken();
      return token == JsonToken.FIELD_NAME ? nextToken() : token;
    }

    @Override
    public JsonParser skipChildren() throws IOException {
      var open = currentToken().isStructStart() ? 1 : 0;
      while (open > 0) {
        var token = nextToken();
        open += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      }
      return this;
    }
  }
}
