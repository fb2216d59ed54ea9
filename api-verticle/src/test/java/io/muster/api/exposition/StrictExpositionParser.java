package io.muster.api.exposition;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A parser of either {@link ExpositionFormat} that accepts only strictly valid text: each family
 * has one HELP and one TYPE before its samples and is contiguous; names, escapes and values are
 * well formed; no duplicate samples; no timestamps; OpenMetrics has its end marker, its counters
 * have {@code _total} on samples only, and no spaces between labels. Anything else is an {@link
 * AssertionError}.
 */
public final class StrictExpositionParser {
  private static final Pattern METRIC_NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
  private static final Pattern LABEL_NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
  private static final Pattern VALUE =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?|[+-]Inf|NaN");
  private static final Set<String> TYPES =
      Set.of("counter", "gauge", "histogram", "summary", "untyped");

  private final Map<String, String> types = new LinkedHashMap<>();
  private final Set<String> familiesWithHelp = new HashSet<>();
  private final Map<String, String> samples = new LinkedHashMap<>();
  private final ExpositionFormat format;
  private String family = "";

  private StrictExpositionParser(ExpositionFormat format) {
    this.format = format;
  }

  /** Parses a whole exposition, including its {@link ExpositionFormat#endMarker()}. */
  public static StrictExpositionParser parse(String text, ExpositionFormat format) {
    var exposition = new StrictExpositionParser(format);
    var end = "\n" + format.endMarker();
    require(text.endsWith(end), "last line is not terminated", text);
    for (var line : text.substring(0, text.length() - end.length()).split("\n", -1)) {
      exposition.parseLine(line);
    }
    return exposition;
  }

  /** Returns the type of each family. */
  public Map<String, String> types() {
    return types;
  }

  /**
   * Returns the value of each sample, with a key of name and sorted labels such as {@code
   * up{host=a, instance=b}}.
   */
  public Map<String, String> samples() {
    return samples;
  }

  private void parseLine(String line) {
    if (line.startsWith("# HELP ")) {
      parseHelp(line.substring(7));
    } else if (line.startsWith("# TYPE ")) {
      parseType(line.substring(7));
    } else {
      require(!line.startsWith("#"), "comment is neither HELP nor TYPE", line);
      parseSample(line);
    }
  }

  private void parseHelp(String rest) {
    var name = rest.substring(0, Math.max(0, rest.indexOf(' ')));
    require(METRIC_NAME.matcher(name).matches(), "family name", rest);
    require(familiesWithHelp.add(name), "second HELP, or family is not contiguous", rest);
    require(!rest.substring(name.length()).isBlank(), "HELP is empty", rest);
    require(hasOnlyEscapes(rest, "\\n"), "escape in HELP", rest);
    family = name;
  }

  private void parseType(String rest) {
    var words = rest.split(" ", -1);
    require(words.length == 2 && TYPES.contains(words[1]), "type", rest);
    require(words[0].equals(family), "TYPE does not follow its HELP", rest);
    require(types.put(words[0], words[1]) == null, "second TYPE", rest);
    require(
        words[0].endsWith("_total")
            == (words[1].equals("counter") && format == ExpositionFormat.TEXT),
        "_total",
        rest);
  }

  private void parseSample(String line) {
    var brace = line.indexOf('{');
    var name = line.substring(0, brace < 0 ? Math.max(0, line.indexOf(' ')) : brace);
    require(METRIC_NAME.matcher(name).matches(), "sample name", line);
    var isCounter = format == ExpositionFormat.OPEN_METRICS && "counter".equals(types.get(family));
    require(name.equals(isCounter ? family + "_total" : family), "sample outside its family", line);
    require(types.containsKey(family), "sample without a type", line);
    var labels = new TreeMap<String, String>();
    var end = brace < 0 ? name.length() : parseLabels(line, brace + 1, labels);
    require(line.startsWith(" ", end), "no space before the value", line);
    var value = line.substring(end + 1);
    require(VALUE.matcher(value).matches(), "value, or a timestamp", line);
    var key = name + labels;
    require(samples.put(key, value) == null, "duplicate sample", line);
  }

  /** Parses the labels up to the closing brace, and returns the position after it. */
  private int parseLabels(String line, int from, Map<String, String> labels) {
    var position = from;
    while (position < line.length() && line.charAt(position) != '}') {
      var equals = line.indexOf("=\"", position);
      require(equals > 0, "label", line);
      var name = line.substring(position, equals);
      require(LABEL_NAME.matcher(name).matches(), "label name '" + name + "'", line);
      var valueEnd = closingQuote(line, equals + 2);
      var value = line.substring(equals + 2, valueEnd);
      require(hasOnlyEscapes(value, "\\\"n"), "escape in a label value", line);
      require(labels.put(name, value) == null, "duplicate label '" + name + "'", line);
      position = valueEnd + 1;
      position += line.startsWith(",", position) ? 1 : 0;
      position += line.startsWith(" ", position) && format == ExpositionFormat.TEXT ? 1 : 0;
    }
    require(position < line.length(), "labels are not terminated", line);
    return position + 1;
  }

  private static int closingQuote(String line, int from) {
    var position = from;
    while (position < line.length() && line.charAt(position) != '"') {
      position += line.charAt(position) == '\\' ? 2 : 1;
    }
    require(position < line.length(), "label value is not terminated", line);
    return position;
  }

  /** Returns true if every backslash precedes one of these characters. */
  private static boolean hasOnlyEscapes(String text, String allowed) {
    List<Character> escaped = new ArrayList<>();
    for (int i = text.indexOf('\\'); i >= 0; i = text.indexOf('\\', i + 2)) {
      escaped.add(i + 1 < text.length() ? text.charAt(i + 1) : ' ');
    }
    return escaped.stream().allMatch(c -> allowed.indexOf(c) >= 0);
  }

  private static void require(boolean condition, String problem, String text) {
    if (!condition) {
      throw new AssertionError(problem + ": " + text);
    }
  }
}
