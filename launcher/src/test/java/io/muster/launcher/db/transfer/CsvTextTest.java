package io.muster.launcher.db.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.json.WireText;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CsvTextTest {
  private static final String CHARACTERS =
      "=+-@'\\u0012\"\t\r\n\u001b\u009b\u202e\u200d\uff1d, ab\u00e9";

  @Test
  void encode_anyText_isHarmlessAndDecodedExactly() {
    var random = new Random(1);
    for (var i = 0; i < 5_000; i++) {
      var text =
          random
              .ints(random.nextInt(10), 0, CHARACTERS.length())
              .mapToObj(index -> CHARACTERS.substring(index, index + 1))
              .collect(Collectors.joining());

      var field = CsvText.encode(text);

      assertThat(CsvText.decode(field)).isEqualTo(text);
      assertThat(WireText.hasControls(field)).isFalse();
      assertThat(field).doesNotMatch("(?s)[=+\\-@\uff1d].*");
    }
  }
}
