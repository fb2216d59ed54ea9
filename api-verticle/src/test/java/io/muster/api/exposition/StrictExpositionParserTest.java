package io.muster.api.exposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks that the parser rejects malformed text. */
class StrictExpositionParserTest {
  private static final String METADATA = "# HELP a_b help\n# TYPE a_b gauge\n";

  @Test
  void parse_wellFormedText_readsSamples() {
    var exposition =
        StrictExpositionParser.parse(
            METADATA + "a_b{x=\"1\", y=\"q\\\"\\\\\\n}\"} 1.5\na_b{x=\"2\"} +Inf\n",
            ExpositionFormat.TEXT);

    assertThat(exposition.types()).containsEntry("a_b", "gauge");
    assertThat(exposition.samples())
        .containsEntry("a_b{x=1, y=q\\\"\\\\\\n}}", "1.5")
        .containsEntry("a_b{x=2}", "+Inf");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a_b 1                          | last line is not terminated",
        "a_b{x=\"1\"} 1;a_b{x=\"1\"} 2; | duplicate sample",
        "a_b{x=\"1\",x=\"2\"} 1;        | duplicate label 'x'",
        "a_b{x=\"\\r\"} 1;              | escape in a label value",
        "a_b{x=\"1} 1;                  | label value is not terminated",
        "a_b{1x=\"1\"} 1;               | label name",
        "a_b{x=\"1\" 1;                 | label",
        "a_b 1 1700000000;              | value, or a timestamp",
        "a_b 1,5;                       | value",
        "c_d 1;                         | sample outside its family",
        "# HELP a_b again;              | second HELP",
        "# TYPE a_b gauge;              | second TYPE",
        "# HELP c_d x;# TYPE c_d gauge;c_d 1;a_b 1; | sample outside its family",
        "# HELP c_d x;# TYPE c_d counter;           | _total",
        "# note;                        | comment",
      })
  void parse_malformedText_isRejected(String lines, String reason) {
    assertThatThrownBy(
            () ->
                StrictExpositionParser.parse(
                    METADATA + lines.replace(';', '\n'), ExpositionFormat.TEXT))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(reason);
  }
}
