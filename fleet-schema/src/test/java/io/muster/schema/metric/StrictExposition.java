package io.muster.schema.metric;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A reader of either {@link Format} that takes nothing but the letter of it: each family has one
 * HELP and one TYPE before its samples and stands in one piece; names, escapes and values are well
 * formed; no sample stands twice; no time stamps; OpenMetrics has its end marker, its counters have
 * {@code _total} on samples only, and no blanks between labels. Anything else is an {@link
 * AssertionError}.
 */
public final class StrictExposition {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
  private static final Pattern LABEL = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
  private static final Pattern VALUE =
      Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?|[+-]Inf|NaN");
  private static final Set<String> TYPES =
      Set.of("counter", "gauge", "histogram", "summary", "untyped");

  private final Map<String, String> types = new LinkedHashMap<>();
  private final Set<String> helped = new HashSet<>();
  private final Map<String, String> samples = new LinkedHashMap<>();
  private final Format format;
  private String family = "";

  private StrictExposition(Format format) {
    this.format = format;
  }

  /** Reads a whole exposition, its {@link Format#end()} included. */
  public static StrictExposition parse(String text, Format format) {
    var exposition = new StrictExposition(format);
    var end = "\n" + format.end();
    require(text.endsWith(end), "last line has no end", text);
    for (var line : text.substring(0, text.length() - end.length()).split("\n", -1)) {
      exposition.line(line);
    }
    return exposition;
  }

  /** Type by family. */
  public Map<String, String> types() {
    return types;
  }

  /** Value by name and labels, such as {@code up{host="a",instance="b"}}: labels by name. */
  public Map<String, String> samples() {
    return samples;
  }

  private void line(String line) {
    if (line.startsWith("# HELP ")) {
      help(line.substring(7));
    } else if (line.startsWith("# TYPE ")) {
      type(line.substring(7));
    } else {
      require(!line.startsWith("#"), "comment is neither HELP nor TYPE", line);
      sample(line);
    }
  }

  private void help(String rest) {
    var name = rest.substring(0, Math.max(0, rest.indexOf(' ')));
    require(NAME.matcher(name).matches(), "family name", rest);
    require(helped.add(name), "second HELP, or family in two pieces", rest);
    require(!rest.substring(name.length()).isBlank(), "HELP says nothing", rest);
    require(escapes(rest, "\\n"), "escape in HELP", rest);
    family = name;
  }

  private void type(String rest) {
    var words = rest.split(" ", -1);
    require(words.length == 2 && TYPES.contains(words[1]), "type", rest);
    require(words[0].equals(family), "TYPE does not follow its HELP", rest);
    require(types.put(words[0], words[1]) == null, "second TYPE", rest);
    require(
        words[0].endsWith("_total") == (words[1].equals("counter") && format == Format.TEXT),
        "_total",
        rest);
  }

  private void sample(String line) {
    var brace = line.indexOf('{');
    var name = line.substring(0, brace < 0 ? Math.max(0, line.indexOf(' ')) : brace);
    require(NAME.matcher(name).matches(), "sample name", line);
    var total = format == Format.OPEN_METRICS && "counter".equals(types.get(family));
    require(name.equals(total ? family + "_total" : family), "sample outside its family", line);
    require(types.containsKey(family), "sample without a type", line);
    var labels = new TreeMap<String, String>();
    var end = brace < 0 ? name.length() : labels(line, brace + 1, labels);
    require(line.startsWith(" ", end), "no space before the value", line);
    var value = line.substring(end + 1);
    require(VALUE.matcher(value).matches(), "value, or a time stamp", line);
    var key = name + labels;
    require(samples.put(key, value) == null, "sample stands twice", line);
  }

  /** Reads up to and with the closing brace; returns the position behind it. */
  private int labels(String line, int from, Map<String, String> labels) {
    var at = from;
    while (at < line.length() && line.charAt(at) != '}') {
      var equals = line.indexOf("=\"", at);
      require(equals > 0, "label", line);
      var name = line.substring(at, equals);
      require(LABEL.matcher(name).matches(), "label name '" + name + "'", line);
      var close = closingQuote(line, equals + 2);
      var value = line.substring(equals + 2, close);
      require(escapes(value, "\\\"n"), "escape in a label value", line);
      require(labels.put(name, value) == null, "label '" + name + "' stands twice", line);
      at = close + 1;
      at += line.startsWith(",", at) ? 1 : 0;
      at += line.startsWith(" ", at) && format == Format.TEXT ? 1 : 0;
    }
    require(at < line.length(), "labels have no end", line);
    return at + 1;
  }

  private static int closingQuote(String line, int from) {
    var at = from;
    while (at < line.length() && line.charAt(at) != '"') {
      at += line.charAt(at) == '\\' ? 2 : 1;
    }
    require(at < line.length(), "label value has no end", line);
    return at;
  }

  /** Whether every backslash stands before one of these characters. */
  private static boolean escapes(String text, String allowed) {
    List<Character> escaped = new ArrayList<>();
    for (int i = text.indexOf('\\'); i >= 0; i = text.indexOf('\\', i + 2)) {
      escaped.add(i + 1 < text.length() ? text.charAt(i + 1) : ' ');
    }
    return escaped.stream().allMatch(c -> allowed.indexOf(c) >= 0);
  }

  private static void require(boolean holds, String what, String where) {
    if (!holds) {
      throw new AssertionError(what + ": " + where);
    }
  }
}
