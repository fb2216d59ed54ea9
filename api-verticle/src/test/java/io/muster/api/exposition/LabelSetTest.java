package io.muster.api.exposition;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelSetTest {
  @Test
  void addLabel_hostileText_isEscapedWithoutControlCharacters() {
    assertThat(labelSet("name", "a\"b\\c\nd\u0007e\rf\u001bg\u0085h\u007fi").toString())
        .isEqualTo("name=\"a\\\"b\\\\c\\ndefghi\"");
  }

  @Test
  void addLabel_braces_becomeParentheses() {
    assertThat(labelSet("command", "run --set {\"a\":1}").toString())
        .isEqualTo("command=\"run --set (\\\"a\\\":1)\"");
  }

  @Test
  void addLabel_otherScripts_areUtf8AndALoneSurrogateIsAQuestionMark() {
    assertThat(labelSet("name", "é €😀\ud800x").utf8())
        .isEqualTo("name=\"é €😀?x\"".getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "'aaaa', 3, 'aaa'",
    "'aa\"\"', 3, 'aa'",
    "'aa\"\"', 5, 'aa\\\"'",
    "'aé', 2, 'a'",
    "'a😀b', 4, 'a'",
    "'a😀b', 5, 'a😀'",
  })
  void addText_longerThanItsLimit_endsBetweenTwoCharacters(
      String value, int maxBytes, String expected) {
    var builder = new LabelSet.LabelSetBuilder();
    builder.addText("k", value, maxBytes);

    assertThat(builder.build().toString()).isEqualTo("k=\"" + expected + "\"");
  }

  @Test
  void addLabel_tooLongForTheSet_leavesRoomForLaterLabels() {
    var builder = new LabelSet.LabelSetBuilder();
    for (var name : new String[] {"gpu", "instance", "gpu_uuid"}) {
      builder.addLabel(name, "x".repeat(5_000));
    }
    builder.addLabel("gpu_index", "12");
    builder.addText("command", "y".repeat(5_000), 5_000);
    builder.addLabel("left_out", "z");

    var labels = builder.build();
    assertThat(labels.utf8()).hasSize(LabelSet.MAX_BYTES);
    assertThat(labels.toString())
        .containsPattern("gpu=\"x{400,}\", instance=\"x{200,}\", gpu_uuid=\"x{64,}\"")
        .contains(", gpu_index=\"12\", command=\"yyy")
        .endsWith("y\"");
  }

  @Test
  void addLabel_moreThanAHundred_areLeftOut() {
    var builder = new LabelSet.LabelSetBuilder();
    for (int i = 0; i < 150; i++) {
      builder.addLabel("a" + i, "");
    }

    assertThat(builder.build().toString().split(", ", -1)).hasSize(LabelSet.MAX_LABELS);
  }

  @ParameterizedTest
  @CsvSource({
    "PCIe Generation, pcie_generation",
    "Source: Fan, source__fan",
    "3D clock, _3d_clock",
    "'', _",
    "Größe, gr__e",
    "İ, i_",
  })
  void labelName_anyText_isAValidLabelName(String text, String name) {
    assertThat(LabelSet.labelName(text)).isEqualTo(name).matches("[a-zA-Z_][a-zA-Z0-9_]*");
  }

  private static LabelSet labelSet(String name, String value) {
    var builder = new LabelSet.LabelSetBuilder();
    builder.addLabel(name, value);
    return builder.build();
  }
}
