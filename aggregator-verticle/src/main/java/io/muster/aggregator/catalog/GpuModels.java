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
 * @param models of two that share an alias, the later one holds
 */
public record GpuModels(List<GpuModel> models) {
  private static final String SETTING_KEY = "aggregator.gpu_models";

  public GpuModels {
    models = List.copyOf(models);
  }

  /** Only those that come along. */
  public static GpuModels bundled() {
    return new GpuModels(GpuModelTable.bundled().models());
  }

  /** Reads the settings, and the file that they name; every bad line of it is a problem. */
  public static GpuModels from(ConfigReader reader) {
    if (reader.text(SETTING_KEY).isEmpty()) {
      return bundled();
    }
    var file = reader.path(SETTING_KEY, Path.of("")).toAbsolutePath();
    var siteTable = readTable(file);
    siteTable.problems().forEach(problem -> reader.addProblem(SETTING_KEY, file + ": " + problem));
    return bundled().withSiteModels(siteTable.models());
  }

  /** A row takes the place of the one with the same name, and is found by its aliases too. */
  private GpuModels withSiteModels(List<GpuModel> siteModels) {
    var siteNames = siteModels.stream().map(GpuModel::normalizedName).toList();
    var otherModels = models.stream().filter(model -> !siteNames.contains(model.normalizedName()));
    return new GpuModels(
        Stream.concat(otherModels, siteModels.stream().map(this::withInheritedAliases)).toList());
  }

  private GpuModel withInheritedAliases(GpuModel siteModel) {
    var inheritedAliases =
        models.stream()
            .filter(model -> model.normalizedName().equals(siteModel.normalizedName()))
            .flatMap(model -> model.aliases().stream());
    return siteModel.withAliases(
        Stream.concat(siteModel.aliases().stream(), inheritedAliases).toList());
  }

  private static GpuModelTable readTable(Path file) {
    try {
      return GpuModelTable.parse(Files.readAllLines(file));
    } catch (IOException e) {
      return new GpuModelTable(List.of(), List.of("cannot be read: " + e));
    }
  }
}
