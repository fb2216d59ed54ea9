package io.muster.api.rest.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.muster.api.rest.schema.BadRequestException;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/**
 * JSON of strangers, read strictly: UTF-8 and nothing else, one value, no key twice, no deep nests,
 * no endless numbers.
 */
final class StrictJson {
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
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private StrictJson() {}

  /** The value as maps, lists, texts, numbers and flags. */
  static @Nullable Object parse(Buffer json) {
    if (json.length() == 0) {
      throw BadRequestException.of("", "JSON, and there is nothing");
    }
    try {
      return MAPPER.readValue(decodeUtf8(json), Object.class);
    } catch (JsonProcessingException e) {
      throw toBadRequest(e);
    }
  }

  /** Left to itself, Jackson would take UTF-16 and UTF-32, too. */
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
    return BadRequestException.of(
        "",
        "JSON that is nested at most " + MAX_DEPTH + " deep, but it breaks" + location(malformed));
  }

  private static String location(JsonProcessingException malformed) {
    var location = malformed.getLocation();
    return location == null
        ? ""
        : ", see line " + location.getLineNr() + ", column " + location.getColumnNr();
  }
}
