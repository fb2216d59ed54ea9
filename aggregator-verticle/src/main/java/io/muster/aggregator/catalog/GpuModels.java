package io.muster.aggregator.catalog;

import io.muster.runtime.config.ConfigReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The GPU models that are known: those that come along, and those of the site's own file.
 *
 * @param rows of two that share an alias, the later one holds
 */
public record GpuModels(List<GpuModel> rows) {
  private static final String KEY = "aggregator.gpu_models";

  public GpuModels {
    rows = List.copyOf(rows);
  }

  /** Only those that come along. */
  public static GpuModels bundled() {
    return new GpuModels(GpuTable.bundled().models());
  }

  /** Reads the settings, and the file that they name; every bad line of it is a problem. */
  public static GpuModels from(ConfigReader reader) {
    if (reader.text(KEY).isEmpty()) {
      return bundled();
    }
    var file = reader.path(KEY, Path.of("")).toAbsolutePath();
    var own = table(file);
    own.problems().forEach(line -> reader.addProblem(KEY, file + ": " + line));
    return bundled().with(own.models());
  }

  /** A row takes the place of the one with the same name, and is found by its aliases too. */
  private GpuModels with(List<GpuModel> own) {
    var names = own.stream().map(GpuModel::key).toList();
    var rest = rows.stream().filter(row -> !names.contains(row.key()));
    return new GpuModels(Stream.concat(rest, own.stream().map(this::inheriting)).toList());
  }

  private GpuModel inheriting(GpuModel own) {
    var before =
        rows.stream()
            .filter(row -> row.key().equals(own.key()))
            .flatMap(row -> row.aliases().stream());
    return own.withAliases(Stream.concat(own.aliases().stream(), before).toList());
  }

  private static GpuTable table(Path file) {
    try {
      return GpuTable.parsed(Files.readAllLines(file));
    } catch (IOException e) {
      return new GpuTable(List.of(), List.of("cannot be read: " + e));
    }
  }
}
