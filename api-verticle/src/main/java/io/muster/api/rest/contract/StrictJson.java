package io.muster.api.rest.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/**
 * A strict parser for JSON of clients: UTF-8 only, one value, no duplicate keys, limited nesting
 * and length of numbers.
 */
public final class StrictJson {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_NUMBER_CHARS = 400;
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_NUMBER_CHARS)
                          .build())
                  // Shared tables of keys are slow, or full, once they contain many of one hash
                  // code.
                  .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private StrictJson() {}

  /**
   * Parses the value into maps, lists, strings, numbers and booleans. Throws a {@link
   * BadRequestException}.
   */
  public static @Nullable Object parse(Buffer json) {
    if (json.length() == 0) {
      throw BadRequestException.of("", "JSON, got an empty body");
    }
    try {
      return MAPPER.readValue(decodeUtf8(json), Object.class);
    } catch (JsonProcessingException e) {
      throw toBadRequest(e);
    }
  }

  /** Decodes UTF-8; Jackson would accept UTF-16 and UTF-32 as well. */
  private static String decodeUtf8(Buffer utf8) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8.getBytes())).toString();
    } catch (CharacterCodingException e) {
      throw BadRequestException.of("", "JSON in UTF-8");
    }
  }

  private static BadRequestException toBadRequest(JsonProcessingException malformed) {
    if (malformed.getOriginalMessage().startsWith("Duplicate field")) {
      return BadRequestException.of("", "every key once" + location(malformed));
    }
    if (malformed instanceof StreamConstraintsException) {
      return BadRequestException.of(
          "",
          "JSON of at most "
              + MAX_DEPTH
              + " levels, with numbers of at most "
              + MAX_NUMBER_CHARS
              + " characters"
              + location(malformed));
    }
    return new BadRequestException(400, "body: JSON syntax error" + location(malformed));
  }

  private static String location(JsonProcessingException malformed) {
    var location = malformed.getLocation();
    return location == null
        ? ""
        : ", see line " + location.getLineNr() + ", column " + location.getColumnNr();
  }
}
