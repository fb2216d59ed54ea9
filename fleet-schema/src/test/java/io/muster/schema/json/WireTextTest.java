package io.muster.schema.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireTextTest {
  private static final int MAX_BYTES = 256;
  private static final Pattern NOTE = Pattern.compile("\\.\\.\\.\\((\\d+) bytes truncated\\)$");

  /** One, two, three and four bytes in UTF-8; the last two are surrogate pairs. */
  private static final String[] CHARACTERS = {"a", "é", "中", "😀", "𐍈"};

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 84, 85, 86, 255, 256})
  void truncate_fitsTheLimit_isTheTextItself(int length) {
    var text = "x".repeat(length);

    assertThat(WireText.truncate(text, MAX_BYTES)).isSameAs(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\0", "\n", "\r", "\t", "\u001b", "\u007f", "\u0085", "\u2028", "\u2029", "\u00ad",
        "\u200b", "\u200e", "\u202e", "\u2060", "\u2066", "\ufeff"
      })
  void escapeControls_controlCharacter_isEscapedInHexadecimal(String control) {
    var text = "a😀" + control + "b";

    assertThat(WireText.hasControls(text)).isTrue();
    assertThat(WireText.escapeControls(text))
        .isEqualTo(String.format("a😀\\u%04xb", (int) control.charAt(0)));
  }

  /** An invisible letter of the block of tags, which has two units in UTF-16. */
  @Test
  void escapeControls_supplementaryCharacter_isEscapedByItsUnits() {
    var text = "a\udb40\udc61b";

    assertThat(WireText.hasControls(text)).isTrue();
    assertThat(WireText.escapeControls(text)).isEqualTo("a\\udb40\\udc61b");
  }

  @Test
  void hasControls_halfOfASurrogatePair_isOne() {
    assertThat(WireText.hasControls("a😀𐍈")).isFalse();
    for (var half : List.of("\ud83d", "a\ude00b", "\ude00\ud83d")) {
      assertThat(WireText.hasControls(half)).isTrue();
    }
    assertThat(WireText.escapeControls("😀a\ude00\ud83d")).isEqualTo("😀a\\ude00\\ud83d");
  }

  @Test
  void hasJoiners_persianWordAndCompoundEmoji_arePermittedTexts() {
    for (var text : List.of("می\u200cخواهم", "👩\u200d💻")) {
      assertThat(WireText.hasJoiners(text)).isTrue();
      assertThat(WireText.hasControls(text)).isFalse();
    }
    assertThat(WireText.hasJoiners("gpu-01")).isFalse();
  }

  @Test
  void escapeControls_otherText_isTheTextItself() {
    var text = "gpu-01 \\u000a é中😀\u200d";

    assertThat(WireText.hasControls(text)).isFalse();
    assertThat(WireText.escapeControls(text)).isSameAs(text);
  }

  @Test
  void truncate_oneByteTooLong_appendsTheNote() {
    assertThat(WireText.truncate("x".repeat(257), MAX_BYTES))
        .isEqualTo("x".repeat(256) + "...(1 bytes truncated)");
  }

  @Test
  void truncate_lastCharacterEndsAtTheLimit_isKept() {
    assertThat(WireText.truncate("x".repeat(252) + "😀y", MAX_BYTES))
        .isEqualTo("x".repeat(252) + "😀...(1 bytes truncated)");
  }

  @ParameterizedTest
  @ValueSource(ints = {253, 254, 255})
  void truncate_surrogatePairAcrossTheLimit_isRemovedAsAWhole(int prefixLength) {
    assertThat(WireText.truncate("x".repeat(prefixLength) + "😀", MAX_BYTES))
        .isEqualTo("x".repeat(prefixLength) + "...(4 bytes truncated)");
  }

  @Test
  void truncate_fewCharactersOfManyBytes_countsBytes() {
    assertThat(WireText.truncate("中".repeat(85), MAX_BYTES)).isEqualTo("中".repeat(85));
    assertThat(WireText.truncate("中".repeat(86), MAX_BYTES))
        .isEqualTo("中".repeat(85) + "...(3 bytes truncated)");
    assertThat(WireText.truncate("😀".repeat(65), MAX_BYTES))
        .isEqualTo("😀".repeat(64) + "...(4 bytes truncated)");
  }

  @Test
  void truncate_anyText_keepsTheLongestPrefixOfWholeCharactersAndCountsTheRest() {
    var random = new SplittableRandom(20_260_808);
    for (int round = 0; round < 20_000; round++) {
      var text = randomText(random, random.nextInt(40));
      assertTruncation(text, random.nextInt(1, 48));
    }
  }

  @Test
  void excerpt_controlCharactersOfALongText_areEscapedAndCounted() {
    assertThat(WireText.excerpt("\u001b[2J" + "é".repeat(10), 13))
        .isEqualTo("\\u001b[2Jéé...(16 bytes truncated)");
  }

  @Test
  void excerpt_shortText_isTheTextItself() {
    var text = "driver: é";

    assertThat(WireText.excerpt(text, MAX_BYTES)).isSameAs(text);
    assertThat(WireText.excerpt(null, MAX_BYTES)).isEqualTo("null");
  }

  private static void assertTruncation(String text, int maxBytes) {
    var bytes = text.getBytes(UTF_8).length;
    var truncated = WireText.truncate(text, maxBytes);
    if (bytes <= maxBytes) {
      assertThat(truncated).isEqualTo(text);
      return;
    }
    var note = NOTE.matcher(truncated);
    assertThat(note.find()).as(truncated).isTrue();
    var prefix = truncated.substring(0, note.start());
    var prefixBytes = prefix.getBytes(UTF_8).length;
    assertThat(text).startsWith(prefix);
    assertThat(prefixBytes + Integer.parseInt(note.group(1))).isEqualTo(bytes);
    var nextCharacter =
        text.substring(prefix.length(), text.offsetByCodePoints(prefix.length(), 1));
    assertThat(prefixBytes).isLessThanOrEqualTo(maxBytes);
    assertThat(prefixBytes + nextCharacter.getBytes(UTF_8).length).isGreaterThan(maxBytes);
  }

  private static String randomText(SplittableRandom random, int characters) {
    var text = new StringBuilder();
    for (int count = 0; count < characters; count++) {
      text.append(CHARACTERS[random.nextInt(CHARACTERS.length)]);
    }
    return text.toString();
  }
}
