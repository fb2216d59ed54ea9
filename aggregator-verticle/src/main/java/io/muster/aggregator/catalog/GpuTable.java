package io.muster.aggregator.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * A file of GPU models: comment lines, a line of column names, and one line for each model.
 *
 * @param models those that could be read
 * @param problems one line for each line of the file that could not
 */
record GpuTable(List<GpuModel> models, List<String> problems) {
  private static final String RESOURCE = "gpu-models.csv";
  private static final String HEAD =
      "name,aliases,vendor,fp32_tflops,memory_mb,mig_slices,estimated";
  private static final int COLUMNS = HEAD.split(",").length;
  private static final BigDecimal MOST_TFLOPS = BigDecimal.valueOf(10_000);
  private static final int MOST_SLICES = 7;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,2})?");

  GpuTable {
    models = List.copyOf(models);
    problems = List.copyOf(problems);
  }

  /** The one that comes along. */
  static GpuTable bundled() {
    try (var file = GpuTable.class.getResourceAsStream(RESOURCE)) {
      if (file == null) {
        throw new IllegalStateException(RESOURCE + " is not in the jar");
      }
      return parsed(new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static GpuTable parsed(List<String> lines) {
    var reading = new Reading();
    for (var number = 1; number <= lines.size(); number++) {
      reading.line(number, lines.get(number - 1).strip());
    }
    return new GpuTable(reading.models, reading.problems);
  }

  private static final class Reading {
    private final List<GpuModel> models = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<String, String> owners = new HashMap<>();
    private boolean headed;

    void line(int number, String line) {
      if (line.isEmpty() || line.startsWith("#")) {
        return;
      }
      if (headed) {
        problem(line).ifPresentOrElse(text -> complain(number, text), () -> add(number, line));
        return;
      }
      headed = true;
      if (!line.equals(HEAD)) {
        complain(number, "'" + line + "' is not the line of columns, " + HEAD);
      }
    }

    /** What is wrong with the cells of a line, or empty. */
    private static Optional<String> problem(String line) {
      var cells = line.split(",", -1);
      if (cells.length != COLUMNS) {
        return Optional.of(cells.length + " columns: expected " + COLUMNS);
      }
      if (DeviceName.normalised(cells[0]).isEmpty()) {
        return Optional.of("name '" + cells[0] + "' has neither letters nor digits");
      }
      if (!isWithin(cells[3], MOST_TFLOPS)) {
        return Optional.of("fp32_tflops '" + cells[3] + "' is not a number above 0, up to 10000");
      }
      if (!cells[4].isEmpty() && !isWhole(cells[4], Integer.MAX_VALUE)) {
        return Optional.of("memory_mb '" + cells[4] + "' is not a whole number above 0");
      }
      if (!cells[5].isEmpty() && !isWhole(cells[5], MOST_SLICES)) {
        return Optional.of("mig_slices '" + cells[5] + "' is not a whole number from 1 to 7");
      }
      return cells[6].equals("true") || cells[6].equals("false")
          ? Optional.empty()
          : Optional.of("estimated '" + cells[6] + "' is neither true nor false");
    }

    private void add(int number, String line) {
      var cells = line.split(",", -1);
      var aliases =
          Arrays.stream(cells[1].split(";"))
              .map(String::strip)
              .filter(alias -> !DeviceName.normalised(alias).isEmpty())
              .toList();
      var model =
          new GpuModel(
              cells[0].strip(),
              aliases,
              cells[2].strip(),
              new BigDecimal(cells[3]).movePointRight(2).intValueExact(),
              cells[4].isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(cells[4])),
              cells[5].isEmpty() ? MOST_SLICES : Integer.parseInt(cells[5]),
              Boolean.parseBoolean(cells[6].toLowerCase(Locale.ROOT)));
      model
          .keys()
          .filter(key -> owners.containsKey(key))
          .forEach(key -> complain(number, "'" + key + "' finds " + owners.get(key) + " already"));
      model.keys().forEach(key -> owners.putIfAbsent(key, model.name()));
      models.add(model);
    }

    private void complain(int number, String text) {
      problems.add("line " + number + ": " + text);
    }

    private static boolean isWithin(String cell, BigDecimal most) {
      if (!NUMBER.matcher(cell).matches()) {
        return false;
      }
      var number = new BigDecimal(cell);
      return number.signum() > 0 && number.compareTo(most) <= 0;
    }

    private static boolean isWhole(String cell, int most) {
      return cell.indexOf('.') < 0 && isWithin(cell, BigDecimal.valueOf(most));
    }
  }
}
