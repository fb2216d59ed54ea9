package io.muster.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The metrics of a node about itself in {@code /metrics}. Accepts well-formed text only: each
 * family has HELP and TYPE, once and before its samples; no sample occurs twice; every value is a
 * number.
 */
final class MetricsExposition {
  private static final Pattern HELP = Pattern.compile("# HELP (\\S+) (.*)");
  private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (counter|gauge|summary)");
  private static final Pattern SAMPLE =
      Pattern.compile(
          "(\\w+)(\\{\\w+=\"[^\"\\\\]*\"(?:,\\w+=\"[^\"\\\\]*\")*})? (-?[0-9.]+(?:E-?[0-9]+)?)");

  private final Map<String, String> helpByFamily = new LinkedHashMap<>();
  private final Map<String, String> typeByFamily = new LinkedHashMap<>();
  private final Map<String, Double> samples = new LinkedHashMap<>();
  private String family = "";

  private MetricsExposition() {}

  static MetricsExposition parse(String exposition) {
    var metrics = new MetricsExposition();
    var text = exposition.substring(exposition.indexOf("# HELP muster_"));
    text.lines().forEach(metrics::parseLine);
    return metrics;
  }

  /** The text of HELP by family. */
  Map<String, String> helpByFamily() {
    return helpByFamily;
  }

  /** Value by name and labels, as they are in the text. */
  Map<String, Double> samples() {
    return samples;
  }

  private void parseLine(String line) {
    var help = HELP.matcher(line);
    var type = TYPE.matcher(line);
    if (help.matches()) {
      family = help.group(1);
      assertThat(helpByFamily.put(family, help.group(2).strip()))
          .as("second HELP: %s", line)
          .isNull();
    } else if (type.matches()) {
      assertThat(type.group(1)).as("TYPE follows its HELP").isEqualTo(family);
      assertThat(typeByFamily.put(family, type.group(2))).as("second TYPE: %s", line).isNull();
    } else {
      parseSample(line);
    }
  }

  private void parseSample(String line) {
    var sample = SAMPLE.matcher(line);
    assertThat(sample.matches()).as("sample: %s", line).isTrue();
    var name = sample.group(1);
    var familyName =
        "summary".equals(typeByFamily.get(family)) ? name.replaceAll("_(count|sum)$", "") : name;
    assertThat(familyName).as("sample in its family: %s", line).isEqualTo(family);
    assertThat(typeByFamily).containsKey(family);
    var key = line.substring(0, sample.start(3) - 1);
    assertThat(samples.put(key, Double.valueOf(sample.group(3)))).as("twice: %s", line).isNull();
  }
}
