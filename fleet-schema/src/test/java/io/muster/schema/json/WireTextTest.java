package io.muster.schema.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireTextTest {
  private static final int MAX = 256;
  private static final Pattern NOTE = Pattern.compile("\\.\\.\\.\\((\\d+) bytes truncated\\)$");

  /** One, two, three and four bytes in UTF-8; the last two are surrogate pairs. */
  private static final String[] CHARACTERS = {"a", "é", "中", "😀", "𐍈"};

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 84, 85, 86, 255, 256})
  void cut_fitsTheLimit_isTheTextItself(int length) {
    var text = "x".repeat(length);

    assertThat(WireText.cut(text, MAX)).isSameAs(text);
  }

  @Test
  void cut_oneByteTooLong_saysSo() {
    assertThat(WireText.cut("x".repeat(257), MAX))
        .isEqualTo("x".repeat(256) + "...(1 bytes truncated)");
  }

  @Test
  void cut_lastCharacterEndsAtTheLimit_isKept() {
    assertThat(WireText.cut("x".repeat(252) + "😀y", MAX))
        .isEqualTo("x".repeat(252) + "😀...(1 bytes truncated)");
  }

  @ParameterizedTest
  @ValueSource(ints = {253, 254, 255})
  void cut_surrogatePairAcrossTheLimit_goesAsAWhole(int before) {
    assertThat(WireText.cut("x".repeat(before) + "😀", MAX))
        .isEqualTo("x".repeat(before) + "...(4 bytes truncated)");
  }

  @Test
  void cut_fewCharactersOfManyBytes_countsBytes() {
    assertThat(WireText.cut("中".repeat(85), MAX)).isEqualTo("中".repeat(85));
    assertThat(WireText.cut("中".repeat(86), MAX))
        .isEqualTo("中".repeat(85) + "...(3 bytes truncated)");
    assertThat(WireText.cut("😀".repeat(65), MAX))
        .isEqualTo("😀".repeat(64) + "...(4 bytes truncated)");
  }

  @Test
  void cut_anyText_keepsTheLongestPrefixOfWholeCharactersAndCountsTheRest() {
    var random = new SplittableRandom(20_260_808);
    for (int round = 0; round < 20_000; round++) {
      var text = text(random, random.nextInt(40));
      check(text, random.nextInt(1, 48));
    }
  }

  private static void check(String text, int maxBytes) {
    var bytes = text.getBytes(UTF_8).length;
    var cut = WireText.cut(text, maxBytes);
    if (bytes <= maxBytes) {
      assertThat(cut).isEqualTo(text);
      return;
    }
    var note = NOTE.matcher(cut);
    assertThat(note.find()).as(cut).isTrue();
    var kept = cut.substring(0, note.start());
    var keptBytes = kept.getBytes(UTF_8).length;
    assertThat(text).startsWith(kept);
    assertThat(keptBytes + Integer.parseInt(note.group(1))).isEqualTo(bytes);
    var next = text.substring(kept.length(), text.offsetByCodePoints(kept.length(), 1));
    assertThat(keptBytes).isLessThanOrEqualTo(maxBytes);
    assertThat(keptBytes + next.getBytes(UTF_8).length).isGreaterThan(maxBytes);
  }

  private static String text(SplittableRandom random, int characters) {
    var text = new StringBuilder();
    for (int count = 0; count < characters; count++) {
      text.append(CHARACTERS[random.nextInt(CHARACTERS.length)]);
    }
    return text.toString();
  }
}
