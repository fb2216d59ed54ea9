package io.muster.schema.metric;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelSetTest {
  @Test
  void label_hostileText_isEscapedAndBareOfControls() {
    assertThat(of("name", "a\"b\\c\nd\u0007e\rf\u001bg\u0085h\u007fi").toString())
        .isEqualTo("name=\"a\\\"b\\\\c\\ndefghi\"");
  }

  @Test
  void label_braces_becomeParentheses() {
    assertThat(of("command", "run --set {\"a\":1}").toString())
        .isEqualTo("command=\"run --set (\\\"a\\\":1)\"");
  }

  @Test
  void label_otherScripts_areUtf8AndHalfACharacterIsAQuestionMark() {
    assertThat(of("name", "é €😀\ud800x").utf8()).isEqualTo("name=\"é €😀?x\"".getBytes(UTF_8));
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
  void text_longerThanItsRoom_endsBetweenTwoCharacters(String value, int bytes, String kept) {
    var draft = new LabelSet.Draft();
    draft.text("k", value, bytes);

    assertThat(draft.done().toString()).isEqualTo("k=\"" + kept + "\"");
  }

  @Test
  void label_tooLongForTheBlock_leavesRoomForThoseAfterIt() {
    var draft = new LabelSet.Draft();
    for (var name : new String[] {"gpu", "instance", "gpu_uuid"}) {
      draft.label(name, "x".repeat(5_000));
    }
    draft.label("gpu_index", "12");
    draft.text("command", "y".repeat(5_000), 5_000);
    draft.label("left_out", "z");

    var labels = draft.done();
    assertThat(labels.utf8()).hasSize(LabelSet.MAX_BYTES);
    assertThat(labels.toString())
        .containsPattern("gpu=\"x{400,}\", instance=\"x{200,}\", gpu_uuid=\"x{64,}\"")
        .contains(", gpu_index=\"12\", command=\"yyy")
        .endsWith("y\"");
  }

  @Test
  void label_moreThanAHundred_areLeftOut() {
    var draft = new LabelSet.Draft();
    for (int i = 0; i < 150; i++) {
      draft.label("a" + i, "");
    }

    assertThat(draft.done().toString().split(", ", -1)).hasSize(LabelSet.MAX_LABELS);
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
  void name_anyText_isALegalLabelName(String text, String name) {
    assertThat(LabelSet.name(text)).isEqualTo(name).matches("[a-zA-Z_][a-zA-Z0-9_]*");
  }

  private static LabelSet of(String name, String value) {
    var draft = new LabelSet.Draft();
    draft.label(name, value);
    return draft.done();
  }
}
