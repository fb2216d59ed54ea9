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
 * The contents of a file of GPU models: comment lines, a header line, and one line for each model.
 *
 * @param models models of the valid lines
 * @param problems one for each invalid line, and for each name that an earlier model has already
 */
record GpuModelTable(List<GpuModel> models, List<String> problems) {
  private static final String RESOURCE_NAME = "gpu-models.csv";
  private static final String HEADER =
      "name,aliases,vendor,fp32_tflops,memory_mb,mig_slices,estimated";
  private static final int COLUMN_COUNT = HEADER.split(",").length;
  private static final BigDecimal MAX_TFLOPS = BigDecimal.valueOf(10_000);
  private static final int MAX_MIG_SLICES = 7;
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,2})?");

  GpuModelTable {
    models = List.copyOf(models);
    problems = List.copyOf(problems);
  }

  /** Returns the table that is part of the jar. */
  static GpuModelTable bundled() {
    try (var file = GpuModelTable.class.getResourceAsStream(RESOURCE_NAME)) {
      if (file == null) {
        throw new IllegalStateException(RESOURCE_NAME + " is not in the jar");
      }
      return parse(new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static GpuModelTable parse(List<String> lines) {
    var parser = new GpuModelParser();
    for (var lineNumber = 1; lineNumber <= lines.size(); lineNumber++) {
      parser.parseLine(lineNumber, lines.get(lineNumber - 1).strip());
    }
    return new GpuModelTable(parser.models, parser.problems);
  }

  /** A parser of the lines of one file. Confined to one thread. */
  private static final class GpuModelParser {
    private final List<GpuModel> models = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Map<String, String> modelNamesByKey = new HashMap<>();
    private boolean headerRead;

    void parseLine(int lineNumber, String line) {
      if (line.isEmpty() || line.startsWith("#")) {
        return;
      }
      if (headerRead) {
        findProblem(line)
            .ifPresentOrElse(
                problem -> addProblem(lineNumber, problem), () -> addModel(lineNumber, line));
        return;
      }
      headerRead = true;
      if (!line.equals(HEADER)) {
        addProblem(lineNumber, "'" + line + "' is not the header line: expected " + HEADER);
      }
    }

    /** Returns the first problem of the cells of a line, or empty. */
    private static Optional<String> findProblem(String line) {
      var cells = line.split(",", -1);
      if (cells.length != COLUMN_COUNT) {
        return Optional.of(cells.length + " columns: expected " + COLUMN_COUNT);
      }
      if (DeviceName.normalize(cells[0]).isEmpty()) {
        return Optional.of("name '" + cells[0] + "' has neither letters nor digits");
      }
      if (!isPositiveUpTo(cells[3], MAX_TFLOPS)) {
        return Optional.of("fp32_tflops must be a number above 0, up to 10000: '" + cells[3] + "'");
      }
      if (!cells[4].isEmpty() && !isWholeNumberUpTo(cells[4], Integer.MAX_VALUE)) {
        return Optional.of("memory_mb must be a whole number above 0: '" + cells[4] + "'");
      }
      if (!cells[5].isEmpty() && !isWholeNumberUpTo(cells[5], MAX_MIG_SLICES)) {
        return Optional.of("mig_slices must be a whole number from 1 to 7: '" + cells[5] + "'");
      }
      return cells[6].equals("true") || cells[6].equals("false")
          ? Optional.empty()
          : Optional.of("estimated '" + cells[6] + "' is neither true nor false");
    }

    private void addModel(int lineNumber, String line) {
      var cells = line.split(",", -1);
      var aliases =
          Arrays.stream(cells[1].split(";"))
              .map(String::strip)
              .filter(alias -> !DeviceName.normalize(alias).isEmpty())
              .toList();
      var model =
          new GpuModel(
              cells[0].strip(),
              aliases,
              cells[2].strip(),
              new BigDecimal(cells[3]).movePointRight(2).intValueExact(),
              cells[4].isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(cells[4])),
              cells[5].isEmpty() ? MAX_MIG_SLICES : Integer.parseInt(cells[5]),
              Boolean.parseBoolean(cells[6].toLowerCase(Locale.ROOT)));
      model
          .normalizedNames()
          .filter(key -> modelNamesByKey.containsKey(key))
          .forEach(
              key ->
                  addProblem(
                      lineNumber,
                      "'" + key + "' is already a name of " + modelNamesByKey.get(key)));
      model.normalizedNames().forEach(key -> modelNamesByKey.putIfAbsent(key, model.name()));
      models.add(model);
    }

    private void addProblem(int lineNumber, String problem) {
      problems.add("line " + lineNumber + ": " + problem);
    }

    private static boolean isPositiveUpTo(String cell, BigDecimal max) {
      if (!NUMBER.matcher(cell).matches()) {
        return false;
      }
      var number = new BigDecimal(cell);
      return number.signum() > 0 && number.compareTo(max) <= 0;
    }

    private static boolean isWholeNumberUpTo(String cell, int max) {
      return cell.indexOf('.') < 0 && isPositiveUpTo(cell, BigDecimal.valueOf(max));
    }
  }
}
