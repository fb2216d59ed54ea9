package io.muster.api.rest.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.muster.api.rest.shape.Refusal;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/**
 * JSON of strangers, read strictly: UTF-8 and nothing else, one value, no key twice, no deep nests,
 * no endless numbers.
 */
final class JsonText {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_DIGITS = 400;
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxNumberLength(MAX_DIGITS)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private JsonText() {}

  /** The value as maps, lists, texts, numbers and flags. */
  static @Nullable Object parse(Buffer json) {
    if (json.length() == 0) {
      throw Refusal.of("", "JSON, and there is nothing");
    }
    try {
      return MAPPER.readValue(text(json), Object.class);
    } catch (JsonProcessingException e) {
      throw refusal(e);
    }
  }

  /** Left to itself, Jackson would take UTF-16 and UTF-32, too. */
  private static String text(Buffer utf8) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8.getBytes())).toString();
    } catch (CharacterCodingException e) {
      throw Refusal.of("", "JSON in UTF-8");
    }
  }

  private static Refusal refusal(JsonProcessingException broken) {
    if (broken.getOriginalMessage().startsWith("Duplicate field")) {
      return Refusal.of("", "every key once" + place(broken));
    }
    return Refusal.of(
        "", "JSON that is nested at most " + MAX_DEPTH + " deep, but it breaks" + place(broken));
  }

  private static String place(JsonProcessingException broken) {
    var place = broken.getLocation();
    return place == null
        ? ""
        : ", see line " + place.getLineNr() + ", column " + place.getColumnNr();
  }
}
