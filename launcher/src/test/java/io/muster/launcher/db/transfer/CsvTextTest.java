package io.muster.launcher.db.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.json.WireText;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CsvTextTest {
  @Property(tries = 2000)
  void encode_anyText_isHarmlessAndDecodedExactly(@ForAll("texts") String text) {
    var field = CsvText.encode(text);

    assertThat(CsvText.decode(field)).isEqualTo(text);
    assertThat(WireText.hasControls(field)).isFalse();
    assertThat(field).doesNotMatch("(?s)[=+\\-@\uff1d\uff0b\uff0d\uff20].*");
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings()
        .withChars("=+-@'\\u0012\"\t\r\n\u001b\u009b\u202e\u200d\uff1d, ab\u00e9")
        .ofMaxLength(12);
  }
}
