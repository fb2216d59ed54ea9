package io.muster.schema.json;

import static java.time.ZoneOffset.UTC;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WireTimeTest {
  private static final DateTimeFormatter FORMATTER =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(UTC);

  @ParameterizedTest
  @CsvSource({
    "2025-07-29T17:55:48.826362999Z, 2025-07-29T17:55:48.826362Z",
    "1970-01-01T00:00:00Z, 1970-01-01T00:00:00.000000Z",
    "1969-12-31T23:59:59.999Z, 1969-12-31T23:59:59.999000Z",
    "0000-01-01T00:00:00.000001Z, 0000-01-01T00:00:00.000001Z",
    "-0001-12-31T00:00:00Z, -0001-12-31T00:00:00.000000Z",
    "+10000-01-01T00:00:00Z, +10000-01-01T00:00:00.000000Z",
  })
  void utcMicros_anyYear_hasSixFractionDigits(Instant instant, String text) {
    assertThat(WireTime.utcMicros(instant)).isEqualTo(text);
  }

  @Test
  void utcMicros_anyInstant_isThatOfAFormatter() {
    var random = new Random(1);
    for (var i = 0; i < 1000; i++) {
      var instant =
          Instant.ofEpochSecond(random.nextLong(10_000_000_000L), random.nextInt(1_000_000_000));

      assertThat(WireTime.utcMicros(instant)).isEqualTo(FORMATTER.format(instant));
    }
  }
}
